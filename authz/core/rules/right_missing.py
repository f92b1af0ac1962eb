"""A right of the assignment must match activity, information type and scope; under a delegation also the task's types.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.delegated import asked_task, licensed
from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Action, Information, Request
from authz.core.rights import reaches
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation
from vocabulary.codes import Activity

TITLE = "En behörighet i uppdraget måste räcka till"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_ACTIVITIES: dict[str, Activity] = {
    Action.READ: Activity.READ,
    Action.PRINT: Activity.READ,
    Action.WRITE: Activity.WRITE,
    Action.SIGN: Activity.SIGN,
}
_READING, _READ = Action.READ, Activity.READ
_NOT_OFFERED = forbid("no right opens this")
_ORIGIN_UNKNOWN = unknown("without unit and provider no scope can be matched")
_TASK_UNREADABLE = unknown("the catalogue of tasks or the licence register could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return _NOT_OFFERED
    activity = _READ if request.action is _READING else _ACTIVITIES.get(request.action)
    if activity is None:
        return _NOT_OFFERED
    unit, provider = information.unit, information.provider
    if unit is None or provider is None:
        return _ORIGIN_UNKNOWN
    if not reaches(assignment, activity, information.information_type, unit, provider):
        return forbid("no right of the assignment matches activity, type and scope", assignment)
    return SILENT if information.task is None else _sight_of_the_task(request, facts, information)


def _sight_of_the_task(request: Request, facts: Facts, information: Information) -> Vote:
    """Whoever has the task by delegation sees, and does nothing but see, what the task needs."""
    task, own_licence = asked_task(request, facts), licensed(request, facts)
    if task is UNKNOWN or own_licence is UNKNOWN:
        return _TASK_UNREADABLE
    if task is None or own_licence:
        return SILENT
    if information.information_type not in task.gives_sight_of:
        return forbid("the task gives no sight of this type", task)
    if request.action not in (Action.READ, Action.PRINT):
        return forbid("a delegated task gives sight and no more", task)
    return SILENT
