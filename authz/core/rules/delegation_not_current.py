"""A delegation holds within its written period of at most a year, until it is revoked; without one there is nothing.
(SOSFS 1997:14)"""

from datetime import date

from authz.core.delegated import current, given, stopped_at
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegering gäller inom sin tid, högst ett år"
CITES = Citation("SOSFS 1997:14", "delegation", in_force_from=date(1997, 10, 1))

_NONE = forbid("there is no delegation of the task to the reader")


def judge(request: Request, facts: Facts) -> Vote:
    if not given(request, facts):
        return _NONE
    stopped = stopped_at(current, request, facts)
    return forbid("the delegation is not current, or is written for too long", *stopped) if stopped else SILENT
