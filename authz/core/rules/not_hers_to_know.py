"""An admin assignment exists only for whom it reaches: who administers there, and who holds it.  (PDL 4 kap. 2 §)

Everybody else gets the answer that an entry gets which is not there.
"""

from datetime import date

from authz.core.administering import current, holds_now, sees
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Ett administrativt uppdrag finns bara för dem det berör"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_UNREADABLE = unknown("the directory could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    entry, held = facts.entry, current(facts)
    if not isinstance(entry, DirectoryEntry) or entry.kind is not EntryKind.ADMIN_ASSIGNMENT:
        return SILENT
    if holds_now(entry, facts) or request.action is Action.CREATE:
        return SILENT
    if held is UNKNOWN:
        return _UNREADABLE
    seen = sees(held, entry)
    if seen is UNKNOWN:
        return _UNREADABLE
    return SILENT if seen else forbid("no admin assignment of hers has to do with this one", entry)
