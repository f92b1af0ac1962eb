"""The directory answers what decisions ask about staff, units and providers; UNKNOWN when it is long unconfirmed.

What follows from a snapshot alone is made once and kept with it; what depends on the hour is asked anew each time.
"""

from datetime import timedelta
from typing import TypeVar

from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import AssignmentInUse, Colleague, Delegator, InformationPlace, Reader
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN, Unknown
from authz.ports import StaffView
from directory import Assignment, Directory, Person, Snapshot
from directory.core.currency import responsible_provider
from directory.core.entries import SystemRole
from hub.bridges.directory_names_entries import entry_named
from hub.bridges.directory_tells_where_entries_stand import EntryFacts
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right

UNCONFIRMED_AT_MOST = timedelta(seconds=5)
_MOST_KEPT = 20_000
OURSELVES = "tillit"
"""The system whose roles are offices: the chief nurse and the head of operations."""

K = TypeVar("K")
V = TypeVar("V")


class DirectoryStaff:
    """Keeps ``authz.ports.Staff``. One view serves as long as the snapshot is the same, and remembers what it made."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory, self._clock = directory, clock
        self._view = StaffFacts(directory.snapshot(), clock)

    def view(self) -> StaffView | Unknown:
        return self.view_of(self._directory.snapshot())

    def view_of(self, snapshot: Snapshot) -> "StaffFacts | Unknown":
        """The facts of one snapshot, for whoever answers by it; ``UNKNOWN`` when the directory is not confirmed now."""
        if self._directory.unconfirmed_for() > UNCONFIRMED_AT_MOST:
            return UNKNOWN
        view = self._view
        if view.snapshot is snapshot:
            return view
        made = StaffFacts(snapshot, self._clock)
        if snapshot.revision >= view.revision:
            self._view = made
        return made


class StaffFacts:
    """Keeps ``authz.ports.StaffView``; ``entries`` are for whoever holds an entry that is not in the directory yet."""

    def __init__(self, snapshot: Snapshot, clock: Clock) -> None:
        self.snapshot, self._clock = snapshot, clock
        self.entries = EntryFacts(snapshot, clock)
        self._administering: dict[str, tuple[AdminAssignmentInUse, ...]] = {}
        self._held: dict[tuple[str, str], tuple[AssignmentInUse, ...]] = {}
        self._readers: dict[str, Reader] = {}
        self._places: dict[str, InformationPlace] = {}

    @property
    def revision(self) -> int:
        return self.snapshot.revision

    def reader(self, person: HsaId) -> Reader | None:
        found = self.snapshot.person(person)
        if found is None:
            return None
        active, roles = self._is_active(found), self._system_roles(person)
        reader = self._readers.get(person.key)
        if reader is None or reader.active is not active or reader.system_roles != roles:
            made = Reader(
                found.hsa_id,
                found.member,
                frozenset(found.licences),
                frozenset(found.licence_restrictions),
                protected=found.protected,
                active=active,
                system_roles=roles,
                same_human=self.entries.records_of(person),
                version=self.snapshot.changed_at(person),
            )
            reader = _keep(self._readers, person.key, made)
        return reader

    def assignment(self, assignment: HsaId, person: HsaId) -> AssignmentInUse | None:
        key = (assignment.key, person.key)
        parts = self._held.get(key)
        if parts is None:
            found = self.snapshot.assignment(assignment)
            parts = _keep(self._held, key, () if found is None else _parts(self.snapshot, found, person))
        now = self._clock.now()
        for part in parts:
            if part.period.contains(now):
                return part
        return parts[-1] if parts else None

    def place(self, unit: HsaId) -> InformationPlace | None:
        kept = self._places.get(unit.key)
        if kept is not None:
            return kept
        found = self.snapshot.unit(unit)
        if found is None:
            return None
        provider = None if found.care_provider is None else self.snapshot.care_provider(found.care_provider)
        made = InformationPlace(
            found.hsa_id,
            None if provider is None else provider.hsa_id,
            None if provider is None else provider.capacity,
            self.snapshot.changed_at(unit),
        )
        return _keep(self._places, unit.key, made)

    def delegator(self, person: HsaId) -> Delegator | None:
        found = self.snapshot.person(person)
        if found is None:
            return None
        held = self.snapshot.assignments_of(person)
        return Delegator(
            found.hsa_id,
            found.member,
            frozenset(found.licences),
            frozenset(found.licence_restrictions),
            tuple(part for assignment in held for part in _parts(self.snapshot, assignment, person)),
            active=self._is_active(found),
            version=self.snapshot.changed_at(person),
        )

    def colleague(self, person: HsaId) -> Colleague | None:
        found = self.snapshot.person(person)
        return None if found is None else Colleague(person, found.protected, self.snapshot.changed_at(person))

    def admin_assignments(self, person: HsaId) -> tuple[AdminAssignmentInUse, ...]:
        kept = self._administering.get(person.key)
        return _keep(self._administering, person.key, self.entries.admin_assignments(person)) if kept is None else kept

    def entry(self, entry: HsaId, asker: HsaId) -> DirectoryEntry | None:
        found = self.snapshot.entry(entry)
        return None if found is None else self.entries.entry(found, self.entries.records_of(asker))

    def below(self, place: HsaId, kind: EntryKind) -> DirectoryEntry | None:
        return self.entries.below(place, kind)

    def named(self, name: str) -> HsaId | None:
        return entry_named(self.snapshot, name)

    def holders(self, office: str, member: HsaId) -> tuple[HsaId, ...]:
        now = self._clock.now()
        return tuple(
            membership.person
            for role in self.snapshot.system_roles(member)
            if role.system == OURSELVES
            and office_of(role.role) == office
            and not role.archived
            and role.period.contains(now)
            for membership in role.memberships
            if membership.period.contains(now) and self._is_current(membership.person)
        )

    def name_of(self, entry: HsaId) -> str | None:
        found = self.snapshot.entry(entry)
        if isinstance(found, Person):
            return None if found.protected else found.full_name
        name: str | None = getattr(found, "name", None)
        return name

    def employed_as(self, patient: PatientKey) -> tuple[HsaId, ...]:
        return tuple(person.hsa_id for person in self.snapshot.people_with_number(patient))

    def member_of_unit(self, unit: HsaId) -> HsaId | None:
        found = self.snapshot.unit(unit)
        return None if found is None else found.member

    def member_of_provider(self, provider: HsaId) -> HsaId | None:
        found = self.snapshot.care_provider(provider)
        return None if found is None else found.member

    def _is_current(self, person: HsaId) -> bool:
        found = self.snapshot.person(person)
        return found is not None and self._is_active(found)

    def _system_roles(self, person: HsaId) -> frozenset[str]:
        now = self._clock.now()
        return frozenset(
            f"{role.system};{role.role}"
            for role in self.snapshot.held_by(SystemRole, person)
            if not role.archived
            and role.period.contains(now)
            and any(held.person == person and held.period.contains(now) for held in role.memberships)
        )

    def _is_active(self, person: Person) -> bool:
        return not person.archived and person.period.contains(self._clock.now())


def office_of(role: str) -> str:
    """`mas_2582` is the office `mas`: a role is held once in the region, so each member's has a name of its own."""
    return role.partition("_")[0]


