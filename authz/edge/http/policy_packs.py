"""``/api/v1/policy-packs``: the rules of dependent applications about their own things, version by version.

An administrator of the whole region does everything. An application uploads and tries drafts of its own pack, and
knows of no other; what is in force it does not decide itself.
"""

import json
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Depends, Query, Request, Response

from authz.actions.packs.compare_recorded import Comparison
from authz.actions.packs.desk import PackDesk, version_of
from authz.actions.packs.put_in_force import activate_pack, deactivate_pack, roll_back_pack
from authz.actions.packs.read_document import read_kept
from authz.actions.packs.read_pack import space_of
from authz.actions.packs.try_out import Tried, try_on_recorded, try_out
from authz.actions.packs.upload_pack import check_pack, upload_pack
from authz.actions.records import instant_text
from authz.edge.http.rows import Authenticate, Body, acts_json, caller_with
from authz.edge.http.strict_json import read_object
from authz.ports import Kind, PackState, Row
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller

PREFIX = "/api/v1/policy-packs"
ADMINISTER, ASK = "tillit:admin", "tillit:pdp"

_DOCUMENT = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


_MOST_DAYS = 31
_DAYS = Query(default=0, ge=0, le=_MOST_DAYS, description="Also ask again what was asked in so many days.")


class ReasonBody(Body):
    reason: str


async def _raw(request: Request) -> bytes:
    return await request.body()


def _application(registrar: Any) -> Any:
    """Packs are kept by applications: by the one that is asked about, or by the administrators'."""

    def application(caller: Caller = registrar) -> Caller:
        if caller.person is not None:
            raise NotAllowed("an application does this, by its own token")
        return caller

    return Depends(application)


def policy_packs_router(desk: PackDesk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["policy packs"])
    keeper = _application(caller_with(authenticate, frozenset({ADMINISTER, ASK})))
    raw = Depends(_raw)

    @router.get("")
    def listed(caller: Caller = keeper) -> dict[str, Any]:
        spaces = [space for space in sorted(desk.packs.spaces()) if _may_know(caller, space)]
        return {"items": [_summary(space, desk.versions(space)) for space in spaces]}

    @router.post("", status_code=201, openapi_extra=_DOCUMENT)
    def upload(response: Response, dry_run: bool = False, body: bytes = raw, caller: Caller = keeper) -> dict[str, Any]:
        document = read_object(body)
        _need_own(caller, space_of(document))
        if dry_run:
            response.status_code = 200
            pack = check_pack(desk, document)
            return {"pack": pack.space, "version": pack.number, "dry_run": True, **_tried(try_out(desk, pack))}
        row = upload_pack(desk, document, by=caller.name)
        content = version_of(row)
        response.headers["Location"] = f"{PREFIX}/{content.space}/versions/{content.number}"
        return _version(row)

    @router.get("/{pack}")
    def show(pack: str, caller: Caller = keeper) -> dict[str, Any]:
        versions = _known(desk, caller, pack)
        return {**_summary(pack, versions), "versions": [_version(row) for row in versions]}

    @router.get("/{pack}/versions/{number}")
    def show_version(pack: str, number: int, caller: Caller = keeper) -> dict[str, Any]:
        row = _one(desk, caller, pack, number)
        history = acts_json(desk.book.history(Kind.POLICY_PACK, row.id))
        return {**_version(row), "document": json.loads(version_of(row).document), "history": history}

    @router.post("/{pack}/versions/{number}/test")
    def test(pack: str, number: int, days: int = _DAYS, caller: Caller = keeper) -> dict[str, Any]:
        row = _one(desk, caller, pack, number)
        draft = read_kept(version_of(row))
        told = {**_version(row), **_tried(try_out(desk, draft))}
        if days:
            since = desk.clock.now() - timedelta(days=days)
            told["recorded"] = _compared(try_on_recorded(desk, draft, since, by=caller.name))
        return told

    @router.post("/{pack}/versions/{number}/activate")
    def activate(pack: str, number: int, body: ReasonBody, caller: Caller = keeper) -> dict[str, Any]:
        _one(desk, caller, pack, number)
        _need_administrator(caller)
        return _version(activate_pack(desk, pack, number, by=caller.name, reason=body.reason, level=caller.level))

    @router.post("/{pack}/rollback")
    def roll_back(pack: str, body: ReasonBody, caller: Caller = keeper) -> dict[str, Any]:
        _known(desk, caller, pack)
        _need_administrator(caller)
        return _version(roll_back_pack(desk, pack, by=caller.name, reason=body.reason, level=caller.level))

    @router.post("/{pack}/deactivate")
    def deactivate(pack: str, body: ReasonBody, caller: Caller = keeper) -> dict[str, Any]:
        _known(desk, caller, pack)
        _need_administrator(caller)
        return _version(deactivate_pack(desk, pack, by=caller.name, reason=body.reason, level=caller.level))

    return router


def _is_administrator(caller: Caller) -> bool:
    """One of the whole region: an application's rules are no single member's."""
    return ADMINISTER in caller.scopes and caller.members is None


def _may_know(caller: Caller, space: str) -> bool:
    return _is_administrator(caller) or (ASK in caller.scopes and caller.client_id == space)


def _need_own(caller: Caller, space: str) -> None:
    if not _may_know(caller, space):
        raise NotAllowed("an application uploads its own policy pack only")


def _need_administrator(caller: Caller) -> None:
    if not _is_administrator(caller):
        raise NotAllowed("what is in force is for an administrator of the whole region")


def _known(desk: PackDesk, caller: Caller, space: str) -> tuple[Row, ...]:
    """The versions, where the caller may know of them. Raises ``UnknownRecord``."""
    versions = desk.versions(space) if _may_know(caller, space) else ()
    if not versions:
        raise UnknownRecord("there is no such policy pack")
    return versions


def _one(desk: PackDesk, caller: Caller, space: str, number: int) -> Row:
    _known(desk, caller, space)
    return desk.version(space, number)


def _summary(space: str, versions: tuple[Row, ...]) -> dict[str, Any]:
    active = [version_of(row).number for row in versions if version_of(row).state is PackState.ACTIVE]
    newest = version_of(versions[-1]).number if versions else None
    return {"pack": space, "active": active[0] if active else None, "newest": newest}


def _version(row: Row) -> dict[str, Any]:
    content = version_of(row)
    return {
        "pack": content.space,
        "version": content.number,
        "state": content.state.value,
        "digest": content.digest,
        "uploaded_by": row.registered_by,
        "uploaded_at": instant_text(row.registered_at),
    }


def _tried(tried: Tried) -> dict[str, Any]:
    return {
        "passed": len(tried.results) - len(tried.failed),
        "failed": [
            {"name": result.case.name, "expected": "permit" if result.case.permit else "deny", "got": str(result.got)}
            for result in tried.failed
        ],
        "rules_without_case": list(tried.unheard),
        "would_change": [
            {"name": change.case.name, "before": str(change.before), "after": str(change.after)}
            for change in tried.changes
        ],
    }


def _compared(found: Comparison) -> dict[str, Any]:
    def answer(permit: bool, rule: str) -> str:
        return f"{'permit' if permit else 'deny'} by {rule}"

    return {
        "compared": found.compared,
        "unclear": found.unclear,
        "changed": found.changed,
        "would_change": [
            {
                "decision_id": one.decision_id,
                "at": one.at,
                "before": answer(one.permit_before, one.before),
                "after": answer(not one.permit_before, one.after),
            }
            for one in found.turned
        ],
    }
