"""To social care, a child's or an incapable person's missing consent opens only other social care providers' data.
(Lag 2022:913 3 kap. 2 § second paragraph and 4 §)

Explains a missing ground; it is asked only when no ground permits.
"""

from datetime import date

from authz.core.crossing import crosses, registered
from authz.core.facts import Facts, Ground, InformationPlace
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Utan samtycke ser omsorgen bara andra omsorgsgivares uppgifter"
CITES = Citation("Lag (2022:913)", "3 kap. 4 §", in_force_from=date(2023, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE


def judge(request: Request, facts: Facts) -> Vote:
    assignment, place = crosses(request, facts), facts.information
    if assignment is None or assignment.capacity is not _SOCIAL_CARE:
        return SILENT
    if isinstance(place, InformationPlace) and place.capacity is _SOCIAL_CARE:
        return SILENT
    for ground in (Ground.CHILD_SOCIAL_3_2, Ground.INCAPACITY_SOCIAL_3_4):
        found = registered(ground, assignment, request, facts)
        if found is not None and found is not UNKNOWN:
            return forbid("the registered ground opens only social care providers' information", found)
    return SILENT
