"""The capacity follows from the provider of the assignment's unit; a health-care task is not done in social care.
(PSL 1 kap. 4 § and 6 kap. 3 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Employee, Information, Request, Task
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.capacity import Capacity
from vocabulary.citation import Citation

TITLE = "Egenskapen följer av vårdgivaren för uppdragets enhet"
CITES = Citation("PSL (2010:659)", "1 kap. 4 §", in_force_from=date(2011, 1, 1))

_SOCIAL_CARE = Capacity.SOCIAL_CARE
_NO_ASSIGNMENT = unknown("without an assignment there is no capacity")


def judge(request: Request, facts: Facts) -> Vote:
    subject, assignment, resource = request.subject, facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse):
        return _NO_ASSIGNMENT
    if isinstance(subject, Employee) and subject.capacity is not None and subject.capacity is not assignment.capacity:
        return forbid("the stated capacity is not that of the assignment's provider", assignment)
    if assignment.capacity is _SOCIAL_CARE and (
        isinstance(resource, Task) or (isinstance(resource, Information) and resource.task is not None)
    ):
        return forbid("a health-care task is not done under an assignment in social care", assignment)
    return SILENT
