"""``/api/v1/planned-changes``: what shall be changed at a date to come, step by step."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from directory.core.planned_change import PlanState
from directory.edge.http.carrying_out import DryRun
from directory.edge.http.creating import made_id
from directory.edge.http.moments import AudienceThen
from directory.edge.http.plan_bodies import PlannedChangeBody, Settling, numbers_in, read_steps
from directory.edge.http.plan_door import Draft, PlanDoor
from directory.edge.http.plan_shapes import PlanShape, PlanWithPreview
from directory.edge.http.pointing import WHOLE, pointing
from directory.edge.http.shapes import Shape
from directory.ports import PlanQuery
from vocabulary.caller import Caller
from vocabulary.stockholm import parse_instant

States = Annotated[list[PlanState] | None, Query(alias="state", description="only those that stand so")]
Due = Annotated[str | None, Query(max_length=40, description="an instant, or a date for its start in Stockholm")]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=100)]


class PlanPage(Shape):
    """``next_cursor`` is absent on the last page."""

    items: list[PlanShape]
    next_cursor: str | None


def planned_changes(door: PlanDoor) -> APIRouter:
    routes = APIRouter(prefix="/api/v1/planned-changes", tags=["planned changes"])

    @routes.post("", status_code=201, response_model=PlanWithPreview)
    def plan(
        body: PlannedChangeBody, request: Request, dry_run: DryRun = False, caller: Caller = door.caller
    ) -> Response:
        def tried(audience: AudienceThen) -> Draft:
            return Draft(tuple(read_steps(body, audience, door.directory, None)))

        def meant(audience: AudienceThen) -> Draft:
            steps = read_steps(body, audience, door.directory, lambda draft: made_id(draft, door.directory))
            return Draft(tuple(steps), numbers_in(body))

        due = parse_instant(body.due, pointer="/due")
        return door.propose(request, caller, body, due, tried, meant, dry_run=dry_run)

    add_shared(routes, door, reorganisation=False)
    return routes


def add_shared(routes: APIRouter, door: PlanDoor, *, reorganisation: bool) -> None:
    """Listing, reading, cancelling and trying again, which planned changes and reorganisations have in common."""

    @routes.get("", response_model=PlanPage)
    def listed(
        state: States = None,
        due_from: Due = None,
        due_until: Due = None,
        cursor: Cursor = None,
        limit: Limit = 50,
        caller: Caller = door.caller,
    ) -> dict[str, Any]:
        query = PlanQuery(
            None if not state else frozenset(state),
            True if reorganisation else None,
            None if due_from is None else parse_instant(due_from, pointer="/due_from"),
            None if due_until is None else parse_instant(due_until, pointer="/due_until"),
        )
        return door.listed(caller, query, cursor, limit)

    @routes.get("/{plan_id}", response_model=PlanWithPreview)
    def read(plan_id: str, caller: Caller = door.caller) -> Response:
        return door.answer(caller, door.find(caller, plan_id, reorganisation=reorganisation))

    @routes.post("/{plan_id}/cancel", response_model=PlanWithPreview)
    def cancel(plan_id: str, body: Settling, request: Request, caller: Caller = door.caller) -> Response:
        found = door.find(caller, plan_id, reorganisation=reorganisation)
        door.demand_version(request, found)
        return door.answer(caller, door.planning.cancel(found, caller, body.reason))

    @routes.post("/{plan_id}/retry", response_model=PlanWithPreview)
    def retry(plan_id: str, request: Request, caller: Caller = door.caller) -> Response:
        found = door.find(caller, plan_id, reorganisation=reorganisation)
        door.demand_version(request, found)
        with pointing(lambda _: WHOLE):  # Nothing is sent that could be at fault.
            again = door.planning.retry(found, caller)
        return door.answer(caller, again)
