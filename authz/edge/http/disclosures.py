"""``/api/v1/disclosures``: what one organisation hands another by the patient's consent, and that it has come.

Who may know of one: who is logged in with an assignment at one of the two units, and applications of their members.
"""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from authz.actions.acting_at import acts_at
from authz.actions.answer_question import Pdp
from authz.actions.desk import Desk
from authz.actions.disclose import Handing, acknowledge_disclosure, disclose
from authz.core.facts import Ground
from authz.edge.http.rows import REGISTRARS, Authenticate, Body, PatientBody, PatientQuery, caller_with, parse_id
from authz.edge.http.told_rows import TellRows, unit_of_caller
from authz.ports import Disclosure, Kind, Row, Trail, Worklists
from vocabulary.caller import Caller
from vocabulary.network_zone import NetworkZone

PREFIX = "/api/v1/disclosures"


class NewDisclosure(Body):
    """``consent`` is the id of a consent for ``to_unit`` with the ground `DISCLOSURE_CONSENT_OSL`."""

    patient: PatientBody
    consent: str = Field(max_length=64)
    to_unit: str
    information_types: list[str] = Field(min_length=1, max_length=20)
    network_zone: NetworkZone = NetworkZone.OPEN

    def read(self) -> Handing:
        return Handing(
            self.patient.read(),
            self.consent,
            parse_id(self.to_unit, "/to_unit"),
            frozenset(self.information_types),
            self.network_zone,
        )


def disclosures_router(
    desk: Desk, pdp: Pdp, trail: Trail, worklists: Worklists, authenticate: Authenticate
) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["disclosures"])
    registrar = caller_with(authenticate, REGISTRARS)

    def may_know(row: Row, caller: Caller) -> bool:
        disclosure = row.content
        assert isinstance(disclosure, Disclosure)
        return acts_at(desk, desk.directory(), caller, {disclosure.from_unit, disclosure.to_unit})

    shown = TellRows(desk, trail, Kind.DISCLOSURE, may_know)

    def one(row: Row, caller: Caller) -> dict[str, Any]:
        return {**shown.one(row, caller), "ground": Ground.DISCLOSURE_CONSENT_OSL}

    @router.post("", status_code=201)
    def register(body: NewDisclosure, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        row = disclose(desk, pdp, trail, caller, body.read())
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return one(row, caller)

    @router.get("")
    def to_unit(unit: str, caller: Caller = registrar) -> dict[str, Any]:
        """What was disclosed to the unit and is not acknowledged yet."""
        asked = unit_of_caller(desk, caller, unit)
        return {"items": [one(row, caller) for row in shown.known_of(worklists.disclosures_to(asked), caller)]}

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        return {"items": [one(row, caller) for row in shown.of_patient(body.patient, caller)]}

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        return {**one(row, caller), "history": shown.history(row)}

    @router.post("/{row_id}/acknowledge")
    def acknowledge(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(acknowledge_disclosure(desk, trail, row_id, caller), caller)

    return router
