"""``/api/v1/care-relationships``: register, show, find by patient, end."""

from typing import Any

from fastapi import APIRouter, Response

from authz.actions.desk import Desk
from authz.actions.end_care_relationship import end_care_relationship
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.request import PatientKey
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    EndBody,
    PatientBody,
    PatientQuery,
    PeriodBody,
    caller_with,
    need_unit_of_caller,
    own_row,
    row_json,
    rows_json,
)
from authz.ports import Kind
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

PREFIX = "/api/v1/care-relationships"


class NewCareRelationship(PeriodBody):
    patient: PatientBody
    person: str
    unit: str


def care_relationships_router(desk: Desk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["care-relationships"])
    registrar = caller_with(authenticate, REGISTRARS, people=False)

    @router.post("", status_code=201)
    def register(body: NewCareRelationship, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        unit = HsaId.parse(body.unit)
        need_unit_of_caller(desk, caller, unit)
        row = register_care_relationship(
            desk,
            patient=body.patient.read(),
            person=HsaId.parse(body.person),
            unit=unit,
            period=body.period(),
            by=caller.name,
        )
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return row_json(row)

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        key = PatientKey(desk.seal.lookup(body.patient.read()))
        return rows_json(desk, caller, desk.book.rows_of_patient(Kind.CARE_RELATIONSHIP, key))

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        return row_json(own_row(desk, caller, Kind.CARE_RELATIONSHIP, row_id))

    @router.post("/{row_id}/end")
    def end(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.CARE_RELATIONSHIP, row_id)
        return row_json(end_care_relationship(desk, row_id, by=caller.name, reason=body.reason))

    return router
