"""One snapshot of the directory as the facts that rules of administration judge: areas, powers, where entries stand.

What follows from the snapshot alone is kept with it. A tree that cannot be followed (a place that is nowhere, a circle,
a parent of another member) is ``UNKNOWN``, never guessed.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from authz.core.directory_facts import AdminAssignmentInUse, Area, DirectoryEntry, Places, Power
from authz.core.directory_words import EntryKind
from authz.core.unknown import UNKNOWN, Unknown
from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    Entry,
    Held,
    Member,
    Membership,
    Person,
    Unit,
    member_of,
)
from directory.core.placement import area_named, containing, place_above
from directory.core.snapshot import Snapshot
from directory.core.validation import is_regional
from hub.bridges.attribute_classes import KINDS
from vocabulary.clock import Clock
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

_PLACED = frozenset({EntryKind.UNIT, EntryKind.FUNCTION, EntryKind.ASSIGNMENT, EntryKind.VIDEO_ENDPOINT})
"""What stands below units; the rest stands at its member, wherever it is asked for."""
_DUTIES = {duty.value: duty for duty in Duty}


class EntryFacts:
    """Facts of one snapshot."""

    def __init__(self, snapshot: Snapshot, clock: Clock) -> None:
        self.snapshot, self._clock = snapshot, clock
        self._containing: dict[str, Places | Unknown] = {}
        self._parts: dict[str, dict[str, list[Period]]] = {}

    def records_of(self, person: HsaId) -> frozenset[HsaId]:
        """All employee records of the same human, as far as the personal number tells."""
        found = self.snapshot.person(person)
        if found is None or found.number_lookup is None:
            return frozenset({person})
        return frozenset({person, *(other.hsa_id for other in self.snapshot.people_with_number(found.number_lookup))})

    def admin_assignments(self, person: HsaId) -> tuple[AdminAssignmentInUse, ...]:
        """One for each time that she holds one, whatever the dates; what is put away is left out."""
        found = self.snapshot.person(person)
        if found is None or found.archived:
            return ()
        return tuple(
            AdminAssignmentInUse(
                held.hsa_id,
                self._given(held, owner),
                held.period.within(owner.period).within(found.period).within(membership.period),
                self.snapshot.changed_at(held.hsa_id),
            )
            for held, owner in self._held_with_owner(person)
            for membership in held.memberships
            if membership.person == person
        )

    def after(self, entry: Entry, herself: frozenset[HsaId], before: Entry | None) -> DirectoryEntry:
        """``entry`` as it will stand instead of ``before``, by the snapshot in which it does."""
        return replace(self.entry(entry, herself), lets_in=self._let_in(entry, before))

    def entry(self, entry: Entry, herself: frozenset[HsaId]) -> DirectoryEntry:
        """``entry`` as it stands. ``herself`` are the asker's own employee records."""
        memberships = entry.memberships if isinstance(entry, Held) else ()
        person = entry if isinstance(entry, Person) else None
        return DirectoryEntry(
            entry.hsa_id,
            KINDS[type(entry)],
            member_of(entry),
            self._above(entry),
            () if person is None else tuple(self._work(person.hsa_id)),
            protected=person is not None and person.protected,
            provider=entry.care_provider if isinstance(entry, Unit) else None,
            inherited=self._inherited(entry) if isinstance(entry, Unit) else None,
            own=tuple(held.period for held in memberships if held.person in herself),
            power=self._written(entry) if isinstance(entry, AdminAssignment) else None,
            powers=() if person is None else tuple(self._powers(person.hsa_id)),
            version=self.snapshot.changed_at(entry.hsa_id),
        )

    def below(self, place: HsaId, kind: EntryKind) -> DirectoryEntry | None:
        """An entry of ``kind`` as it would stand right below a unit, member or care provider."""
        above = self.snapshot.unit(place) or self.snapshot.member(place) or self.snapshot.care_provider(place)
        if above is None:
            return None
        member = member_of(above)
        area = self._area(str(place if not isinstance(above, CareProvider) else member))
        power = Power((area,), frozenset()) if kind is EntryKind.ADMIN_ASSIGNMENT and area is not None else None
        below = self.containing(place, member) if kind in _PLACED else frozenset({member})
        return DirectoryEntry(place, kind, member, below, power=power)

    def area(self, place: HsaId) -> Area | None:
        """The member or unit as an area; ``None`` for what is neither."""
        found = self._area(str(place))
        return None if found is None or found.member is None else found

    def containing(self, place: HsaId, member: HsaId) -> Places | Unknown:
        """The place itself and all above it, up to and with ``member``."""
        kept = self._containing.get(place.key)
        if kept is None:
            kept = self._containing[place.key] = containing(self.snapshot, place) or UNKNOWN
        return kept if kept is UNKNOWN or member in kept else UNKNOWN

    def _above(self, entry: Entry) -> Places | Unknown:
        place = place_above(self.snapshot, entry)
        return frozenset() if place is None else self.containing(place, member_of(entry))

    def _inherited(self, unit: Unit) -> HsaId | None:
        above = None if unit.parent is None else self.snapshot.unit(unit.parent)
        return None if above is None else above.care_provider

    def _work(self, person: HsaId) -> Iterator[Places | Unknown]:
        now = self._clock.now()
        for held in self.snapshot.assignments_of(person):
            if not held.archived and not _over(held.period, now) and self._holds_later(held, person, now):
                yield self.containing(held.unit, held.member)

    def _holds_later(self, held: Assignment, person: HsaId, now: datetime) -> bool:
        """Whether she holds it now or later. Thousands may hold one, and be asked about one by one."""
        by_person = self._parts.get(held.hsa_id.key)
        if by_person is None:
            by_person = self._parts[held.hsa_id.key] = {}
            for membership in held.memberships:
                by_person.setdefault(membership.person.key, []).append(membership.period)
        return any(not _over(period, now) for period in by_person.get(person.key, ()))

    def _powers(self, person: HsaId) -> Iterator[AdminAssignmentInUse]:
        """What she may administer now or later, if she herself is there."""
        now = self._clock.now()
        for held, owner in self._held_with_owner(person):
            if not _over(held.period, now) and _holds_later(held.memberships, person, now):
                version = self.snapshot.changed_at(held.hsa_id)
                yield AdminAssignmentInUse(held.hsa_id, self._given(held, owner), held.period, version)

    def _held_with_owner(self, person: HsaId) -> Iterator[tuple[AdminAssignment, Member]]:
        for held in self.snapshot.held_by(AdminAssignment, person):
            owner = self.snapshot.member(held.member)
            if owner is not None and not held.archived and not owner.archived:
                yield held, owner

    def _given(self, held: AdminAssignment, owner: Member) -> Power:
        """What it gives when it is used: only the region's own reach beyond their member, or everywhere."""
        duties = _known(held)
        if not held.areas:
            return Power(None if is_regional(owner) else (), duties)
        found = (self._area(text) for text in held.areas)
        kept = (area for area in found if area is not None and area.member is not None)
        return Power(tuple(area for area in kept if is_regional(owner) or area.member == held.member), duties)

    def _written(self, held: AdminAssignment) -> Power:
        """What it says, taken at its widest: for whoever wants to hand it out. An area that is no place is nobody's."""
        areas = tuple(self._area(text) or Area(held.hsa_id, None, frozenset()) for text in held.areas)
        return Power(areas or None, _known(held))

    def _area(self, text: str) -> Area | None:
        hsa_id = area_named(text)
        if hsa_id is None:
            return None
        place: Member | Unit | None = self.snapshot.member(hsa_id) or self.snapshot.unit(hsa_id)
        if place is None:
            return Area(hsa_id, None, frozenset())
        return Area(place.hsa_id, member_of(place), self._above(place))

    def _let_in(self, entry: Entry, before: Entry | None) -> frozenset[HsaId]:
        memberships = entry.memberships if isinstance(entry, Held) else ()
        had = before.memberships if isinstance(before, Held) else ()
        people = (self.snapshot.person(held.person) for held in memberships if held not in had)
        return frozenset(person.member for person in people if person is not None)


def _known(held: AdminAssignment) -> frozenset[Duty]:
    """A duty that is not known gives nothing."""
    return frozenset(_DUTIES[code] for code in held.duties if code in _DUTIES)


def _over(period: Period, now: datetime) -> bool:
    return period.end is not None and period.end <= now


def _holds_later(memberships: tuple[Membership, ...], person: HsaId, now: datetime) -> bool:
    return any(held.person == person and not _over(held.period, now) for held in memberships)
