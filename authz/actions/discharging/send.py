"""Sends a message of a discharge case: the decision point is asked first, and what it answers is recorded.

A message that the order of discharge lets this sender send is written with the id of its decision; `utskrivning` makes
the case discharged in the same commit.  (Lag 2017:612)
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from authz.actions.acting_at import need_herself_at, unit_of
from authz.actions.answer_question import Pdp
from authz.actions.ask_as_caller import ask_as_caller, told
from authz.actions.carers import carers_at
from authz.actions.desk import Desk, read_note
from authz.actions.discharging.case import ANY_CONCERNED, NOT_CLOSED, need_state, open_case_row, units_of
from authz.actions.question import Question
from authz.actions.telling import commit, done
from authz.core.facts import CaseState, DischargeCase
from authz.core.message_content import EXPECTED_DISCHARGE, MEETING_AT, MESSAGE_CONTENT, TEXT
from authz.core.request import Action
from authz.ports import CaseMessage, Kind, Row
from authz.refusals import InvalidRegistration, NotPermitted, WrongContent
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone

DISCHARGES = "utskrivning"


@dataclass(frozen=True, slots=True)
class Written:
    """``to_units`` left empty are all that the case concerns, but for the sender's own."""

    kind: str
    to_units: frozenset[HsaId] = frozenset()
    text: str | None = None
    expected_discharge: date | None = None
    meeting_at: datetime | None = None
    zone: NetworkZone = NetworkZone.OPEN


def send_message(desk: Desk, pdp: Pdp, row_id: str, caller: Caller, written: Written) -> Row:
    """Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed``, ``WrongState``, ``WrongContent``,
    ``InvalidRegistration``, ``PersonalNumberInText``, and ``NotPermitted`` with the decision's reason."""
    row, case = open_case_row(desk, row_id)
    person, held = need_herself_at(desk, desk.directory(), caller, units_of(case), ANY_CONCERNED)
    need_state(case, *NOT_CLOSED)
    text = _read_content(written)
    to_units = _receivers(case, unit_of(held), written.to_units)
    question = Question(
        Action.SEND.value,
        "message",
        case.id,
        person=person,
        assignment=held.id,
        patient=desk.seal.open(row.patients[0].sealed),
        message_kind=written.kind,
        from_unit=held.unit,
        to_units=tuple(sorted(to_units, key=lambda unit: unit.key)),
        zone=written.zone,
    )
    answer = ask_as_caller(pdp, caller, question)
    if not answer.permit:
        raise NotPermitted(told(answer), detail=answer.decision_id)
    message_id, act = desk.new_id(), done(desk, caller, "sent")
    content = CaseMessage(
        message_id, case.id, written.kind, unit_of(held), to_units, answer.decision_id, text,
        written.expected_discharge, written.meeting_at,
    )  # fmt: skip
    message = Row(Kind.CASE_MESSAGE, message_id, content, (), caller.name, act.at, act=act)
    beside = []
    if written.kind == DISCHARGES and case.state is CaseState.READY:
        beside.append(row.changed(replace(case, state=CaseState.DISCHARGED), done(desk, caller, "discharged")))
    contact = () if case.permanent_care_contact is None else (case.permanent_care_contact,)
    return commit(desk, message, [*contact, *carers_at(desk, case.patient, to_units)], beside)


def _read_content(written: Written) -> str | None:
    """The text as it may stand. A kind that the law does not list holds nothing, and is not sent."""
    holds = MESSAGE_CONTENT.get(written.kind)
    if holds is None:
        kinds = ", ".join(f"`{kind}`" for kind in MESSAGE_CONTENT)
        raise InvalidRegistration(f"the messages of a discharge are {kinds}", pointer="/kind")
    given = {
        name
        for name, value in (
            (TEXT, written.text), (EXPECTED_DISCHARGE, written.expected_discharge), (MEETING_AT, written.meeting_at)
        )
        if value is not None
    }  # fmt: skip
    for name in holds.missing(given):
        raise WrongContent(f"`{written.kind}` needs `{name}`", pointer=f"/{name}")
    for name in holds.beyond(given):
        raise WrongContent(f"`{written.kind}` holds no `{name}`: leave it out", pointer=f"/{name}")
    return None if written.text is None else read_note(written.text, "/text")


def _receivers(case: DischargeCase, own: HsaId, wanted: frozenset[HsaId]) -> frozenset[HsaId]:
    if not wanted <= case.concerned_units:
        raise InvalidRegistration("only units that the case concerns receive its messages", pointer="/to_units")
    to_units = (wanted or case.concerned_units) - {own}
    if not to_units:
        raise InvalidRegistration("the message has no receiver but its own sender", pointer="/to_units")
    return to_units
