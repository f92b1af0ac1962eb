"""``/api/v1/discharge-cases``: a discharge from its admission to its end, and its messages, sent and received.

(Lag 2017:612)
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from authz.actions.acting_at import acts_at
from authz.actions.answer_question import Pdp
from authz.actions.desk import Desk
from authz.actions.discharging.case import units_of
from authz.actions.discharging.judge import judge_not_ready, judge_ready
from authz.actions.discharging.open_case import change_concerned_units, open_case
from authz.actions.discharging.receive import receive_message
from authz.actions.discharging.send import send_message
from authz.actions.discharging.settle import (
    annul_case,
    close_case,
    give_plan_consent,
    name_care_contact,
    withdraw_plan_consent,
)
from authz.core.facts import DischargeCase
from authz.edge.http.discharge_shapes import (
    ContactBody,
    NewCase,
    NewMessage,
    NoteBody,
    UnitsBody,
    ZoneBody,
    case_json,
    message_json,
)
from authz.edge.http.rows import REGISTRARS, Authenticate, EndBody, PatientQuery, caller_with, parse_id
from authz.edge.http.told_rows import TellRows, read_hsa_ids, unit_of_caller
from authz.ports import Kind, Row, Trail, Worklists
from vocabulary.caller import Caller

PREFIX = "/api/v1/discharge-cases"

Reasoned = Callable[[Desk, str, Caller, str], Row]

_WITH_A_REASON: dict[str, Reasoned] = {"not-ready": judge_not_ready, "close": close_case, "annul": annul_case}


def discharge_cases_router(
    desk: Desk, pdp: Pdp, trail: Trail, worklists: Worklists, authenticate: Authenticate
) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["discharge-cases"])
    registrar = caller_with(authenticate, REGISTRARS)

    def may_know(row: Row, caller: Caller) -> bool:
        case = row.content
        assert isinstance(case, DischargeCase)
        return acts_at(desk, desk.directory(), caller, units_of(case))

    shown = TellRows(desk, trail, Kind.DISCHARGE_CASE, may_know)

    def one(row: Row, caller: Caller) -> dict[str, Any]:
        return case_json(desk, shown, row, caller)

    @router.post("", status_code=201)
    def register(body: NewCase, response: Response, caller: Caller = registrar) -> dict[str, Any]:
        row = open_case(desk, caller, body.read())
        response.headers["Location"] = f"{PREFIX}/{row.id}"
        return one(row, caller)

    @router.get("")
    def of_unit(unit: str, caller: Caller = registrar) -> dict[str, Any]:
        """The cases that are not closed and concern the unit, the ward's own too."""
        asked = unit_of_caller(desk, caller, unit)
        return {"items": [one(row, caller) for row in shown.known_of(worklists.open_cases(asked), caller)]}

    @router.post("/query")
    def of_patient(body: PatientQuery, caller: Caller = registrar) -> dict[str, Any]:
        return {"items": [one(row, caller) for row in shown.of_patient(body.patient, caller)]}

    @router.get("/{row_id}")
    def show(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        row = shown.known(row_id, caller)
        return {**one(row, caller), "history": shown.history(row)}

    @router.put("/{row_id}/concerned-units")
    def concern(row_id: str, body: UnitsBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        units = read_hsa_ids(body.units, "/units")
        return one(change_concerned_units(desk, row_id, caller, units), caller)

    @router.put("/{row_id}/care-contact")
    def contact(row_id: str, body: ContactBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(name_care_contact(desk, row_id, caller, parse_id(body.person, "/person")), caller)

    @router.post("/{row_id}/plan-consent")
    def consent(row_id: str, body: NoteBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(give_plan_consent(desk, row_id, caller, body.note), caller)

    @router.post("/{row_id}/plan-consent/withdraw")
    def withdraw(row_id: str, body: NoteBody, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(withdraw_plan_consent(desk, row_id, caller, body.note), caller)

    @router.post("/{row_id}/ready")
    def ready(row_id: str, caller: Caller = registrar) -> dict[str, Any]:
        shown.known(row_id, caller)
        return one(judge_ready(desk, row_id, caller), caller)

    def offer_reasoned(name: str, step: Reasoned) -> None:
        @router.post(f"/{{row_id}}/{name}", name=name)
        def take(row_id: str, body: EndBody, caller: Caller = registrar) -> dict[str, Any]:
            shown.known(row_id, caller)
            return one(step(desk, row_id, caller, body.reason), caller)

    for name, step in _WITH_A_REASON.items():
        offer_reasoned(name, step)

    @router.post("/{row_id}/messages", status_code=201)
    def send(row_id: str, body: NewMessage, caller: Caller = registrar) -> dict[str, Any]:
        """Decided by the decision point, and recorded; what it denies is 403 `not_permitted` with the reason."""
        shown.known(row_id, caller)
        return message_json(send_message(desk, pdp, row_id, caller, body.written()))

    @router.post("/{row_id}/messages/{message_id}/receive")
    def receive(row_id: str, message_id: str, body: ZoneBody, caller: Caller = registrar) -> dict[str, Any]:
        """What the message says. Each opening is decided and recorded; ``received_by_decision`` is which it was."""
        shown.known(row_id, caller)
        message, decision = receive_message(desk, pdp, row_id, message_id, caller, body.network_zone)
        return {**message_json(message), "received_by_decision": decision}

    return router
