"""Nobody delegates a task that she lacks the licence or the own right for.  (PSL 6 kap. 3 §; HSF 2017:80 4 kap. 6 §)"""

from datetime import date

from authz.core.delegated import asked_task, competent, has_own_right, licensed, stopped_at
from authz.core.facts import AssignmentInUse, CatalogueTask, Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Ingen delegerar det hon själv saknar behörighet för"
CITES = Citation("PSL (2010:659)", "6 kap. 3 §", in_force_from=date(2011, 1, 1))

_UNREADABLE = unknown("the licence register or the catalogue of tasks could not be read")
_NOT_LICENSED = forbid("the signer lacks the licence that the task requires")


def judge(request: Request, facts: Facts) -> Vote:
    if request.action is Action.SIGN:
        return _of_the_signer(request, facts)
    stopped = stopped_at(competent, request, facts)
    return forbid("the delegator lacks licence or own right for the task", *stopped) if stopped else SILENT


def _of_the_signer(request: Request, facts: Facts) -> Vote:
    own, task, assignment = licensed(request, facts), asked_task(request, facts), facts.assignment
    if own is UNKNOWN or not isinstance(assignment, AssignmentInUse):
        return _UNREADABLE
    if not own or not isinstance(task, CatalogueTask):
        return _NOT_LICENSED
    if not all(has_own_right(assignment, kind) for kind in task.gives_sight_of):
        return forbid("the signer has no right of her own to what the task needs", assignment)
    return SILENT
