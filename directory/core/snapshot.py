"""The read model: everything that the directory holds, as of one revision, found by key without searching.

A snapshot never changes; ``succeeded_by`` gives the next one and shares with it what is equal. Boundary: it says what
is written, whatever the dates; what counts at an instant is ``currency``'s question.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from directory.core.entries import Assignment, CareProvider, Entry, Member, Person, Unit
from directory.core.layered_map import LayeredMap
from vocabulary.hsa_id import HsaId

E = TypeVar("E", bound=Entry)

_Keys = tuple[str, ...]
_Index = LayeredMap[_Keys]


class Table(Generic[E]):
    """The entries of one kind, and their keys in order once somebody asked for them."""

    __slots__ = ("_in_order", "entries")

    def __init__(self, entries: LayeredMap[E], in_order: _Keys | None = None) -> None:
        self.entries: LayeredMap[E] = entries
        self._in_order = in_order

    def succeeded_by(self, news: Mapping[str, E]) -> "Table[E]":
        if not news:
            return self
        same_ids = all(self.entries.get(key) is not None for key in news)
        return Table(self.entries.succeeded_by(news), self._in_order if same_ids else None)

    def after(self, key: str) -> Iterator[E]:
        """Entries in order of their keys, from the first above ``key``."""
        if self._in_order is None:
            self._in_order = tuple(sorted(self.entries.keys()))
        for position in range(bisect_right(self._in_order, key), len(self._in_order)):
            entry = self.entries.get(self._in_order[position])
            assert entry is not None
            yield entry

    def of_member(self, member: HsaId | None) -> Iterator[E]:
        if member is None:
            return self.entries.values()
        return (entry for entry in self.entries.values() if _member_of(entry) == member)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """An immutable view. Every look-up by id takes an ``HsaId`` and gives the entry of that kind, or ``None``.

    Two snapshots of one revision may differ, when the store was found to differ from the journal meanwhile: who keeps
    what follows from a snapshot compares by identity.
    """

    revision: int
    _members: Table[Member]
    _care_providers: Table[CareProvider]
    _units: Table[Unit]
    _people: Table[Person]
    _assignments: Table[Assignment]
    _changed_at: LayeredMap[int]
    _held_by: _Index
    _by_number: _Index
    _by_source: _Index

    @classmethod
    def of(cls, entries: Iterable[tuple[Entry, int]], revision: int) -> "Snapshot":
        """From nothing: entries, each with the revision of its last change."""
        by_revision: dict[int, list[Entry]] = {}
        for entry, changed_at in entries:
            by_revision.setdefault(changed_at, []).append(entry)
        everything = [entry for group in by_revision.values() for entry in group]
        stamps = {entry.hsa_id.key: at for at, group in by_revision.items() for entry in group}
        return replace(EMPTY.succeeded_by(everything, revision), _changed_at=LayeredMap(stamps))

    def succeeded_by(self, entries: Iterable[Entry], revision: int) -> "Snapshot":
        """The next snapshot, in which ``entries`` stand as given, changed at ``revision``."""
        news = _News()
        for entry in entries:
            news.add(entry)
        stamps = dict.fromkeys((key for kind in news.kinds for key in kind), revision)
        same = revision == self.revision
        return Snapshot(
            revision,
            self._members.succeeded_by(news.members),
            self._care_providers.succeeded_by(news.care_providers),
            self._units.succeeded_by(news.units),
            self._people.succeeded_by(news.people),
            self._assignments.succeeded_by(news.assignments),
            self._changed_at if same else self._changed_at.succeeded_by(stamps),
            self._held_by.succeeded_by(_holders(self, news.assignments)),
            self._by_number.succeeded_by(_moves(self._by_number, self._people.entries, news.people, _number_of)),
            self._by_source.succeeded_by(_moves(self._by_source, self._people.entries, news.people, _source_of)),
        )

    def member(self, hsa_id: HsaId) -> Member | None:
        return self._members.entries.get(hsa_id.key)

    def care_provider(self, hsa_id: HsaId) -> CareProvider | None:
        return self._care_providers.entries.get(hsa_id.key)

    def unit(self, hsa_id: HsaId) -> Unit | None:
        return self._units.entries.get(hsa_id.key)

    def person(self, hsa_id: HsaId) -> Person | None:
        return self._people.entries.get(hsa_id.key)

    def assignment(self, hsa_id: HsaId) -> Assignment | None:
        return self._assignments.entries.get(hsa_id.key)

    def entry(self, hsa_id: HsaId) -> Entry | None:
        """The entry of whatever kind."""
        return (
            self.person(hsa_id)
            or self.assignment(hsa_id)
            or self.unit(hsa_id)
            or self.care_provider(hsa_id)
            or self.member(hsa_id)
        )

    def members(self) -> Iterator[Member]:
        return self._members.entries.values()

    def care_providers(self, member: HsaId | None = None) -> Iterator[CareProvider]:
        return self._care_providers.of_member(member)

    def units(self, member: HsaId | None = None) -> Iterator[Unit]:
        return self._units.of_member(member)

    def people(self, member: HsaId | None = None) -> Iterator[Person]:
        return self._people.of_member(member)

    def assignments(self, member: HsaId | None = None) -> Iterator[Assignment]:
        return self._assignments.of_member(member)

    def entries(self) -> Iterator[Entry]:
        """Everything, kind by kind, so that what is referred to by others comes early."""
        yield from self.members()
        yield from self.care_providers()
        yield from self.units()
        yield from self.people()
        yield from self.assignments()

    def members_after(self, key: str) -> Iterator[Member]:
        """In order of ``HsaId.key``, above ``key``; so also the next three. For lists that are read page by page."""
        return self._members.after(key)

    def units_after(self, key: str) -> Iterator[Unit]:
        return self._units.after(key)

    def people_after(self, key: str) -> Iterator[Person]:
        return self._people.after(key)

    def assignments_after(self, key: str) -> Iterator[Assignment]:
        return self._assignments.after(key)

    def count(self, kind: type[Entry]) -> int:
        sizes = {
            Member: len(self._members.entries),
            CareProvider: len(self._care_providers.entries),
            Unit: len(self._units.entries),
            Person: len(self._people.entries),
            Assignment: len(self._assignments.entries),
        }
        return sizes[kind]

    def assignments_of(self, person: HsaId) -> tuple[Assignment, ...]:
        """All assignments with a membership of ``person``, whatever the dates."""
        entries = self._assignments.entries
        return tuple(a for key in self._held_by.get(person.key) or () if (a := entries.get(key)) is not None)

    def people_with_number(self, lookup: str) -> tuple[Person, ...]:
        """All employee records whose personal number has this keyed hash (``vocabulary.seal``)."""
        return self._people_at(self._by_number.get(lookup))

    def person_from(self, source: str, source_id: str) -> Person | None:
        """The person that the staff list ``source`` knows as ``source_id``."""
        return next(iter(self._people_at(self._by_source.get(_source_key(source, source_id)))), None)

    def people_from(self, source: str) -> Iterator[Person]:
        return (person for person in self._people.entries.values() if person.source == source)

    def changed_at(self, hsa_id: HsaId) -> int:
        """The revision that last changed the entry; 0 for an unknown one."""
        return self._changed_at.get(hsa_id.key) or 0

    def _people_at(self, keys: _Keys | None) -> tuple[Person, ...]:
        entries = self._people.entries
        return tuple(p for key in keys or () if (p := entries.get(key)) is not None)


class _News:
    """Changed entries, sorted by kind and key."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.care_providers: dict[str, CareProvider] = {}
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Person] = {}
        self.assignments: dict[str, Assignment] = {}

    def add(self, entry: Entry) -> None:
        key = entry.hsa_id.key
        match entry:
            case Person():
                self.people[key] = entry
            case Assignment():
                self.assignments[key] = entry
            case Unit():
                self.units[key] = entry
            case CareProvider():
                self.care_providers[key] = entry
            case Member():
                self.members[key] = entry

    @property
    def kinds(self) -> tuple[Iterable[str], ...]:
        return (self.members, self.care_providers, self.units, self.people, self.assignments)


