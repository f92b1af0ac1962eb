"""The directory answers logins and tokens: who the employee is, and which assignments she holds at this moment."""

from datetime import UTC, datetime

from directory import Assignment, Directory, Person, Snapshot
from directory.core.completeness import lacks_of, told_rights
from directory.core.currency import (
    current_assignments,
    current_until,
    responsible_provider,
    why_not_current,
    why_person_not_current,
)
from federation.core.employee import Employee, EmployeeAssignment
from federation.refusals import StaffUnavailable
from hub.bridges.directory_answers_authz import UNCONFIRMED_AT_MOST
from vocabulary.clock import Clock
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

_MOST_KEPT = 20_000
_NO_END = datetime.max.replace(tzinfo=UTC)


class DirectoryEmployees:
    """Keeps ``federation.ports.Staff``."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        # When an assignment was found current, and until when it stays so as far as this snapshot tells.
        self._current: tuple[Snapshot, dict[tuple[str, str], tuple[datetime, datetime]]] = (directory.snapshot(), {})

    def employee(self, hsa_id: HsaId) -> Employee | None:
        snapshot = self._fresh()
        person = snapshot.person(hsa_id)
        member = None if person is None else snapshot.member(person.member)
        if person is None or member is None:
            return None
        now = self._clock.now()
        held = current_assignments(snapshot, hsa_id, now)
        return Employee(
            person.hsa_id,
            _records_of(snapshot, person),
            person.full_name,
            person.given_name,
            person.family_name,
            person.mail,
            person.licences,
            active=why_person_not_current(snapshot, hsa_id, now) is None,
            protected=person.protected,
            member=member.hsa_id,
            member_name=member.name,
            member_number=member.organisation_number,
            assignments=tuple(told for a in held if (told := _assignment(snapshot, a)) is not None),
        )

    def is_current(self, person: HsaId, assignment: HsaId | None) -> bool:
        snapshot, now = self._fresh(), self._clock.now()
        if assignment is None:
            return why_person_not_current(snapshot, person, now) is None
        of_snapshot, current = self._current
        if of_snapshot is not snapshot:
            current = {}
            self._current = (snapshot, current)
        key = (person.key, assignment.key)
        found = current.get(key)
        if found is not None and found[0] <= now < found[1]:
            return True
        if why_not_current(snapshot, person, assignment, now) is not None:
            return False
        if len(current) >= _MOST_KEPT:
            current.clear()
        current[key] = (now, current_until(snapshot, person, assignment, now) or _NO_END)
        return True

    def personal_number(self, hsa_id: HsaId) -> PersonalIdentityNumber | None:
        return self._directory.personal_number(hsa_id)

    def _fresh(self) -> Snapshot:
        if self._directory.unconfirmed_for() > UNCONFIRMED_AT_MOST:
            raise StaffUnavailable("the directory has not been confirmed for some seconds; try again")
        return self._directory.snapshot()


def _records_of(snapshot: Snapshot, person: Person) -> tuple[HsaId, ...]:
    """All employee records of the same human; the one that logged in comes first."""
    if person.number_lookup is None:
        return (person.hsa_id,)
    same = snapshot.people_with_number(person.number_lookup)
    return (person.hsa_id, *(other.hsa_id for other in same if other.hsa_id != person.hsa_id and not other.archived))


def _assignment(snapshot: Snapshot, held: Assignment) -> EmployeeAssignment | None:
    """``None`` for one that lacks something: it is reported, but nobody acts under it."""
    unit, provider = snapshot.unit(held.unit), responsible_provider(snapshot, held)
    if provider is None or lacks_of(snapshot, held):
        return None
    return EmployeeAssignment(
        held.hsa_id,
        held.name,
        Purpose(held.purpose or ""),
        tuple(str(right) for right in told_rights(held)),
        None if unit is None else unit.hsa_id,
        None if unit is None else unit.name,
        provider.hsa_id,
        provider.name,
        provider.organisation_number,
        held.member,
    )
