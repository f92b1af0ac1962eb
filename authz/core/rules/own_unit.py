"""What was written at the unit of the assignment in use is open to whoever takes part in the care there.
(PDL 4 kap. 1 §; for social care Lag 2001:454)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Information, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation
from vocabulary.codes import Purpose

TITLE = "Den egna enhetens uppgifter är öppna för den som deltar i vården där"
CITES = Citation("PDL (2008:355)", "4 kap. 1 §", in_force_from=date(2008, 7, 1))

_CARE = Purpose.CARE.value


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return SILENT
    unit, provider = information.unit, information.provider
    if assignment.unit is None or assignment.provider is None or unit is None or provider is None:
        return SILENT
    if assignment.unit.key != unit.key or assignment.provider.key != provider.key or assignment.purpose != _CARE:
        return SILENT
    return permit("the information is of the assignment's own unit", assignment)
