"""Whoever administers an area creates, changes and ends what stands in it, licences apart.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.duty_ground import judged
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import Vote
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "Den som administrerar ett område ändrar det som finns där"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    return judged(Duty.ADMINISTER, request, facts, "she administers where the entry stands")
