"""``/api/v1/consents``: register, show, find by patient, end, annul."""

from typing import Any

from fastapi import APIRouter, Response

from authz.actions.desk import Desk
from authz.actions.end_consent import annul_consent, end_consent
from authz.actions.register_consent import register_consent
from authz.core.facts import Ground
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

PREFIX = "/api/v1/consents"


class NewConsent(PeriodBody):
    patient: PatientBody
    unit: str
    person: str | None = None
    ground: Ground
    note: str | None = None


def consents_router(desk: Desk, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["consents"])
    registrar = caller_with(authenticate, REGISTRARS, people=False)

    @router.post("", status_code=201)
    def register(body: NewConsent, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        unit = HsaId.parse(body.unit)
        need_unit_of_caller(desk, caller, unit)
        row = register_consent(
            desk,
            patient=body.patient.read(),
            unit=unit,
            person=None if body.person is None else HsaId.parse(body.person),
            ground=body.ground,
            period=body.period(),
            by=caller.name,
            note=body.note,
        )
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return row_json(row)

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        key = PatientKey(desk.seal.lookup(body.patient.read()))
        return rows_json(desk, caller, desk.book.rows_of_patient(Kind.CONSENT, key))

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        return row_json(own_row(desk, caller, Kind.CONSENT, row_id))

    @router.post("/{row_id}/end")
    def end(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.CONSENT, row_id)
        return row_json(end_consent(desk, row_id, by=caller.name, reason=body.reason))

    @router.post("/{row_id}/annul")
    def annul(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
        own_row(desk, caller, Kind.CONSENT, row_id)
        return row_json(annul_consent(desk, row_id, by=caller.name, reason=body.reason))

    return router
