"""Which discharges a message may belong to: those of the patient that are not closed.  (Lag 2017:612)"""

from authz.core.facts import CaseState, DischargeCase, Facts
from authz.core.request import Message, Request
from authz.core.unknown import UNKNOWN, Unknown


def cases(request: Request, facts: Facts) -> tuple[DischargeCase, ...] | Unknown:
    """The patient's current cases, or only the one that the message names."""
    if facts.discharge_cases is UNKNOWN:
        return UNKNOWN
    named = request.resource.case if isinstance(request.resource, Message) else None
    return tuple(
        case
        for case in facts.discharge_cases
        if case.patient == request.patient and case.state is not CaseState.CLOSED and named in (None, case.id)
    )
