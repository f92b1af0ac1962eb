"""For a patient who lastingly lacks capacity: to health care when the care is necessary, to social care only for other
social care providers' information.  (Lag 2022:913 3 kap. 3 and 4 §)

That the attitude was clarified as far as possible, and no refusal is to be believed, is what the registration asserts.
"""

from datetime import date

from authz.core.crossing import crosses, receives_services, registered
from authz.core.facts import Facts, Ground, InformationPlace
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "För den som varaktigt saknar beslutsförmåga kan nödvändig vård ges utan samtycke"
CITES = Citation("Lag (2022:913)", "3 kap. 3 §", in_force_from=date(2023, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE
_HEALTH_GROUND, _SOCIAL_GROUND = Ground.INCAPACITY_3_3, Ground.INCAPACITY_SOCIAL_3_4
_UNREADABLE = unknown("the register of consents could not be read")
_RECIPIENTS_UNREADABLE = unknown("whether the patient gets the provider's services could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment = crosses(request, facts)
    if assignment is None:
        return SILENT
    social = assignment.capacity is _SOCIAL_CARE
    if social and not (isinstance(facts.information, InformationPlace) and facts.information.capacity is _SOCIAL_CARE):
        return SILENT
    found = registered(_SOCIAL_GROUND if social else _HEALTH_GROUND, assignment, request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    if found is None:
        return SILENT
    if social:
        served = receives_services(assignment, request, facts)
        if served is not True:
            return _RECIPIENTS_UNREADABLE if served is UNKNOWN else SILENT
    return permit("the patient lastingly lacks capacity", found)
