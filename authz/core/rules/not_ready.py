"""That a patient is ready for discharge is told only after the treating doctor has so judged.
(Lag 2017:612 1 kap. 3 § and 3 kap. 1 §)"""

from datetime import date

from authz.core.discharge import cases
from authz.core.facts import CaseState, Facts
from authz.core.request import Message, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Utskrivningsklar meddelas först när läkaren har bedömt det"
CITES = Citation("Lag (2017:612)", "3 kap. 1 §", in_force_from=date(2018, 1, 1))

_UNREADABLE = unknown("the discharge cases could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    message = request.resource
    order = facts.policy.messages.get(message.kind) if isinstance(message, Message) else None
    if order is None or not order.needs_ready:
        return SILENT
    found = cases(request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    waiting = [case for case in found if case.state is CaseState.ADMITTED]
    return forbid("the doctor has not judged the patient ready", *waiting) if waiting else SILENT
