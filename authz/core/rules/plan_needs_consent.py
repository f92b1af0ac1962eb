"""The individual plan after discharge is written, and sent, only with the patient's consent; the call to it is not
bound by that.  (Lag 2017:612 4 kap. 2 §)"""

from datetime import date

from authz.core.facts import CaseState, Facts
from authz.core.request import Action, Information, Message, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Den individuella planen skrivs bara med patientens samtycke"
CITES = Citation("Lag (2017:612)", "4 kap. 2 §", in_force_from=date(2018, 1, 1))

_WRITES = (Action.WRITE, Action.SIGN)
_PLAN_TYPE = "vpo"
_UNREADABLE = unknown("the discharge cases could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    resource = request.resource
    if isinstance(resource, Information):
        if resource.information_type != _PLAN_TYPE or request.action not in _WRITES:
            return SILENT
    elif not isinstance(resource, Message) or not _is_the_plan(resource, facts):
        return SILENT
    if facts.discharge_cases is UNKNOWN:
        return _UNREADABLE
    for case in facts.discharge_cases:
        if case.patient == request.patient and case.state is not CaseState.CLOSED and not case.plan_consent:
            return forbid("the patient has not consented to the plan", case)
    return SILENT


def _is_the_plan(message: Message, facts: Facts) -> bool:
    order = facts.policy.messages.get(message.kind)
    return order is not None and order.needs_plan_consent
