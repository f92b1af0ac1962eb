"""A delegation holds only when the recipient has accepted it, nobody with a veto has used it, and across providers the
receiving member has agreed.  (SOSFS 1997:14; HSF 2017:80 4 kap. 6 §)"""

from datetime import date

from authz.core.delegated import accepted, stopped_at
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegering gäller först när den är mottagen och godkänd"
CITES = Citation("HSF (2017:80)", "4 kap. 6 §", in_force_from=date(2017, 4, 1))


def judge(request: Request, facts: Facts) -> Vote:
    stopped = stopped_at(accepted, request, facts)
    return forbid("the delegation lacks an acceptance or is vetoed", *stopped) if stopped else SILENT
