"""The law's other purposes need no care relationship inside the own care provider: the job itself is the need.
(PDL 2 kap. 4 § 3–6 and 4 kap. 1 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Information, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation
from vocabulary.codes import Purpose

TITLE = "Andra ändamål kräver ingen vårdrelation inom den egna vårdgivaren"
CITES = Citation("PDL (2008:355)", "2 kap. 4 §", in_force_from=date(2008, 7, 1))

_OTHERS = frozenset(purpose.value for purpose in Purpose) - {Purpose.CARE.value}


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return SILENT
    if assignment.purpose not in _OTHERS or assignment.provider is None:
        return SILENT
    if assignment.provider != information.provider:
        return SILENT
    return permit("the assignment's purpose is the need, inside the own provider", assignment)
