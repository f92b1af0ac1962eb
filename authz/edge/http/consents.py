"""``/api/v1/consents``: register, show, find by patient or by the person they name, end, annul."""

from fastapi import APIRouter, Request, Response

from authz.actions.desk import Desk
from authz.actions.end_consent import annul_consent, end_consent
from authz.actions.register_consent import register_consent
from authz.actions.rights import Rights
from authz.core.facts import Ground
from authz.edge.http.carrying_out import DryRun
from authz.edge.http.register_door import RegisterDoor
from authz.edge.http.register_routes import offer_endings, offer_finding, offer_finding_by_person, offer_showing
from authz.edge.http.rows import (
    REGISTRARS,
    Authenticate,
    PatientBody,
    PeriodBody,
    caller_with,
    parse_id,
    parse_optional_id,
)
from authz.ports import Kind, Row, Trail
from vocabulary.caller import Caller

PREFIX = "/api/v1/consents"


class NewConsent(PeriodBody):
    """``represented_by`` is name and role of a lawful representative, where one spoke for the patient."""

    patient: PatientBody
    unit: str
    person: str | None = None
    ground: Ground
    represented_by: str | None = None
    note: str | None = None


def consents_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["consents"])
    registrar, door = caller_with(authenticate, REGISTRARS), RegisterDoor(desk, trail, Kind.CONSENT, PREFIX)

    @router.post("", status_code=201)
    def register(body: NewConsent, request: Request, dry_run: DryRun = False, caller: Caller = registrar) -> Response:
        def do(desk: Desk, rights: Rights) -> Row:
            unit, person = parse_id(body.unit, "/unit"), parse_optional_id(body.person, "/person")
            rights.need_unit(unit)
            patient = door.key_of(body.patient)
            rights.need_care(patient)
            if person is not None:
                rights.need_named(person, unit, patient)
            return register_consent(
                desk,
                patient=body.patient.read(),
                unit=unit,
                person=person,
                ground=body.ground,
                period=body.period(),
                by=caller.name,
                note=body.note,
                represented_by=body.represented_by,
            )

        return door.carry_out(request, caller, body, do, dry_run=dry_run)

    offer_finding(router, door, registrar)
    offer_finding_by_person(router, door, registrar)
    offer_showing(router, door, registrar)
    offer_endings(router, door, registrar, {"end": end_consent, "annul": annul_consent})
    return router
