"""In danger to life, a registered assertion with reason and end opens other care providers' unblocked information to
health care, when consent cannot be had.  (Lag 2022:913 3 kap. 6 §)"""

from datetime import date

from authz.core.crossing import crosses
from authz.core.facts import Facts, InformationPlace, Reader
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Vid fara för liv öppnas andra vårdgivares ospärrade uppgifter"
CITES = Citation("Lag (2022:913)", "3 kap. 6 §", in_force_from=date(2023, 1, 1))

_UNREADABLE = unknown("the register of emergencies could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, reader, place = crosses(request, facts), facts.reader, facts.information
    if assignment is None or assignment.capacity is not Capacity.HEALTH_CARE or not isinstance(reader, Reader):
        return SILENT
    if not isinstance(place, InformationPlace) or place.capacity is not Capacity.HEALTH_CARE:
        return SILENT
    if facts.emergencies is UNKNOWN:
        return _UNREADABLE
    for one in facts.emergencies:
        if one.patient != request.patient or one.person != reader.id or one.unit != assignment.unit:
            continue
        if one.reason.strip() and one.period.end is not None and one.period.contains(facts.now):
            return permit("an emergency is registered with its reason", one)
    return SILENT
