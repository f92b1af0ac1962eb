"""Whether an assignment counts at an instant: only *current* ones do (HSA: dates of membership, unit and provider bound
the assignment).

Boundary: what the assignment allows is not judged here, and neither is whether the person is logged in.
"""

from datetime import datetime
from enum import StrEnum

from directory.core.entries import Assignment, CareProvider, Membership
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


class NotCurrent(StrEnum):
    """Why an assignment does not count for a person; the first that applies, in this order."""

    PERSON_UNKNOWN = "person_unknown"
    PERSON_ARCHIVED = "person_archived"
    PERSON_NOT_NOW = "person_not_now"
    ASSIGNMENT_UNKNOWN = "assignment_unknown"
    ASSIGNMENT_NOT_NOW = "assignment_not_now"
    PURPOSE_MISSING = "purpose_missing"
    NO_MEMBERSHIP = "no_membership"
    MEMBERSHIP_NOT_NOW = "membership_not_now"
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_NOT_NOW = "unit_not_now"
    PROVIDER_UNKNOWN = "provider_unknown"
    PROVIDER_NOT_NOW = "provider_not_now"


def why_not_current(snapshot: Snapshot, person: HsaId, assignment: HsaId, now: datetime) -> NotCurrent | None:
    """``None`` when ``person`` holds ``assignment`` at ``now`` and everything that bounds it contains ``now``."""
    reason = why_person_not_current(snapshot, person, now)
    if reason is not None:
        return reason
    held = snapshot.assignment(assignment)
    if held is None:
        return NotCurrent.ASSIGNMENT_UNKNOWN
    if not held.period.contains(now):
        return NotCurrent.ASSIGNMENT_NOT_NOW
    if not held.purpose:
        return NotCurrent.PURPOSE_MISSING
    memberships = _memberships(held, person)
    if not memberships:
        return NotCurrent.NO_MEMBERSHIP
    if not any(membership.period.contains(now) for membership in memberships):
        return NotCurrent.MEMBERSHIP_NOT_NOW
    return _why_place_not_current(snapshot, held, now)


def why_person_not_current(snapshot: Snapshot, person: HsaId, now: datetime) -> NotCurrent | None:
    """``None`` when the employee record is there, not archived, and its period contains ``now``."""
    record = snapshot.person(person)
    if record is None:
        return NotCurrent.PERSON_UNKNOWN
    if record.archived:
        return NotCurrent.PERSON_ARCHIVED
    return None if record.period.contains(now) else NotCurrent.PERSON_NOT_NOW


def current_assignments(snapshot: Snapshot, person: HsaId, now: datetime) -> tuple[Assignment, ...]:
    """The assignments that ``person`` can act under at ``now``."""
    held = snapshot.assignments_of(person)
    return tuple(a for a in held if why_not_current(snapshot, person, a.hsa_id, now) is None)


def current_until(snapshot: Snapshot, person: HsaId, assignment: HsaId, now: datetime) -> datetime | None:
    """The first instant at which a written end makes a now current assignment not current; ``None`` if none is written.

    Means nothing for an assignment that is not current at ``now``.
    """
    held, record = snapshot.assignment(assignment), snapshot.person(person)
    if held is None or record is None:
        return now
    unit, provider = _place(snapshot, held)
    bounds = [record.period, held.period]
    bounds += [place for place in (unit, provider) if place is not None]
    ends = [period.end for period in bounds if period.end is not None]
    current = [m.period.end for m in _memberships(held, person) if m.period.contains(now)]
    if current and None not in current:
        ends.append(max(end for end in current if end is not None))
    return min(ends, default=None)


def responsible_provider(snapshot: Snapshot, assignment: Assignment) -> CareProvider | None:
    """The provider of the assignment's unit; an assignment right under a provider has that provider."""
    unit = snapshot.unit(assignment.unit)
    if unit is None:
        return snapshot.care_provider(assignment.unit)
    return None if unit.care_provider is None else snapshot.care_provider(unit.care_provider)


def _memberships(assignment: Assignment, person: HsaId) -> list[Membership]:
    return [membership for membership in assignment.memberships if membership.person == person]


def _place(snapshot: Snapshot, assignment: Assignment) -> tuple[Period | None, Period | None]:
    unit, provider = snapshot.unit(assignment.unit), responsible_provider(snapshot, assignment)
    return (None if unit is None else unit.period, None if provider is None else provider.period)


def _why_place_not_current(snapshot: Snapshot, assignment: Assignment, now: datetime) -> NotCurrent | None:
    provider = responsible_provider(snapshot, assignment)
    unit = snapshot.unit(assignment.unit)
    if unit is None and provider is None:
        return NotCurrent.UNIT_UNKNOWN
    if unit is not None and not unit.period.contains(now):
        return NotCurrent.UNIT_NOT_NOW
    if provider is None:
        return NotCurrent.PROVIDER_UNKNOWN
    return None if provider.period.contains(now) else NotCurrent.PROVIDER_NOT_NOW
