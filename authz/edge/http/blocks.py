"""``/api/v1/blocks``: register, show, find by patient, revoke; and the lifts of a block."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from authz.actions.desk import Desk
from authz.actions.lift_block import end_lift, lift_block
from authz.actions.register_block import BlockTerms, register_block, revoke_block
from authz.core.facts import Lift, LiftReason
from authz.core.request import PatientKey
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    Body,
    EndBody,
    PatientBody,
    PatientQuery,
    PeriodBody,
    caller_with,
    need_provider_of_caller,
    own_row,
    row_json,
    rows_json,
)
from authz.ports import Kind
from authz.refusals import UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/blocks"


class NewBlock(Body):
    patient: PatientBody
    provider: str
    unit: str | None = None
    information_from: date | None = None
    information_to: date | None = None
    excepted: list[str] = Field(default=[], alias="except", max_length=2)
    asked_by_guardian: bool = False


class NewLift(PeriodBody):
    unit: str
    person: str | None = None
    reason: LiftReason
    text: str


def blocks_router(desk: Desk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["blocks"])
    registrar = caller_with(authenticate, REGISTRARS, people=False)

    @router.post("", status_code=201)
    def register(body: NewBlock, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        provider = HsaId.parse(body.provider)
        need_provider_of_caller(desk, caller, provider)
        terms = BlockTerms(
            body.patient.read(),
            provider,
            None if body.unit is None else HsaId.parse(body.unit),
            body.information_from,
            body.information_to,
            frozenset(body.excepted),
            body.asked_by_guardian,
        )
        row = register_block(desk, terms, by=caller.name)
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return row_json(row)

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        key = PatientKey(desk.seal.lookup(body.patient.read()))
        return rows_json(desk, caller, desk.book.rows_of_patient(Kind.BLOCK, key))

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        return row_json(own_row(desk, caller, Kind.BLOCK, row_id))

    @router.post("/{row_id}/revoke")
    def revoke(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.BLOCK, row_id)
        return row_json(revoke_block(desk, row_id, by=caller.name, reason=body.reason))

    @router.post("/{row_id}/lifts", status_code=201)
    def lift(row_id: str, body: NewLift, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.BLOCK, row_id)
        row = lift_block(
            desk,
            row_id,
            unit=HsaId.parse(body.unit),
            person=None if body.person is None else HsaId.parse(body.person),
            reason=body.reason,
            text=body.text,
            period=body.period(),
            by=caller.name,
        )
        return row_json(row)

    @router.post("/{row_id}/lifts/{lift_id}/end")
    def end(row_id: str, lift_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.BLOCK, row_id)
        found = desk.book.row(Kind.LIFT, lift_id)
        if found is None or not isinstance(found.content, Lift) or found.content.block != row_id:
            raise UnknownRecord("there is no such record")
        return row_json(end_lift(desk, lift_id, by=caller.name, reason=body.reason))

    return router
