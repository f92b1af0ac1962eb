"""A delegation that stands gives the task, for the patients it names, and sight of what the task needs.
(PSL 6 kap. 3 §; SOSFS 1997:14)"""

from datetime import date

from authz.core.delegated import STAGES, asked_task, given
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.citation import Citation

TITLE = "En gällande delegering ger arbetsuppgiften"
CITES = Citation("PSL (2010:659)", "6 kap. 3 §", in_force_from=date(2011, 1, 1))

_UNREADABLE = unknown("the register of delegations, or what it rests on, could not be read")
_GIVES = (Action.PERFORM, Action.READ, Action.PRINT)


def judge(request: Request, facts: Facts) -> Vote:
    task = asked_task(request, facts)
    if task is UNKNOWN:
        return _UNREADABLE
    if task is None or not task.delegable or request.action not in _GIVES:
        return SILENT
    if facts.delegations is UNKNOWN:
        return _UNREADABLE
    unreadable = False
    for one in given(request, facts):
        doubt = False
        for stage in STAGES:
            answer = stage(one, request, facts)
            if answer is False:
                break
            doubt = doubt or answer is UNKNOWN
        else:
            if not doubt:
                return permit("the task is delegated to the reader", one)
            unreadable = True
    return _UNREADABLE if unreadable else SILENT
