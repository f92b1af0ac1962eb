"""Whoever reads for care takes part in the care of this patient, at the unit of the assignment in use; it ends when the
responsibility for nursing moves away from that unit.  (PDL 4 kap. 1 §; HSL 12 kap. 1 §)"""

from datetime import date

from authz.core.facts import AssignmentInUse, CareRelationship, Facts, Reader, ResponsibilityMove
from authz.core.request import Action, Request
from authz.core.unknown import UNKNOWN
from authz.core.vote import SILENT, Vote, forbid, unknown
from vocabulary.citation import Citation
from vocabulary.codes import Purpose

TITLE = "Den som läser för vård deltar i vården av patienten"
CITES = Citation("PDL (2008:355)", "4 kap. 1 §", in_force_from=date(2008, 7, 1))

_CARE = Purpose.CARE.value
_NONE = forbid("no current care relationship with the patient at the assignment's unit")
_UNREADABLE = unknown("the register of care relationships could not be read")
_MOVES_UNREADABLE = unknown("whether responsibility for the patient has moved could not be read")


def judge(request: Request, facts: Facts) -> Vote:
    assignment, reader = facts.assignment, facts.reader
    if not isinstance(assignment, AssignmentInUse) or not isinstance(reader, Reader):
        return _NONE
    if assignment.purpose != _CARE:
        return SILENT
    if request.patient is None and request.action is Action.SIGN:
        return SILENT  # A delegation that names no patient tells nothing of anybody.
    if facts.care_relationships is UNKNOWN:
        return _UNREADABLE
    if assignment.unit is None:
        return _NONE
    unreadable = False
    patient, person, unit = request.patient, reader.id.key, assignment.unit.key
    for one in facts.care_relationships:
        if one.patient != patient or one.person.key != person or one.unit.key != unit:
            continue
        if not one.period.contains(facts.now):
            continue
        moves = facts.responsibility_moves
        if moves is not UNKNOWN and not moves:
            return SILENT
        if moves is UNKNOWN:
            unreadable = True
            continue
        moved = [move for move in moves if _concerns(move, one, facts)]
        if not moved:
            return SILENT
        if reader.licences is UNKNOWN:
            unreadable = True
        elif all(reader.licences.isdisjoint(move.professions) for move in moved):
            return SILENT
    return _MOVES_UNREADABLE if unreadable else _NONE


def _concerns(move: ResponsibilityMove, one: CareRelationship, facts: Facts) -> bool:
    """The move ends it for the professions that moved. One that begins after the move is a new one, and stands."""
    if move.patient != one.patient or move.from_unit != one.unit or facts.now < move.at:
        return False
    return one.period.start is None or one.period.start <= move.at
