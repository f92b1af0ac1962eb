"""A delegation is signed at the level of assurance that its task asks, at least.  (SOSFS 1997:14)"""

from datetime import date

from authz.core.delegated import asked_task
from authz.core.facts import CatalogueTask, Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "En delegering undertecknas på den tillitsnivå uppgiften kräver"
CITES = Citation("SOSFS 1997:14", "delegation", in_force_from=date(1997, 10, 1))

_UNREADABLE = unknown("the catalogue of tasks could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    task = asked_task(request, facts)
    if task is UNKNOWN:
        return _UNREADABLE
    if isinstance(task, CatalogueTask) and request.assurance < task.signing_level:
        return forbid("the login is not sure enough to sign for this task", task)
    return SILENT