def _keep(kept: dict[K, V], key: K, made: V) -> V:
    """``made``, remembered in ``kept``, which is bounded: whoever asks may ask about anything."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = made
    return made


def _parts(snapshot: Snapshot, assignment: Assignment, person: HsaId) -> tuple[AssignmentInUse, ...]:
    """One for each time that the person holds the assignment, bounded by all that bounds it. Without a purpose it is
    suppressed whole (HSA)."""
    if not assignment.purpose:
        return ()
    unit, provider = snapshot.unit(assignment.unit), responsible_provider(snapshot, assignment)
    bounds = assignment.period.within(ALWAYS if unit is None else unit.period)
    bounds = bounds.within(ALWAYS if provider is None else provider.period)
    rights = _readable(assignment.rights)
    return tuple(
        AssignmentInUse(
            assignment.hsa_id,
            None if unit is None else unit.hsa_id,
            None if provider is None else provider.hsa_id,
            None if provider is None else provider.capacity,
            assignment.purpose,
            rights,
            bounds.within(membership.period),
            None if unit is None else unit.care_type,
            snapshot.changed_at(assignment.hsa_id),
        )
        for membership in assignment.memberships
        if membership.person == person
    )


def _readable(rights: tuple[str, ...]) -> tuple[Right, ...]:
    """A malformed right is dropped alone (HSA)."""
    read = []
    for text in rights:
        try:
            read.append(Right.parse(text))
        except InvalidValue:
            continue
    return tuple(read)
