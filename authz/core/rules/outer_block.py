"""An outer block hides a provider's information from every other provider, whatever the ground; an emergency never
opens it.  (Lag 2022:913 2 kap. 3 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.reach import hides, opened
from authz.core.request import Information, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "En yttre spärr döljer vårdgivarens uppgifter för alla andra"
CITES = Citation("Lag (2022:913)", "2 kap. 3 §", in_force_from=date(2023, 1, 1))

_UNREADABLE = unknown("the register of blocks, or whose the information is, could not be read")
_LIFTS_UNREADABLE = unknown("whether the block is lifted could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return _UNREADABLE
    own, written = assignment.provider, information.provider
    if own is not None and written is not None and own.key == written.key:
        return SILENT
    if facts.blocks is UNKNOWN or written is None:
        return _UNREADABLE
    for block in facts.blocks:
        if block.unit is None and block.provider.key == written.key and hides(block, request, facts):
            lift = opened(block, facts)
            if lift is None:
                return forbid("the patient has blocked this provider", block)
            if lift is UNKNOWN:
                return _LIFTS_UNREADABLE
    return SILENT
