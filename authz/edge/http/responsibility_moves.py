"""``/api/v1/responsibility-moves``: responsibility for nursing moves to another unit; told to both, annulled if wrong.

Who may know of one: who is logged in with an assignment at one of the two units, and applications of their members.
"""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from authz.actions.acting_at import acts_at
from authz.actions.desk import Desk
from authz.actions.move_responsibility import Move, annul_move, move_responsibility
from authz.core.facts import ResponsibilityMove
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    Body,
    EndBody,
    Instant,
    PatientBody,
    PatientQuery,
    caller_with,
    parse_id,
)
from authz.edge.http.told_rows import TellRows
from authz.ports import Kind, Row, Trail
from vocabulary.caller import Caller

PREFIX = "/api/v1/responsibility-moves"


class NewMove(Body):
    """``professions`` are licence codes; ``at`` is the instant at which the responsibility moves."""

    patient: PatientBody
    from_unit: str
    to_unit: str
    professions: list[str] = Field(min_length=1, max_length=22)
    at: Instant

    def read(self) -> Move:
        return Move(
            self.patient.read(),
            parse_id(self.from_unit, "/from_unit"),
            parse_id(self.to_unit, "/to_unit"),
            frozenset(self.professions),
            self.at,
        )


def responsibility_moves_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["responsibility-moves"])
    registrar = caller_with(authenticate, REGISTRARS)

    def may_know(row: Row, caller: Caller) -> bool:
        move = row.content
        assert isinstance(move, ResponsibilityMove)
        return acts_at(desk, desk.directory(), caller, {move.from_unit, move.to_unit})

    shown = TellRows(desk, trail, Kind.RESPONSIBILITY_MOVE, may_know)

    @router.post("", status_code=201)
    def register(body: NewMove, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        row = move_responsibility(desk, caller, body.read())
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return shown.one(row, caller)

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        return {"items": [shown.one(row, caller) for row in shown.of_patient(body.patient, caller)]}

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        return {**shown.one(row, caller), "history": shown.history(row)}

    @router.post("/{row_id}/annul")
    def annul(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return shown.one(annul_move(desk, row_id, caller, body.reason), caller)

    return router
