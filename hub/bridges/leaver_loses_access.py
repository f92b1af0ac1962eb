"""Who leaves loses all access at that commit: logins and tokens end, delegations and care relationships lapse.

Every use of a token and every decision asks the directory anyway, so access is gone with the commit itself; this ends
what would otherwise lie about until somebody comes back. It is told of each commit at least once and may be told again.
"""

from datetime import datetime

from authz.actions.delegating.end import lapse_delegations_of
from authz.actions.desk import Desk
from authz.actions.end_care_relationship import end_care_relationships_of
from directory import Assignment, Change, Commit, Person
from federation.actions.end_access import EndAccess
from vocabulary.hsa_id import HsaId

BY = "directory"
"""The actor that the registers name for what a leaving ended."""


class LeaverLosesAccess:
    def __init__(self, end_access: EndAccess, desk: Desk) -> None:
        self._end_access, self._desk = end_access, desk

    def __call__(self, commit: Commit) -> None:
        lost = assignments_lost(commit.changes, commit.at)
        for person in people_gone(commit.changes, commit.at):
            lost.pop(person, None)
            self._end_access.of_person(person, None)
            lapse_delegations_of(self._desk, person, by=BY, reason="the employment has ended")
            end_care_relationships_of(self._desk, person, by=BY, reason="the employment has ended")
        for person, assignments in lost.items():
            self._end_access.of_person(person, frozenset(assignments))


def people_gone(changes: tuple[Change, ...], at: datetime) -> list[HsaId]:
    """Who was employed before the changes and is not after them, at ``at``."""
    return [
        change.before.hsa_id
        for change in changes
        if isinstance(change.before, Person)
        and _holds(change.before, at)
        and not (isinstance(change.after, Person) and _holds(change.after, at))
    ]


def _holds(person: Person, at: datetime) -> bool:
    return not person.archived and (person.period.end is None or at < person.period.end)


def assignments_lost(changes: tuple[Change, ...], at: datetime) -> dict[HsaId, set[HsaId]]:
    """Person → the assignments that she held before and does not hold after. A delegation hangs on the recipient's
    unit and the delegator's licence, which the rules of decision judge; so only tokens are ended here."""
    lost: dict[HsaId, set[HsaId]] = {}
    for change in changes:
        if isinstance(change.before, Assignment):
            after = _members(change.after, at) if isinstance(change.after, Assignment) else set()
            for person in _members(change.before, at) - after:
                lost.setdefault(person, set()).add(change.before.hsa_id)
    return lost


def _members(assignment: Assignment, at: datetime) -> set[HsaId]:
    """Whoever has a membership that has not ended."""
    if assignment.period.end is not None and assignment.period.end <= at:
        return set()
    return {m.person for m in assignment.memberships if m.period.end is None or at < m.period.end}