def _member_of(entry: Entry) -> HsaId:
    return entry.hsa_id if isinstance(entry, Member) else entry.member


def _source_key(source: str, source_id: str) -> str:
    return f"{source}\0{source_id}"


def _number_of(person: Person | None) -> str | None:
    return None if person is None else person.number_lookup


def _source_of(person: Person | None) -> str | None:
    if person is None or person.source is None or person.source_id is None:
        return None
    return _source_key(person.source, person.source_id)


def _moves(
    index: _Index,
    before: LayeredMap[Person],
    news: Mapping[str, Person],
    value_of: Callable[[Person | None], str | None],
) -> dict[str, _Keys]:
    """What changes in an index of people when the value that they are found by changes."""
    moved: dict[str, _Keys] = {}
    for key, person in news.items():
        old, new = value_of(before.get(key)), value_of(person)
        if old != new:
            if old is not None:
                moved[old] = _without(_now(index, moved, old), key)
            if new is not None:
                moved[new] = (*_without(_now(index, moved, new), key), key)
    return moved


def _holders(snapshot: Snapshot, news: Mapping[str, Assignment]) -> dict[str, _Keys]:
    """What changes in the index of who holds which assignments."""
    moved: dict[str, _Keys] = {}
    gained: dict[str, list[str]] = {}
    for key, assignment in news.items():
        before = snapshot._assignments.entries.get(key)
        old = set() if before is None else {m.person.key for m in before.memberships}
        new = {m.person.key for m in assignment.memberships}
        for person in old - new:
            moved[person] = _without(_now(snapshot._held_by, moved, person), key)
        for person in new - old:
            gained.setdefault(person, []).append(key)
    for person, keys in gained.items():
        moved[person] = (*_now(snapshot._held_by, moved, person), *keys)
    return moved


def _now(index: _Index, moved: Mapping[str, _Keys], at: str) -> _Keys:
    found = moved.get(at)
    return found if found is not None else index.get(at) or ()


def _without(keys: _Keys, key: str) -> _Keys:
    return tuple(k for k in keys if k != key)


def _empty() -> Snapshot:
    return Snapshot(
        0, Table(LayeredMap({})), Table(LayeredMap({})), Table(LayeredMap({})), Table(LayeredMap({})),
        Table(LayeredMap({})), LayeredMap({}), LayeredMap({}), LayeredMap({}), LayeredMap({}),
    )  # fmt: skip


EMPTY = _empty()
