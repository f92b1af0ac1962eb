"""Only the purposes that the law lists open patient data, and outside the own care provider only care does. An
assignment with another purpose is suppressed whole (HSA), so that it opens no application and no directory either.
(PDL 2 kap. 4 §; Lag 2022:913 2 kap. 1 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Application, DirectoryObject, Information, Request
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation
from vocabulary.codes import Purpose

TITLE = "Bara lagens ändamål öppnar patientuppgifter"
CITES = Citation("PDL (2008:355)", "2 kap. 4 §", in_force_from=date(2008, 7, 1))

_LISTED = frozenset(purpose.value for purpose in Purpose)
_CARE = Purpose.CARE.value
_SOCIAL_CARE = Capacity.SOCIAL_CARE
_NO_ASSIGNMENT = unknown("without an assignment there is no purpose")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, resource = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse):
        return _NO_ASSIGNMENT
    purpose = assignment.purpose
    if purpose not in _LISTED:
        return forbid("the assignment's purpose is none of those that the law lists", assignment)
    if isinstance(resource, Application | DirectoryObject):
        return SILENT
    if request.purpose is not None and request.purpose != purpose:
        return forbid("the stated purpose is not that of the assignment", assignment)
    if assignment.capacity is _SOCIAL_CARE and purpose not in facts.policy.social_care_purposes:
        return forbid("social care has no such purpose", assignment)
    if purpose == _CARE:
        return SILENT
    if not isinstance(resource, Information) or resource.task is not None:
        return forbid("tasks and messages are for care alone", assignment)
    if resource.provider is not None and resource.provider != assignment.provider:
        return forbid("other purposes than care stay inside the care provider", assignment)
    return SILENT
