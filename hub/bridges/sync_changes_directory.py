"""A staff list's steps become one commit of the directory, whose door carries the run so that it is found again."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from directory import (
    Assignment,
    Directory,
    Entry,
    Membership,
    Person,
    Snapshot,
)
from directory.refusals import ChangeRefused, DirectoryUnavailable, RevisionMoved, StoreRejected
from sync.core.people import Employee, HeldMembership, Profile, StaffAssignment, StaffUnit
from sync.core.source import Source
from sync.core.steps import Adopt, Assign, Change, Join, Leave, Return, Step, Unassign
from sync.refusals import RegisterMoved, RegisterUnavailable, StepsRejected
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


class DirectoryRegister:
    """Keeps ``sync.ports.StaffRegister``."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def view(self) -> "_View":
        return _View(self._directory.snapshot())

    def carry_out(
        self,
        source: Source,
        steps: Sequence[Step],
        *,
        at: datetime,
        expected_revision: int,
        run_id: str,
        actor: str,
        reason: str,
    ) -> int:
        draft = _Draft(self._directory, source, at)
        for step in steps:
            draft.carry_out(step)
        try:
            commit = self._directory.change(
                draft.entries(),
                actor=actor,
                reason=reason,
                door=_door(run_id),
                expected_revision=expected_revision,
                only_member=source.member,
                numbers=draft.numbers,
            )
        except RevisionMoved:
            raise RegisterMoved("the directory was changed by somebody else meanwhile; try again") from None
        except (ChangeRefused, StoreRejected) as refusal:
            raise StepsRejected(refusal.description, detail=refusal.detail) from None
        except DirectoryUnavailable as refusal:
            raise RegisterUnavailable(refusal.description) from None
        return commit.revision

    def revision_of_run(self, run_id: str, *, base_revision: int) -> int | None:
        try:
            following = self._directory.records(since=base_revision, limit=1)
        except DirectoryUnavailable as refusal:
            raise RegisterUnavailable(refusal.description) from None
        return base_revision + 1 if following and following[0].door == _door(run_id) else None


