"""``/api/v1/blocks``: register, show, find by patient, revoke; look who has blocked, and the lifts of a block."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from authz.actions.desk import Desk
from authz.actions.lift_in_two_steps import LOOK_HOLDS, look_at_blocks
from authz.actions.record_reading import record_reading
from authz.actions.records import instant_text
from authz.actions.register_block import AskedBy, BlockTerms, register_block, revoke_block
from authz.actions.rights import Rights
from authz.core.facts import Block, LiftReason
from authz.edge.http.carrying_out import DryRun
from authz.edge.http.lifts import LiftBody, LiftDoor
from authz.edge.http.register_door import RegisterDoor
from authz.edge.http.register_routes import offer_endings, offer_finding, offer_showing
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    Body,
    EndBody,
    PatientBody,
    caller_with,
    parse_id,
    parse_optional_id,
)
from authz.ports import BlockLook, Kind, Row, Trail
from vocabulary.caller import Caller

PREFIX = "/api/v1/blocks"
LOOKS = f"{PREFIX}/looks"


class NewBlock(Body):
    """``asked_by_guardian`` is an older way to say that ``asked_by`` is ``guardian``."""

    patient: PatientBody
    provider: str
    unit: str | None = None
    information_from: date | None = None
    information_to: date | None = None
    excepted: list[str] = Field(default=[], alias="except", max_length=2)
    asked_by: AskedBy = AskedBy.PATIENT
    asked_by_guardian: bool = False

    def terms(self) -> BlockTerms:
        return BlockTerms(
            self.patient.read(),
            parse_id(self.provider, "/provider"),
            parse_optional_id(self.unit, "/unit"),
            self.information_from,
            self.information_to,
            frozenset(self.excepted),
            AskedBy.GUARDIAN if self.asked_by_guardian else self.asked_by,
        )


class NewLook(Body):
    patient: PatientBody
    provider: str
    reason: LiftReason
    text: str


def blocks_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["blocks"])
    registrar, door = caller_with(authenticate, REGISTRARS), RegisterDoor(desk, trail, Kind.BLOCK, PREFIX)
    lifts = LiftDoor(desk, trail)

    @router.post("", status_code=201)
    def register(body: NewBlock, request: Request, dry_run: DryRun = False, caller: Caller = registrar) -> Response:
        def do(desk: Desk, rights: Rights) -> Row:
            terms = body.terms()
            rights.need_blocking(terms.provider, terms.unit, door.key_of(body.patient))
            return register_block(desk, terms, by=caller.name)

        return door.carry_out(request, caller, body, do, dry_run=dry_run)

    offer_finding(router, door, registrar)
    _offer_looks(router, desk, trail, registrar)
    offer_showing(router, door, registrar)
    offer_endings(router, door, registrar, {"revoke": revoke_block})

    @router.get("/{row_id}/lifts")
    def lifts_of(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        return lifts.of_block(caller, door.known(caller, row_id))

    @router.post("/{row_id}/lifts", status_code=201)
    def lift(
        row_id: str, body: LiftBody, request: Request, dry_run: DryRun = False, caller: Caller = registrar
    ) -> Response:
        return lifts.lift(request, caller, row_id, body, dry_run=dry_run)

    @router.post("/{row_id}/lifts/{lift_id}/end")
    def end(
        row_id: str,
        lift_id: str,
        body: EndBody,
        request: Request,
        dry_run: DryRun = False,
        caller: Caller = registrar,
    ) -> Response:
        return lifts.end(request, caller, lift_id, body, dry_run=dry_run, block=row_id)

    return router


def _offer_looks(router: APIRouter, desk: Desk, trail: Trail, registrar: Any) -> None:
    """The first step of lifting. Every time somebody is told who has blocked, the trail has it before she is."""

    def told(row: Row, caller: Caller) -> dict[str, Any]:
        look = row.content
        assert isinstance(look, BlockLook)
        found = (desk.book.row(Kind.BLOCK, block) for block in sorted(look.blocks))
        blocks = [block.content for block in found if block is not None and isinstance(block.content, Block)]
        shown = {
            **door.shown(row, caller),
            "blocks": [
                {
                    "id": block.id,
                    "level": "outer" if block.unit is None else "inner",
                    "provider": str(block.provider),
                    "unit": None if block.unit is None else str(block.unit),
                }
                for block in blocks
            ],
            "valid_until": instant_text(row.registered_at + LOOK_HOLDS),
        }
        record_reading(
            trail,
            caller,
            desk.clock.now(),
            "blocks_looked_at",
            look.patient,
            provider=look.provider,
            reason=look.reason,
            text=row.note,
            look=row.id,
            blocks=look.blocks,
        )
        return shown

    door = RegisterDoor(desk, trail, Kind.BLOCK_LOOK, LOOKS, told)

    @router.post("/looks", status_code=201)
    def look(body: NewLook, request: Request, caller: Caller = registrar) -> Response:
        """Which units of a care provider have blocked, for one who has to lift. Only that is told, and it is kept."""

        def do(desk: Desk, rights: Rights) -> Row:
            provider, patient = parse_id(body.provider, "/provider"), body.patient.read()
            return look_at_blocks(
                desk, rights, caller, patient=patient, provider=provider, reason=body.reason, text=body.text
            )

        return door.carry_out(request, caller, body, do)

    @router.get("/looks/{look_id}")
    def show_look(look_id: str, caller: Caller = registrar) -> Response:
        return door.show_one(caller, look_id)
