"""An admin assignment ends at its areas, for the entry as it stands and as it will stand.  (PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.administering import current, every, reaches, some, states
from authz.core.duty_ground import UNREADABLE
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Ett administrativt uppdrag slutar vid sitt område"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    held, entries = current(facts), states(facts)
    if held is UNKNOWN or entries is UNKNOWN:
        return UNREADABLE
    reached = every(some(reaches(one, entry) for one in held) for entry in entries)
    if reached is UNKNOWN:
        return UNREADABLE
    return SILENT if reached or not held else forbid("no area of hers contains the entry", *held, *entries)
