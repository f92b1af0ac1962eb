"""A delegation that names patients is for them alone.  (SOSFS 1997:14; PDL 4 kap. 1 §)"""

from datetime import date

from authz.core.delegated import for_this_patient, stopped_at
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegering som namnger patienter gäller bara dem"
CITES = Citation("SOSFS 1997:14", "delegation", in_force_from=date(1997, 10, 1))


def judge(request: Request, facts: Facts) -> Vote:
    stopped = stopped_at(for_this_patient, request, facts)
    return forbid("the delegation names other patients", *stopped) if stopped else SILENT
