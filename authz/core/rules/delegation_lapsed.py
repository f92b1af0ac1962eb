"""A delegation lapses when the delegator loses licence or assignment, the recipient leaves the unit, or the
responsibility for the patient moves.  (SOSFS 1997:14; PSL 6 kap. 3 §; HSL 12 kap. 1 §)"""

from datetime import date

from authz.core.delegated import standing, stopped_at
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegering upphör när det den vilar på faller bort"
CITES = Citation("PSL (2010:659)", "6 kap. 3 §", in_force_from=date(2011, 1, 1))


def judge(request: Request, facts: Facts) -> Vote:
    stopped = stopped_at(standing, request, facts)
    return forbid("what the delegation stood on is gone", *stopped) if stopped else SILENT
