"""Whoever assigns people in an area says who holds an assignment or a system role, and makes none.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.duty_ground import judged
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "Den som bemannar säger vem som har ett uppdrag"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    return judged(Duty.ASSIGN_PEOPLE, request, facts, "she assigns people there")
