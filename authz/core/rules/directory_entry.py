"""Staff with a current assignment read their colleagues' entries in the directory.  (HSA; PDL 2 kap. 4 §)"""

from datetime import date

from authz.core.facts import Colleague, Facts
from authz.core.request import Action, DirectoryObject, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation

CITES = Citation("PDL (2008:355)", "2 kap. 4 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    wanted, colleague = request.resource, facts.colleague
    if not isinstance(wanted, DirectoryObject) or not isinstance(colleague, Colleague):
        return SILENT
    if request.action is not Action.READ or colleague.id != wanted.person:
        return SILENT
    return permit("colleagues' entries are open to staff", colleague)
