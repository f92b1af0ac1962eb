"""A unit that the discharge concerns receives its messages, without consent and without a care relationship.
(Lag 2017:612 2 kap. 1 §)"""

from datetime import date

from authz.core.discharge import cases
from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Action, Message, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.citation import Citation

TITLE = "Den enhet som utskrivningen berör tar emot dess meddelanden"
CITES = Citation("Lag (2017:612)", "2 kap. 1 §", in_force_from=date(2018, 1, 1))

_UNREADABLE = unknown("the discharge cases could not be read")
_RECEIVES = (Action.READ, Action.RECEIVE, Action.PRINT)


def judge(request: Request, facts: Facts) -> Vote:
    message, assignment = request.resource, facts.assignment
    if not isinstance(message, Message) or not isinstance(assignment, AssignmentInUse):
        return SILENT
    if request.action not in _RECEIVES or message.kind not in facts.policy.messages:
        return SILENT
    found = cases(request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    for case in found:
        if assignment.unit in case.concerned_units:
            return permit("the case concerns the unit", case)
    return SILENT
