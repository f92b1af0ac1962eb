"""What holds for everybody is kept by whoever administers the whole region.  (PDL 4 kap. 2 §)

Members and care providers as the legal entities that they are, the region's code tables, and the roles of systems that
all members share: a member looks after its own description, and says who of its people holds a role.
"""

from collections.abc import Mapping
from datetime import date

from authz.core.administering import touched, whole_region
from authz.core.directory_words import ORDINARY, AttributeClass, EntryKind
from authz.core.duty_ground import known_change
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Det som gäller alla sköts av den som administrerar hela regionen"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_LEFT_TO_MEMBERS: Mapping[EntryKind, frozenset[AttributeClass]] = {
    EntryKind.MEMBER: ORDINARY,
    EntryKind.CARE_PROVIDER: ORDINARY,
    EntryKind.CODE_TABLE: frozenset(),
    EntryKind.SYSTEM_ROLE: frozenset({AttributeClass.HOLDERS}),
}


def judge(request: Request, facts: Facts) -> Vote:
    known = known_change(request, facts)
    if isinstance(known, Vote):
        return known
    held, entries = known
    if whole_region(held):
        return SILENT
    for entry in entries:
        left = _LEFT_TO_MEMBERS.get(entry.kind)
        if left is not None and not touched(request) <= left:
            return forbid("it is kept for the whole region", entry, *held)
    return SILENT
