"""Receives a message of a discharge case: whoever opens it is decided on and recorded, each time.  (Lag 2017:612)"""

from dataclasses import replace

from authz.actions.acting_at import need_herself_at, unit_of
from authz.actions.answer_question import Pdp
from authz.actions.ask_as_caller import ask_as_caller, told
from authz.actions.desk import Desk
from authz.actions.discharging.case import content_of, open_case_row
from authz.actions.question import Question
from authz.actions.telling import commit, done
from authz.core.request import Action
from authz.ports import CaseMessage, Kind, Row
from authz.refusals import ChangedMeanwhile, NotPermitted, UnknownRecord
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone

_AGAIN = 5


def receive_message(
    desk: Desk, pdp: Pdp, row_id: str, message_id: str, caller: Caller, zone: NetworkZone = NetworkZone.OPEN
) -> tuple[Row, str]:
    """The message with what it says, and the id of the decision; that the unit has received it is written once.

    Raises ``UnknownRecord`` also where the message is not to her unit, ``AlreadyEnded``, ``NotAllowed``, and
    ``NotPermitted`` with the decision's reason.
    """
    row, case = open_case_row(desk, row_id)
    message = _message(desk, row_id, message_id)
    to_units = content_of(message).to_units
    person, held = need_herself_at(desk, desk.directory(), caller, to_units, "a unit to which the message is sent")
    question = Question(
        Action.RECEIVE.value,
        "message",
        case.id,
        person=person,
        assignment=held.id,
        patient=desk.seal.open(row.patients[0].sealed),
        message_kind=content_of(message).kind,
        from_unit=None,
        zone=zone,
    )
    answer = ask_as_caller(pdp, caller, question)
    if not answer.permit:
        raise NotPermitted(told(answer), detail=answer.decision_id)
    received = _received(desk, row_id, message_id, caller, unit_of(held), answer.decision_id)
    return received, answer.decision_id


def _received(desk: Desk, row_id: str, message_id: str, caller: Caller, unit: HsaId, decision: str) -> Row:
    """Several units may receive at once: whoever comes second looks again."""
    for attempt in range(1, _AGAIN + 1):
        message = _message(desk, row_id, message_id)
        content = content_of(message)
        if unit in content.received_by:
            return message
        read = replace(content, received_by=content.received_by | {unit})
        act = done(desk, caller, "received", f"{unit} {decision}")
        try:
            return commit(desk, message.changed(read, act), [])
        except ChangedMeanwhile:
            if attempt == _AGAIN:
                raise
    raise AssertionError("the last attempt returns or raises")


def _message(desk: Desk, row_id: str, message_id: str) -> Row:
    found = desk.book.row(Kind.CASE_MESSAGE, message_id)
    if found is None or not isinstance(found.content, CaseMessage) or found.content.case != row_id:
        raise UnknownRecord("there is no such message")
    return found
