"""``/api/v1/lifts``: the openings of blocks, by patient, by person and one by one; lift, and end before the time."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from authz.actions.desk import Desk
from authz.actions.lift_block import end_lift
from authz.actions.lift_in_two_steps import LiftTerms, lift_looked_at
from authz.actions.rights import Rights
from authz.core.facts import Lift, LiftReason
from authz.edge.http.carrying_out import DryRun
from authz.edge.http.register_door import RegisterDoor
from authz.edge.http.register_routes import offer_endings, offer_finding, offer_finding_by_person, offer_showing
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    EndBody,
    PeriodBody,
    caller_with,
    parse_id,
    parse_optional_id,
)
from authz.ports import Kind, Row, Trail
from authz.refusals import UnknownRecord
from vocabulary.caller import Caller

PREFIX = "/api/v1/lifts"
_AN_ID = "^[0-9A-Za-z_-]{1,64}$"


class LiftBody(PeriodBody):
    """``look`` is the id of the first step (``POST /api/v1/blocks/looks``)."""

    unit: str
    person: str | None = None
    reason: LiftReason
    text: str
    look: str | None = Field(default=None, pattern=_AN_ID)

    def terms(self) -> LiftTerms:
        unit, person = parse_id(self.unit, "/unit"), parse_optional_id(self.person, "/person")
        return LiftTerms(unit, person, self.reason, self.text, self.period(), self.look)


class NewLift(LiftBody):
    block: str = Field(pattern=_AN_ID)


class LiftDoor:
    """Lifts under their own address and under their block's."""

    def __init__(self, desk: Desk, trail: Trail) -> None:
        self.rows = RegisterDoor(desk, trail, Kind.LIFT, PREFIX)

    def lift(self, request: Request, caller: Caller, block: str, body: LiftBody, *, dry_run: bool) -> JSONResponse:
        def do(desk: Desk, rights: Rights) -> Row:
            return lift_looked_at(desk, rights, caller, block, body.terms())

        return self.rows.carry_out(request, caller, body, do, dry_run=dry_run)

    def end(
        self,
        request: Request,
        caller: Caller,
        lift_id: str,
        body: EndBody,
        *,
        block: str,
        dry_run: bool,
    ) -> JSONResponse:
        """``block`` is the one that the address names."""

        def do(desk: Desk, rights: Rights) -> Row:
            row = self.rows.wanted(request, rights, lift_id)
            if not isinstance(row.content, Lift) or row.content.block != block:
                raise UnknownRecord("there is no such record")
            return end_lift(desk, row.id, by=caller.name, reason=body.reason)

        return self.rows.carry_out(request, caller, body, do, dry_run=dry_run)

    def of_block(self, caller: Caller, block: Row) -> dict[str, Any]:
        return self.rows.of_rows(caller, self.rows.desk.book.rows_under(Kind.LIFT, block.id))


def lifts_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["lifts"])
    registrar, door = caller_with(authenticate, REGISTRARS), LiftDoor(desk, trail)

    @router.post("", status_code=201)
    def lift(body: NewLift, request: Request, dry_run: DryRun = False, caller: Caller = registrar) -> Response:
        return door.lift(request, caller, body.block, body, dry_run=dry_run)

    offer_finding(router, door.rows, registrar)
    offer_finding_by_person(router, door.rows, registrar)
    offer_showing(router, door.rows, registrar)
    offer_endings(router, door.rows, registrar, {"end": end_lift})
    return router
