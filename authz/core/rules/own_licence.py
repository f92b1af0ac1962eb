"""Whoever has the licence that a task requires does it by her own right, and may hand it on if it is delegable.
(PSL 4 kap. 1 § and 6 kap. 3 §)"""

from datetime import date

from authz.core.delegated import asked_task, licensed
from authz.core.facts import CatalogueTask, Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.citation import Citation

TITLE = "Den som har legitimationen utför uppgiften i egen rätt"
CITES = Citation("PSL (2010:659)", "4 kap. 1 §", in_force_from=date(2011, 1, 1))

_UNREADABLE = unknown("the licence register or the catalogue of tasks could not be read")
_FOR_TASKS = (Action.PERFORM, Action.SIGN, Action.READ, Action.PRINT, Action.WRITE)


def judge(request: Request, facts: Facts) -> Vote:
    if request.action not in _FOR_TASKS:
        return SILENT
    own = licensed(request, facts)
    if own is UNKNOWN:
        return _UNREADABLE
    task = asked_task(request, facts)
    return permit("the reader has a licence for the task", task) if own and isinstance(task, CatalogueTask) else SILENT
