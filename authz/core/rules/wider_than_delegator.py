"""A delegation never gives wider sight than the delegator's own.  (PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.delegated import stopped_at, wide_enough
from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.vote import SILENT, Vote, forbid
from vocabulary.citation import Citation

TITLE = "En delegering ger aldrig mer insyn än den delegerande har"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    stopped = stopped_at(wide_enough, request, facts)
    return forbid("the delegator has no right to see this herself", *stopped) if stopped else SILENT
