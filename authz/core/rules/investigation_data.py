"""What an insurance-medical investigation gathered is open only to the unit that made it.
(PDL 4 kap. 2 § second paragraph)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.request import Information, Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Försäkringsmedicinska utredningar är öppna bara för enheten som gjorde dem"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_ANOTHER_UNITS = forbid("the information is from another unit's insurance-medical investigation")


def judge(request: Request, facts: Facts) -> Vote:
    information, assignment = request.resource, facts.assignment
    if not isinstance(information, Information) or not information.investigation:
        return SILENT
    if isinstance(assignment, AssignmentInUse) and assignment.unit is not None and assignment.unit == information.unit:
        return SILENT
    return _ANOTHER_UNITS
