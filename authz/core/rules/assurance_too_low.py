"""Over an open network the login must be of level 3; on the care sector's own networks level 2 is enough.
(HSLF-FS 2016:40 3 kap. 15 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.assurance import AssuranceLevel
from vocabulary.citation import Citation

TITLE = "Över öppna nät krävs tillitsnivå 3"
CITES = Citation("HSLF-FS 2016:40", "3 kap. 15 §", in_force_from=date(2017, 3, 1))

_HIGHEST = max(AssuranceLevel)
_TOO_LOW = forbid("the level of assurance is lower than the network zone needs")


def judge(request: Request, facts: Facts) -> Vote:
    if request.assurance is _HIGHEST:
        return SILENT
    if request.assurance < facts.policy.lowest_level.get(request.zone, AssuranceLevel.LOA3):
        return _TOO_LOW
    return SILENT
