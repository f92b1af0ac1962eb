"""A restriction in the licence register stops the task that it names.  (PSL 8 kap. 10 §)"""

from datetime import date

from authz.core.delegated import asked_task, licensed
from authz.core.facts import Facts, Reader
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "En begränsning i legitimationsregistret stoppar arbetsuppgiften"
CITES = Citation("PSL (2010:659)", "8 kap. 10 §", in_force_from=date(2011, 1, 1))

_UNREADABLE = unknown("the licence register or the catalogue of tasks could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    reader, task = facts.reader, asked_task(request, facts)
    if not isinstance(reader, Reader) or task is UNKNOWN or reader.restrictions is UNKNOWN:
        return _UNREADABLE
    if licensed(request, facts) is UNKNOWN:
        return _UNREADABLE
    if task is not None and task.code in reader.restrictions:
        return forbid("the licence register restricts the reader in this task", reader)
    return SILENT
