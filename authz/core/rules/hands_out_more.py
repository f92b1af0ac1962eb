"""Nobody hands out more than she has, nor changes what gives more: every area with every duty.  (PDL 4 kap. 2 §)

An admin assignment belongs to the member whose areas it is for; only who administers the whole region makes others. To
end one takes no more than to administer its areas: what is misused must be stopped by whoever is there.
"""

from datetime import date

from authz.core.administering import Answer, Held, has_power, touched, whole_region
from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.duty_ground import UNREADABLE, known_change
from authz.core.facts import Facts
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Ingen ger någon annan mer än hon själv har"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    known = known_change(request, facts)
    if isinstance(known, Vote):
        return known
    held, entries = known
    ends = request.action is Action.END and touched(request) == {AttributeClass.VALIDITY}
    for entry in entries:
        if entry.kind is not EntryKind.ADMIN_ASSIGNMENT:
            continue
        had = _may_end(held, entry) if ends else _has(held, entry)
        if had is UNKNOWN:
            return UNREADABLE
        if not had:
            return forbid("it gives more than she has", entry, *held)
    return SILENT


def _may_end(held: Held, entry: DirectoryEntry) -> bool:
    """That she administers its areas is what the ground has asked."""
    power = entry.power
    at_home = power is not None and power.areas is not None and all(a.member == entry.member for a in power.areas)
    return at_home or whole_region(held)


def _has(held: Held, entry: DirectoryEntry) -> Answer:
    at_home = _may_end(held, entry)
    return has_power(held, entry.power) if at_home and entry.power is not None else False
