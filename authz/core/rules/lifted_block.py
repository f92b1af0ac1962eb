"""A current lift opens a block for the reader's unit or for her in person; every block that hides must be lifted.
(PDL 4 kap. 5 §; Lag 2022:913 2 kap. 3 § third paragraph)

Says only that a lift was used. That a lift is no ground, and that an unlifted block denies, other rules see to.
"""

from datetime import date

from authz.core.facts import AssignmentInUse, Facts
from authz.core.reach import hides, opened
from authz.core.request import Information, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, permit
from vocabulary.citation import Citation

TITLE = "En gällande hävning öppnar spärren"
CITES = Citation("PDL (2008:355)", "4 kap. 5 §", in_force_from=date(2008, 7, 1))


def judge(request: Request, facts: Facts) -> Vote:
    assignment, information = facts.assignment, request.resource
    if facts.blocks is UNKNOWN or facts.lifts is UNKNOWN or not facts.lifts:
        return SILENT
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return SILENT
    lifts = []
    for block in facts.blocks:
        if hides(block, request, facts):
            lift = opened(block, facts)
            if lift is None or lift is UNKNOWN:
                return SILENT
            lifts.append(lift)
    return permit("each block that hides this is lifted", *lifts) if lifts else SILENT
