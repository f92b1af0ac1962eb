"""With the patient's consent another provider's information is open: to health care when it has the patient, to social
care when the patient gets or is assessed for its services.  (Lag 2022:913 3 kap. 1 and 2 §)"""

from datetime import date

from authz.core.crossing import crosses, receives_services, registered
from authz.core.facts import Facts, Ground
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Med patientens samtycke är andra vårdgivares uppgifter öppna"
CITES = Citation("Lag (2022:913)", "3 kap. 1 §", in_force_from=date(2023, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE
_HEALTH_GROUND, _SOCIAL_GROUND = Ground.CONSENT_3_1, Ground.CONSENT_SOCIAL_3_2
_UNREADABLE = unknown("the register of consents could not be read")
_RECIPIENTS_UNREADABLE = unknown("whether the patient gets the provider's services could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment = crosses(request, facts)
    if assignment is None:
        return SILENT
    social = assignment.capacity is _SOCIAL_CARE
    found = registered(_SOCIAL_GROUND if social else _HEALTH_GROUND, assignment, request, facts)
    if found is UNKNOWN:
        return _UNREADABLE
    if found is None:
        return SILENT
    if social:
        served = receives_services(assignment, request, facts)
        if served is not True:
            return _RECIPIENTS_UNREADABLE if served is UNKNOWN else SILENT
    return permit("the patient consents", found)
