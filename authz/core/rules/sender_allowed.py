"""Who the order of discharge names sends the message: the ward that has the patient, or the permanent care contact in
regional open care.  (Lag 2017:612 2–4 kap.)"""

from datetime import date

from authz.core.discharge import cases
from authz.core.facts import AssignmentInUse, DischargeCase, Facts, Reader
from authz.core.messages import Sender
from authz.core.request import Action, Message, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Den som ordningen för utskrivning pekar ut sänder meddelandet"
CITES = Citation("Lag (2017:612)", "2 kap. 1 §", in_force_from=date(2018, 1, 1))

_OPEN_CARE, _IN_PATIENT = "01", "02"
_UNREADABLE = unknown("the discharge cases could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    message, assignment, reader = request.resource, facts.assignment, facts.reader
    if not isinstance(message, Message) or request.action is not Action.SEND:
        return SILENT
    if not isinstance(assignment, AssignmentInUse) or not isinstance(reader, Reader):
        return SILENT
    order = facts.policy.messages.get(message.kind)
    if order is None or assignment.capacity is not Capacity.HEALTH_CARE:
        return SILENT
    found = cases(request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    for case in found:
        if order.sender is Sender.WARD:
            allowed = assignment.unit == case.ward and assignment.care_type == _IN_PATIENT
        else:
            allowed = _is_care_contact(reader, assignment, case)
        if allowed:
            return permit("the order of discharge names this sender", case)
    return SILENT


def _is_care_contact(reader: Reader, assignment: AssignmentInUse, case: DischargeCase) -> bool:
    return (
        case.permanent_care_contact == reader.id
        and assignment.unit in case.concerned_units
        and assignment.care_type == _OPEN_CARE
    )
