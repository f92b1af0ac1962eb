"""Whoever administers the directory has logged in with two factors, over whichever network.
(HSLF-FS 2016:40 3 kap. 15 §)

No patient data is opened by it, so that level 2 is enough; which level it takes is data of the policy.
"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Den som administrerar katalogen har loggat in med två faktorer"
CITES = Citation("HSLF-FS 2016:40", "3 kap. 15 §", in_force_from=date(2017, 3, 1))

_TOO_LOW = forbid("the level of assurance is lower than administering needs")


def judge(request: Request, facts: Facts) -> Vote:
    return _TOO_LOW if request.assurance < facts.policy.lowest_level_to_administer else SILENT
