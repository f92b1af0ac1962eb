"""Whoever has a duty in an area sees what administrators see of the entries that the duty is about.
(PDL 4 kap. 2 §)

The duty to see protected people lets its holder know of them, and see of them what staff see of their colleagues.
"""

from datetime import date

from authz.core.administering import current, holds_now, sees, sees_protected, some, touched
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import SEEN_BY_STAFF, AttributeClass, EntryKind
from authz.core.duty_ground import UNREADABLE
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation

TITLE = "Den som har en arbetsuppgift i ett område ser det den handlar om"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_TO_KNOW_OF_HER = SEEN_BY_STAFF | {AttributeClass.PROTECTED}


def judge(request: Request, facts: Facts) -> Vote:
    held, entry = current(facts), facts.entry
    if request.action is not Action.READ:
        return SILENT
    if held is UNKNOWN or entry is UNKNOWN:
        return UNREADABLE
    if not isinstance(entry, DirectoryEntry):
        return SILENT
    if entry.kind is EntryKind.ADMIN_ASSIGNMENT and holds_now(entry, facts):
        return permit("she holds it herself", entry)
    known = sees_protected(held, entry) if touched(request) <= _TO_KNOW_OF_HER else False
    seen = some((known, sees(held, entry)))
    if seen is UNKNOWN:
        return UNREADABLE
    return permit("a duty of hers is about it", *held, entry) if seen else SILENT