class _View:
    """Keeps ``sync.ports.StaffView`` over one snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._by_unit: dict[HsaId, list[StaffAssignment]] | None = None

    @property
    def revision(self) -> int:
        return self._snapshot.revision

    def id_prefixes(self, member: HsaId) -> frozenset[str]:
        found = self._snapshot.member(member)
        return frozenset() if found is None else frozenset(prefix.upper() for prefix in found.id_prefixes)

    def people_from(self, source: str) -> Iterable[Employee]:
        return (self._employee(person) for person in self._snapshot.people_from(source) if not person.archived)

    def people_with_number(self, member: HsaId, lookup: str) -> tuple[Employee, ...]:
        found = self._snapshot.people_with_number(lookup)
        return tuple(self._employee(p) for p in found if p.member == member and not p.archived)

    def units_of(self, member: HsaId) -> Iterable[StaffUnit]:
        return (StaffUnit(u.hsa_id, u.name, u.source_id, u.period) for u in self._snapshot.units(member))

    def member_of_unit(self, unit: HsaId) -> HsaId | None:
        found = self._snapshot.unit(unit)
        return None if found is None else found.member

    def assignments_of_unit(self, unit: HsaId) -> tuple[StaffAssignment, ...]:
        if self._by_unit is None:
            self._by_unit = {}
            for a in self._snapshot.assignments():
                self._by_unit.setdefault(a.unit, []).append(StaffAssignment(a.hsa_id, a.unit, a.name, a.period))
        return tuple(self._by_unit.get(unit, ()))

    def _employee(self, person: Person) -> Employee:
        held = tuple(
            HeldMembership(a.hsa_id, a.member, a.name, membership.period)
            for a in self._snapshot.assignments_of(person.hsa_id)
            for membership in a.memberships
            if membership.person == person.hsa_id
        )
        profile = Profile(person.given_name, person.family_name, person.title, person.mail, person.telephone)
        return Employee(
            person.hsa_id,
            person.member,
            profile,
            person.source,
            person.source_id,
            person.number_lookup,
            person.period,
            held,
            person.protected,
        )


class _Draft:
    """The entries as they will stand, step by step."""

    def __init__(self, directory: Directory, source: Source, at: datetime) -> None:
        self._directory, self._source, self._at = directory, source, at
        self._snapshot = directory.snapshot()
        self._people: dict[HsaId, Person] = {}
        self._assignments: dict[HsaId, Assignment] = {}
        self._memberships: dict[HsaId, dict[HsaId, list[Membership]]] = {}  # assignment → person → hers
        self._joined: dict[str, HsaId] = {}
        self.numbers: dict[HsaId, PersonalIdentityNumber] = {}

    def entries(self) -> list[Entry]:
        held = (
            replace(entry, memberships=tuple(one for hers in self._memberships[hsa_id].values() for one in hers))
            for hsa_id, entry in self._assignments.items()
        )
        return [*self._people.values(), *held]

    def carry_out(self, step: Step) -> None:
        match step:
            case Join():
                self._join(step)
            case Adopt():
                person = self._profiled(step.hsa_id, step.profile)
                self._put(replace(person, source=self._source.id, source_id=step.anchor))
            case Return():
                self._put(replace(self._profiled(step.hsa_id, step.profile), period=step.period))
            case Change():
                self._put(replace(self._profiled(step.hsa_id, step.profile), period=step.period))
                if step.number is not None:
                    self.numbers[step.hsa_id] = step.number
            case Assign():
                person_id = step.hsa_id if step.hsa_id is not None else self._joined[step.anchor]
                self._hold(step.assignment, person_id, step.period)
            case Unassign():
                self._let_go(step.assignment, step.hsa_id)
            case Leave():
                person = self._person(step.hsa_id)
                self._put(replace(person, period=person.period.ended_at(self._at)))
                for assignment in step.memberships:
                    self._let_go(assignment, step.hsa_id)

    def _join(self, step: Join) -> None:
        hsa_id = self._directory.new_hsa_id(self._source.member, "P")
        self._joined[step.anchor] = hsa_id
        blank = Person(hsa_id, self._source.member, step.profile.name, step.profile.family_name)
        joined = replace(blank, source=self._source.id, source_id=step.anchor, period=step.period)
        self._put(_with_profile(joined, step.profile))
        if step.number is not None:
            self.numbers[hsa_id] = step.number

    def _hold(self, assignment: HsaId, person: HsaId, period: Period) -> None:
        self._members(assignment)[person] = [Membership(person, period)]

    def _let_go(self, assignment: HsaId, person: HsaId) -> None:
        members = self._members(assignment)
        members[person] = [replace(one, period=one.period.ended_at(self._at)) for one in members.get(person, ())]

    def _members(self, assignment: HsaId) -> dict[HsaId, list[Membership]]:
        """The assignment's memberships by person, to be changed in place: a list may touch thousands of one."""
        if assignment not in self._memberships:
            found = self._snapshot.assignment(assignment)
            if found is None:
                raise RegisterMoved(f"`{assignment}` is no longer in the directory; try again")
            self._assignments[assignment] = found
            by_person = self._memberships[assignment] = {}
            for one in found.memberships:
                by_person.setdefault(one.person, []).append(one)
        return self._memberships[assignment]

    def _profiled(self, hsa_id: HsaId, profile: Profile) -> Person:
        return _with_profile(self._person(hsa_id), profile)

    def _put(self, person: Person) -> None:
        self._people[person.hsa_id] = person

    def _person(self, hsa_id: HsaId) -> Person:
        found = self._people.get(hsa_id) or self._snapshot.person(hsa_id)
        if found is None:
            raise RegisterMoved(f"`{hsa_id}` is no longer in the directory; try again")
        return found


def _with_profile(person: Person, profile: Profile) -> Person:
    return replace(
        person,
        full_name=profile.name,
        given_name=profile.given_name,
        family_name=profile.family_name,
        title=profile.title,
        mail=profile.email,
        telephone=profile.phone,
    )


def _door(run_id: str) -> str:
    return f"sync:{run_id}"
