"""The patient does not write in the record: those do who are bound to keep it.  (PDL 3 kap. 3 § and 5 kap. 5 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Patienten skriver inte i journalen"
CITES = Citation("PDL (2008:355)", "3 kap. 3 §", in_force_from=date(2008, 7, 1))

_READS_ONLY = forbid("a citizen reads and prints, and does nothing else with a record")


def judge(request: Request, facts: Facts) -> Vote:
    return SILENT if request.action in (Action.READ, Action.PRINT) else _READS_ONLY
