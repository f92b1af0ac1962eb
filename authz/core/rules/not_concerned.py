"""A unit that the discharge does not concern receives nothing.  (Lag 2017:612 2 kap. 1 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote, forbid
from vocabulary.citation import Citation

TITLE = "En enhet som utskrivningen inte berör får ingenting"
CITES = Citation("Lag (2017:612)", "2 kap. 1 §", in_force_from=date(2018, 1, 1))

_NOT_A_RECEIVER = forbid("no current discharge of the patient concerns the unit")


def judge(request: Request, facts: Facts) -> Vote:
    return _NOT_A_RECEIVER
