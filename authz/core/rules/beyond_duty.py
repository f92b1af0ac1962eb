"""Each class of attributes that is touched needs a duty that is about it, where the entry stands.  (PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.duty_ground import UNREADABLE, all_given, known_change
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "Varje slags uppgift som ändras kräver en arbetsuppgift som gäller den"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    known = known_change(request, facts)
    if isinstance(known, Vote):
        return known
    held, entries = known
    given = all_given(held, entries, request)
    if given is UNKNOWN:
        return UNREADABLE
    return (
        SILENT if given or not held else forbid("no duty of hers there is about all that is touched", *held, *entries)
    )
