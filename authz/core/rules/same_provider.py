"""Inside one care provider another unit's notes are open to whoever takes part in the care, without consent.
(PDL 2 kap. 2 § and 4 kap. 1 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Information, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation
from vocabulary.codes import Purpose

TITLE = "Inom vårdgivaren är andra enheters uppgifter öppna utan samtycke"
CITES = Citation("PDL (2008:355)", "2 kap. 2 §", in_force_from=date(2008, 7, 1))

_CARE = Purpose.CARE.value


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return SILENT
    unit, provider = information.unit, information.provider
    if assignment.provider is None or unit is None or provider is None or assignment.purpose != _CARE:
        return SILENT
    if assignment.provider.key != provider.key or (assignment.unit is not None and assignment.unit.key == unit.key):
        return SILENT
    return permit("the information is of another unit of the same provider", assignment)
