"""Whoever creates assignments in an area makes, changes and ends them, and does not say who holds them.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.duty_ground import judged
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "Den som skapar uppdrag säger inte vem som har dem"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    return judged(Duty.CREATE_ASSIGNMENTS, request, facts, "she creates assignments there")
