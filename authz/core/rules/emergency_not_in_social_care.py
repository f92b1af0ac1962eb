"""There is no emergency access in social care.  (Lag 2022:913 3 kap. 6 §: care providers only)

Explains a missing ground; it is asked only when no ground permits.
"""

from datetime import date

from authz.core.crossing import crosses
from authz.core.facts import Facts, Reader
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Nödåtkomst finns inte i socialtjänsten"
CITES = Citation("Lag (2022:913)", "3 kap. 6 §", in_force_from=date(2023, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE


def judge(request: Request, facts: Facts) -> Vote:
    assignment, reader = crosses(request, facts), facts.reader
    if assignment is None or assignment.capacity is not _SOCIAL_CARE or not isinstance(reader, Reader):
        return SILENT
    if facts.emergencies is UNKNOWN:
        return SILENT
    for one in facts.emergencies:
        if one.patient == request.patient and one.person == reader.id and one.period.contains(facts.now):
            return forbid("an emergency is registered, which social care cannot use", one)
    return SILENT
