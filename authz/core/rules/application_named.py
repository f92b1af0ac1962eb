"""An application is open to the system roles and assignments that its own policy names.  (PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts, Reader
from authz.core.request import Action, Application, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit, unknown
from vocabulary.citation import Citation

TITLE = "En tillämpning är öppen för dem som dess egen policy pekar ut"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_UNREADABLE = unknown("the application's policy could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    wanted, entry, assignment, reader = request.resource, facts.application, facts.assignment, facts.reader
    if entry is UNKNOWN:
        return _UNREADABLE
    if not isinstance(wanted, Application) or request.action is not Action.USE or entry is None:
        return SILENT
    if entry.client_id != wanted.client_id or not isinstance(assignment, AssignmentInUse):
        return SILENT
    if not isinstance(reader, Reader):
        return SILENT
    if assignment.id in entry.assignments or not reader.system_roles.isdisjoint(entry.system_roles):
        return permit("the application's policy names the assignment or a role of the reader", entry)
    return SILENT
