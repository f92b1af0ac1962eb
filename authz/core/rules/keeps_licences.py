"""Licences and their restrictions are written by whoever keeps them from the licence register, and by nobody else.
(PSL 4 kap. 1 §)"""

from datetime import date

from authz.core.duty_ground import judged
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "Legitimationer förs in bara från legitimationsregistret"
CITES = Citation("PSL (2010:659)", "4 kap. 1 §", in_force_from=date(2011, 1, 1))


def judge(request: Request, facts: Facts) -> Vote:
    return judged(Duty.KEEP_LICENCES, request, facts, "she keeps the licences of the person's member")
