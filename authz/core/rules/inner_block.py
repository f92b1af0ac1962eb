"""A block inside one care provider hides a unit's notes from its other units, and from other providers.
(PDL 4 kap. 4 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.reach import hides, opened
from authz.core.request import Information, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "En inre spärr döljer enhetens uppgifter för andra enheter"
CITES = Citation("PDL (2008:355)", "4 kap. 4 §", in_force_from=date(2008, 7, 1))

_UNREADABLE = unknown("the register of blocks, or whose the information is, could not be read")
_LIFTS_UNREADABLE = unknown("whether the block is lifted could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return _UNREADABLE
    own, written = assignment.unit, information.unit
    if own is not None and written is not None and own.key == written.key:
        return SILENT
    if facts.blocks is UNKNOWN or written is None:
        return _UNREADABLE
    for block in facts.blocks:
        if block.unit is not None and block.unit.key == written.key and hides(block, request, facts):
            lift = opened(block, facts)
            if lift is None:
                return forbid("the patient has blocked this unit", block)
            if lift is UNKNOWN:
                return _LIFTS_UNREADABLE
    return SILENT
