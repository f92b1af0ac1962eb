"""Exactly one current assignment of an active person is in use; one that lacks what HSA demands counts for nothing.
(PDL 4 kap. 2 §)"""

from datetime import date

from authz.core.facts import Facts
from authz.core.request import Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation

TITLE = "Exakt ett gällande medarbetaruppdrag används"
CITES = Citation("PDL (2008:355)", "4 kap. 2 §", in_force_from=date(2008, 7, 1))

_UNREADABLE = unknown("the directory could not be read")
_NOBODY = forbid("the person is not active in the directory")
_NONE_IN_USE = forbid("no assignment of the person is in use")


def judge(request: Request, facts: Facts) -> Vote:
    reader, assignment = facts.reader, facts.assignment
    if reader is UNKNOWN or assignment is UNKNOWN:
        return _UNREADABLE
    if reader is None or not reader.active:
        return _NOBODY
    if assignment is None:
        return _NONE_IN_USE
    if assignment.purpose is None or assignment.provider is None or assignment.capacity is None:
        return forbid("the assignment lacks purpose or care provider and is suppressed whole", assignment)
    if not assignment.period.contains(facts.now):
        return forbid("the assignment is not current", assignment)
    return SILENT
