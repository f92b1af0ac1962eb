"""People of another member are let in only by somebody who may say so there, too.  (PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.administering import with_duty
from authz.core.duty_ground import known_change
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation
from vocabulary.duties import Duty

TITLE = "En annan huvudmans personal släpps in av den som får säga det där"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    known = known_change(request, facts)
    if isinstance(known, Vote):
        return known
    held, entries = known
    for entry in entries:
        for member in entry.lets_in - {entry.member}:
            if not any(
                one.power.areas is None or any(area.id == member for area in one.power.areas)
                for one in with_duty(held, Duty.ASSIGN_PEOPLE)
            ):
                return forbid("somebody of another member would hold it", entry, *held)
    return SILENT
