"""`/api/v1/sync`: sources, previews, applications, runs. Refusals go on to the hub, which answers them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from sync import Run, Sync
from sync.core.plan_document import document_of
from sync.edge.csv.reader import MAX_BYTES
from sync.edge.http.access import require_scope, run_for, source_for
from sync.edge.http.answers import (
    MOST_STEPS,
    ApplyForm,
    Document,
    SourceForm,
    cursor_of,
    plan_answer,
    position_of,
    run_answer,
    source_answer,
)
from sync.edge.http.body import JSON, body_reader, media_type, require_csv
from sync.refusals import SourceChanged, UnknownRun, UnknownSource
from vocabulary.caller import Caller

_CSV_BODY: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
}
_CSV_OR_RUN_BODY: dict[str, Any] = {
    "requestBody": {
        "content": {
            "text/csv": {"schema": {"type": "string", "format": "binary"}},
            "application/json": {"schema": ApplyForm.model_json_schema()},
        }
    }
}
_Number = Annotated[int | None, Query(ge=0)]


def router(sync: Sync, *, authenticate: Callable[[Request], Caller], max_bytes: int = MAX_BYTES) -> APIRouter:
    """The routes, with their whole path. ``authenticate`` makes a caller of a request or raises a refusal."""
    routes = APIRouter(prefix="/api/v1/sync", tags=["sync"])

    def allowed(request: Request) -> Caller:
        caller = authenticate(request)
        require_scope(caller)
        return caller

    caller_ = Depends(allowed)
    body_: Any = body_reader(allowed, max_bytes)

    @routes.get("/sources")
    def list_sources(caller: Caller = caller_) -> Document:
        found = [source for source in sync.sources.all() if caller.may_act_for(source.member)]
        return {"items": [source_answer(source) for source in found]}

    @routes.get("/sources/{source_id}")
    def read_source(source_id: str, response: Response, caller: Caller = caller_) -> Document:
        source = source_for(sync, caller, source_id)
        response.headers["ETag"] = f'"{source.version}"'
        return source_answer(source)

    @routes.put("/sources/{source_id}")
    def define_source(
        source_id: str,
        form: SourceForm,
        response: Response,
        caller: Caller = caller_,
        if_match: Annotated[str | None, Header()] = None,
        dry_run: bool = False,
    ) -> Document:
        source = form.source(source_id)
        kept = sync.sources.find(source_id)
        if not caller.may_act_for(source.member) or (kept is not None and not caller.may_act_for(kept.member)):
            raise UnknownSource("the caller defines sources of her own member only")
        expected = _version(if_match)
        if dry_run:
            sync.define_source.check(source, expected_version=expected)
            return source_answer(source) | {"version": 0 if kept is None else kept.version, "dry_run": True}
        defined = sync.define_source(source, expected_version=expected)
        response.headers["ETag"] = f'"{defined.version}"'
        return source_answer(defined)

    @routes.post("/sources/{source_id}/preview", openapi_extra=_CSV_BODY)
    def preview_list(source_id: str, request: Request, caller: Caller = caller_, body: bytes = body_) -> Document:
        source = source_for(sync, caller, source_id)
        require_csv(request)
        run, plan = sync.preview(source, body, actor=caller.name)
        return {"run": run_answer(run), "plan": plan_answer(plan)}

    @routes.post("/sources/{source_id}/apply", openapi_extra=_CSV_OR_RUN_BODY)
    def apply_list(
        source_id: str,
        request: Request,
        caller: Caller = caller_,
        body: bytes = body_,
        run: str | None = None,
        confirm_leavers: _Number = None,
        dry_run: bool = False,
    ) -> Document:
        source = source_for(sync, caller, source_id)
        if body and media_type(request) == JSON:
            form = ApplyForm.read(body)
            run, confirm_leavers, body = form.run, form.confirm_leavers, b""
        elif body or run is None:
            require_csv(request)
        if dry_run:
            return _dry(sync, caller, source_id, run, body)
        if run is not None:
            run_for(sync, caller, run)
            content = body or None
            done = sync.apply.run(source, run, actor=caller.name, content=content, confirm_leavers=confirm_leavers)
        else:
            done = sync.apply.list(source, body, actor=caller.name, confirm_leavers=confirm_leavers)
        return _whole(sync, done, 0, MOST_STEPS)

    @routes.get("/runs")
    def list_runs(
        caller: Caller = caller_,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> Document:
        found = sync.runs.newest(caller.members, limit, position_of(cursor))
        return {
            "items": [run_answer(run) for run in found],
            "next_cursor": cursor_of(found[-1]) if len(found) == limit else None,
        }

    @routes.get("/runs/{run_id}")
    def read_run(
        run_id: str,
        caller: Caller = caller_,
        offset: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=10_000)] = MOST_STEPS,
    ) -> Document:
        return _whole(sync, run_for(sync, caller, run_id), offset, limit)

    return routes


def _whole(sync: Sync, run: Run, offset: int, limit: int) -> Document:
    plan = sync.runs.plan(run.id)
    if plan is None:
        raise UnknownRun("there is no such run")
    return {"run": run_answer(run), "plan": plan_answer(plan, offset=offset, limit=limit)}


def _dry(sync: Sync, caller: Caller, source_id: str, run: str | None, body: bytes) -> Document:
    """What applying would do: the kept plan of a preview, or a fresh one that is not even kept."""
    if run is not None and not body:
        return _whole(sync, run_for(sync, caller, run), 0, MOST_STEPS) | {"dry_run": True}
    _, plan = sync.preview.plan(source_for(sync, caller, source_id), body)
    return {"run": None, "plan": plan_answer(document_of(plan)), "dry_run": True}


def _version(if_match: str | None) -> int | None:
    """``If-Match: "3"``; a wildcard asks for nothing. Anything else names no version that was ever answered."""
    if if_match is None or if_match.strip() == "*":
        return None
    digits = if_match.strip().strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise SourceChanged("`If-Match` is not a version that was answered")
    return int(digits)
