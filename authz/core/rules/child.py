"""For a child that cannot consent no consent is needed: to health care for everything, to social care only for other
social care providers' information.  (Lag 2022:913 3 kap. 1 § third and 2 § second paragraph)"""

from datetime import date

from authz.core.crossing import crosses, is_child, receives_services, registered
from authz.core.facts import Facts, Ground, InformationPlace
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "För ett barn som inte kan samtycka krävs inget samtycke"
CITES = Citation("Lag (2022:913)", "3 kap. 1 § third paragraph", in_force_from=date(2023, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE
_HEALTH_GROUND, _SOCIAL_GROUND = Ground.CHILD_3_1, Ground.CHILD_SOCIAL_3_2
_UNREADABLE = unknown("the register of consents could not be read")
_AGE_UNREADABLE = unknown("whether the patient is a child, or gets the provider's services, could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment = crosses(request, facts)
    if assignment is None:
        return SILENT
    social = assignment.capacity is _SOCIAL_CARE
    if social and not (isinstance(facts.information, InformationPlace) and _is_social(facts.information)):
        return SILENT
    found = registered(_SOCIAL_GROUND if social else _HEALTH_GROUND, assignment, request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    if found is None:
        return SILENT
    child = is_child(request, facts)
    served = receives_services(assignment, request, facts) if social else True
    if child is False or served is False:
        return SILENT
    if child is UNKNOWN or served is UNKNOWN:
        return _AGE_UNREADABLE
    return permit("the patient is a child that cannot consent", found)


def _is_social(place: InformationPlace) -> bool:
    return place.capacity is _SOCIAL_CARE
