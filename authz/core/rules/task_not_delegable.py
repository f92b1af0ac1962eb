"""Prescribing, admission and whatever else the catalogue does not mark are never delegated.
(PSL 4 kap. 4 §; SOSFS 1997:14)"""

from datetime import date

from authz.core.delegated import asked_task
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Förskrivning och inskrivning delegeras aldrig"
CITES = Citation("PSL (2010:659)", "4 kap. 4 §", in_force_from=date(2011, 1, 1))

_UNREADABLE = unknown("the catalogue of tasks could not be read")
_NOT_IN_CATALOGUE = forbid("the task is not in the catalogue")


def judge(request: Request, facts: Facts) -> Vote:
    task = asked_task(request, facts)
    if task is UNKNOWN:
        return _UNREADABLE
    if task is None:
        return _NOT_IN_CATALOGUE
    return SILENT if task.delegable else forbid("the task is not delegable", task)
