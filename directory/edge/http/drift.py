"""Drift: what somebody wrote into the store past us, listed field by field, and settled by adopting or reverting it.

For administrators of the entry, in both its versions. What the verbs do is told in ``actions.settle_drift``; what is
served meanwhile, in ``core.narrowing``.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Annotated, Protocol

from fastapi import APIRouter, Query, Request, Response

from directory.actions.settle_drift import DOOR
from directory.core.administration import Act
from directory.core.changes import Change, Commit
from directory.core.entries import Entry, member_of
from directory.core.entry_json import to_json
from directory.core.sameness import differing
from directory.core.view import Drift
from directory.core.visibility import Visibility
from directory.edge.http.bodies import Body
from directory.edge.http.carrying_out import Changing, DryRun
from directory.edge.http.doors import cursor_after, id_in_path, id_in_query, is_wanted, key_in
from directory.edge.http.reading import Cursor, Page
from directory.edge.http.repeating import REPEATED, Errand, Kept, is_hers
from directory.edge.http.shapes import Shape, Told
from directory.edge.http.telling import DifferenceShape, Teller, heading
from directory.ports import JournalRecord
from directory.refusals import ChangeRefused, DriftMoved, DriftUnknown, NotAllowed
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


class DriftShape(Shape):
    """An entry that stands otherwise in the store than in the journal: ``new`` (only the store knows it), ``changed``,
    ``gone`` from the store, or ``unreadable`` there for the reason in ``problem``.

    ``differences`` lead ``from`` the journal's entry ``to`` the store's. ``seen_at`` is since when it stands so, as far
    as we saw. ``believed`` is false where so many were gone at once that they are served as before. ``version`` goes
    into ``If-Match`` when it is settled.
    """

    hsa_id: str
    kind: str | None
    member: str | None
    what: str
    seen_at: datetime
    believed: bool
    problem: str | None
    differences: list[DifferenceShape]
    version: str


class Settle(Protocol):
    """``Directory.adopt`` and ``revert``."""

    def __call__(self, ids: Iterable[HsaId], *, actor: str, reason: str, seen: Mapping[HsaId, Drift]) -> Commit: ...


class DriftPage(Page):
    items: list[DriftShape]


class SettledShape(Shape):
    """``revision`` is the new one; ``null`` in a dry run."""

    hsa_id: str
    revision: int | None


def drift(changing: Changing) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["history"])
    directory = changing.directory

    def teller_for(caller: Caller) -> Teller:
        return Teller(changing.situation(caller).audience)

    def found_by(hsa_id: str, caller: Caller, request: Request) -> tuple[Drift, Teller]:
        """What the address names, of the version that the caller wants, if she may know of it and settle it."""
        teller, wanted = teller_for(caller), id_in_path(hsa_id)
        found = next((each for each in directory.drift() if each.hsa_id == wanted), None)
        if found is None or not _is_told(found, teller):
            raise DriftUnknown("there is no such drift")
        if not is_wanted(request, _version(found)):
            raise DriftMoved(f"`{found.hsa_id}` stands otherwise in the store than when it was looked at; look again")
        _demand(found, teller)
        return found, teller

    def carry_out(
        judged: Callable[[], Drift],
        settle: Settle,
        body: Body,
        request: Request,
        response: Response,
        caller: Caller,
        *,
        dry_run: bool,
    ) -> Told:
        """Settle what ``judged`` finds, where the caller may."""

        def do() -> tuple[Kept, Callable[[], Told]]:
            found, made = judged(), None
            if not dry_run:
                made = settle([found.hsa_id], actor=caller.name, reason=body.reason, seen={found.hsa_id: found})
            told = {"hsa_id": str(found.hsa_id), "revision": None if made is None else made.revision}
            return told, lambda: told

        def again(kept: Kept) -> Told:
            wanted, teller = HsaId.parse(kept["hsa_id"]), teller_for(caller)
            for record in directory.records(kept["revision"] - 1, 1):
                for change in record.changes:
                    if change.hsa_id == wanted and teller.administers(change.before, change.after):
                        response.headers[REPEATED] = "true"
                        return kept
            raise DriftUnknown("there is no such drift")

        def found_in(record: JournalRecord) -> Kept | None:
            named = id_in_path(request.path_params["hsa_id"])
            if not is_hers(record, DOOR, caller, body) or all(change.hsa_id != named for change in record.changes):
                return None
            return {"hsa_id": str(named), "revision": record.revision}

        if dry_run:
            return do()[1]()
        return changing.repeating.once(request, caller, body, Errand(do, again, found_in))

    @routes.get("/drift", response_model=DriftPage, response_model_exclude_unset=True)
    def drifting(
        caller: Caller = changing.caller,
        member: str | None = None,
        cursor: Cursor = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> Told:
        teller, of, after = teller_for(caller), id_in_query(member, "member"), key_in(cursor)

        def wanted() -> Iterator[Drift]:
            for each in directory.drift():
                if each.hsa_id.key > after and _is_of(each, of) and _is_told(each, teller):
                    yield each

        found = list(islice(wanted(), limit + 1))
        return {
            "items": [_told(each, teller) for each in found[:limit]],
            "next_cursor": cursor_after(found[limit - 1].hsa_id.key) if len(found) > limit else None,
            "revision": teller.seen.snapshot.revision,
        }

    @routes.post("/drift/{hsa_id}/adopt", response_model=SettledShape)
    def adopt(
        hsa_id: str,
        body: Body,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Told:
        def judged() -> Drift:
            found, teller = found_by(hsa_id, caller, request)
            if teller.between(found.journal, found.store).hidden:
                raise NotAllowed("it holds values that are not the caller's to adopt")
            if problems := directory.adoption_problems(found):
                raise ChangeRefused(problems)
            _demand_served(found.store, teller, dry_run=dry_run)
            return found

        return carry_out(judged, directory.adopt, body, request, response, caller, dry_run=dry_run)

    @routes.post("/drift/{hsa_id}/revert", response_model=SettledShape)
    def revert(
        hsa_id: str,
        body: Body,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Told:
        def judged() -> Drift:
            found, teller = found_by(hsa_id, caller, request)
            _demand_served(found.journal or found.store, teller, dry_run=dry_run)
            return found

        return carry_out(judged, directory.revert, body, request, response, caller, dry_run=dry_run)

    return routes


def _is_told(drift: Drift, teller: Teller) -> bool:
    """Whether the caller may know of it. What is unreadable and unknown to us is whole regions' administrators' to see,
    since nobody can say whose it is."""
    if drift.journal is None and drift.store is None:
        members = tuple(teller.seen.snapshot.members())
        return bool(members) and all(
            teller.seen.reach.circle(member) is Visibility.ADMINISTRATORS for member in members
        )
    if not teller.administers(drift.journal, drift.store):
        return False
    return drift.store is None or bool(teller.between(drift.journal, drift.store).told)


def _is_of(drift: Drift, member: HsaId | None) -> bool:
    entry = drift.journal or drift.store
    return member is None or (entry is not None and member_of(entry) == member)


def _told(drift: Drift, teller: Teller) -> Told:
    entry = drift.journal or drift.store
    unknown = {"hsa_id": str(drift.hsa_id), "kind": None, "member": None}
    differences = [] if drift.store is None else teller.between(drift.journal, drift.store).told
    return (unknown if entry is None else heading(entry)) | {
        "what": _what(drift),
        "seen_at": drift.seen_at,
        "believed": drift.believed,
        "problem": drift.problem,
        "differences": differences,
        "version": _version(drift),
    }


def _what(drift: Drift) -> str:
    if drift.problem is not None:
        return "unreadable"
    if drift.store is None:
        return "gone"
    return "new" if drift.journal is None else "changed"


def _version(drift: Drift) -> str:
    """An entity tag that is another whenever either version of the entry is."""
    told = [None if entry is None else to_json(entry) for entry in (drift.journal, drift.store)]
    text = json.dumps([*told, drift.problem, drift.seen_at.isoformat()])
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _demand(drift: Drift, teller: Teller) -> None:
    """Raises ``NotAllowed`` unless the caller might have made the difference herself."""
    versions: list[Entry] = [entry for entry in (drift.journal, drift.store) if entry is not None]
    same_kind = len(versions) == 2 and type(versions[0]) is type(versions[1])
    attributes = differing(*versions) if same_kind else ()
    act = Act.CREATE if drift.journal is None else Act.CHANGE
    for entry in versions:
        teller.seen.reach.demand(act, entry, attributes)


def _demand_served(wanted: Entry | None, teller: Teller, *, dry_run: bool) -> None:
    """Settling changes what is served, from what both versions allow to one of them. Taking away what only the store
    knows takes as much as making it."""
    if wanted is not None:
        served = teller.seen.snapshot.entry(wanted.hsa_id)
        teller.seen.reach.demand_changes([Change(served, wanted)], dry_run=dry_run)
