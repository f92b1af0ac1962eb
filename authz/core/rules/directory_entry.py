"""Staff with a current assignment read their colleagues' entries in the directory, and the units' that they work with.
(HSA; PDL 2 kap. 4 §)"""

from datetime import date

from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import SEEN_BY_STAFF, EntryKind
from authz.core.facts import Colleague, Facts
from authz.core.request import Action, DirectoryObject, Request
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation

TITLE = "Personal ser sina kollegor och enheter i katalogen"
CITES = Citation("PDL (2008:355)", "2 kap. 4 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    wanted, colleague, entry = request.resource, facts.colleague, facts.entry
    if not isinstance(wanted, DirectoryObject) or request.action is not Action.READ:
        return SILENT
    if not wanted.classes <= SEEN_BY_STAFF:
        return SILENT
    if isinstance(colleague, Colleague) and colleague.id == wanted.id:
        return permit("colleagues' entries are open to staff", colleague)
    if not isinstance(entry, DirectoryEntry) or entry.kind in (EntryKind.PERSON, EntryKind.ADMIN_ASSIGNMENT):
        return SILENT
    return permit("what is no person's and not about administration is open to staff", entry)
