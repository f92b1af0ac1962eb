"""``/api/v1/care-relationships``: register, show, find by patient or by person, end."""

from fastapi import APIRouter, Request, Response

from authz.actions.desk import Desk
from authz.actions.end_care_relationship import end_care_relationship
from authz.actions.register_care_relationship import register_care_relationship
from authz.actions.rights import Rights
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
)
from authz.ports import Kind, Row, Trail
from vocabulary.caller import Caller

PREFIX = "/api/v1/care-relationships"


class NewCareRelationship(PeriodBody):
    patient: PatientBody
    person: str
    unit: str


def care_relationships_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["care-relationships"])
    registrar, door = caller_with(authenticate, REGISTRARS), RegisterDoor(desk, trail, Kind.CARE_RELATIONSHIP, PREFIX)

    @router.post("", status_code=201)
    def register(
        body: NewCareRelationship, request: Request, dry_run: DryRun = False, caller: Caller = registrar
    ) -> Response:
        def do(desk: Desk, rights: Rights) -> Row:
            person, unit = parse_id(body.person, "/person"), parse_id(body.unit, "/unit")
            rights.need_unit(unit)
            rights.need_named(person, unit, door.key_of(body.patient))
            return register_care_relationship(
                desk, patient=body.patient.read(), person=person, unit=unit, period=body.period(), by=caller.name
            )

        return door.carry_out(request, caller, body, do, dry_run=dry_run)

    offer_finding(router, door, registrar, whoever_asks=True)
    offer_finding_by_person(router, door, registrar)
    offer_showing(router, door, registrar)
    offer_endings(router, door, registrar, {"end": end_care_relationship})
    return router
