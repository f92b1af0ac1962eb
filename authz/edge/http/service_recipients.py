"""``/api/v1/service-recipients``: who gets, or is assessed for, a social care provider's services; it gives sight of
nothing by itself.  (Lag 2022:913 3 kap. 2 §)"""

from fastapi import APIRouter, Request, Response

from authz.actions.desk import Desk
from authz.actions.keep_other_registers import end_service_recipient, register_service_recipient
from authz.actions.rights import Rights
from authz.edge.http.carrying_out import DryRun
from authz.edge.http.register_door import RegisterDoor
from authz.edge.http.register_routes import offer_endings, offer_finding, offer_showing
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

PREFIX = "/api/v1/service-recipients"


class NewServiceRecipient(PeriodBody):
    patient: PatientBody
    provider: str


def service_recipients_router(desk: Desk, trail: Trail, authenticate: Authenticate) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["service-recipients"])
    registrar, door = caller_with(authenticate, REGISTRARS), RegisterDoor(desk, trail, Kind.SERVICE_RECIPIENT, PREFIX)

    @router.post("", status_code=201)
    def register(
        body: NewServiceRecipient, request: Request, dry_run: DryRun = False, caller: Caller = registrar
    ) -> Response:
        def do(desk: Desk, rights: Rights) -> Row:
            provider = parse_id(body.provider, "/provider")
            rights.need_provider(provider)
            rights.need_care(door.key_of(body.patient))
            return register_service_recipient(
                desk, patient=body.patient.read(), provider=provider, by=caller.name, period=body.period()
            )

        return door.carry_out(request, caller, body, do, dry_run=dry_run)

    offer_finding(router, door, registrar)
    offer_showing(router, door, registrar)
    offer_endings(router, door, registrar, {"end": end_service_recipient})
    return router
