"""Only a person who is active in the directory administers it; which ordinary assignment she uses does not matter.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Bara den vars anställning gäller administrerar katalogen"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_UNREADABLE = unknown("the directory could not be read")
_NOBODY = forbid("the person is not active in the directory")


def judge(request: Request, facts: Facts) -> Vote:
    reader = facts.reader
    if reader is UNKNOWN:
        return _UNREADABLE
    return SILENT if reader is not None and reader.active else _NOBODY
