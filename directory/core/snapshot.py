"""The read model: everything that the directory holds, as of one revision, found by key without searching.

A snapshot never changes; ``succeeded_by`` gives the next one and ``rebuilt`` that of another revision, which share with
it what is equal. Boundary: it says what is written, whatever the dates; what counts at an instant is ``currency``'s
question.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, get_args

from directory.core.entries import (
    KINDS,
    NAMES,
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Held,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
    member_of,
    parent_of,
)
from directory.core.key_groups import KeyGroups, Keys, Move, regrouped
from directory.core.layered_map import LayeredMap, NotingMap
from vocabulary.hsa_id import HsaId

E = TypeVar("E", bound=Entry)

_News = dict[type[Any], dict[str, Any]]
_HELD: tuple[type[Held], ...] = get_args(Held)
_PLACED: tuple[type[Entry], ...] = (CareProvider, Unit, Function, Assignment)
"""Kinds that are found by what they stand below. People are not: thousands stand below one member."""


class Table(Generic[E]):
    """The entries of one kind, and their keys in order once somebody asked for them."""

    __slots__ = ("_in_order", "entries")

    def __init__(self, entries: LayeredMap[E], in_order: Keys | None = None) -> None:
        self.entries: LayeredMap[E] = entries
        self._in_order = in_order

    def succeeded_by(self, news: Mapping[str, E | None]) -> "Table[E]":
        if not news:
            return self
        same_ids = all(entry is not None and self.entries.get(key) is not None for key, entry in news.items())
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
        return (entry for entry in self.entries.values() if member_of(entry) == member)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """An immutable view. Every look-up by id takes an ``HsaId`` and gives the entry of that kind, or ``None``.

    Two snapshots of one revision may differ, when the store was found to differ from the journal meanwhile: who keeps
    what follows from a snapshot compares by identity.
    """

    revision: int
    _tables: Mapping[type[Any], Table[Any]]
    _changed_at: LayeredMap[int]
    _held_by: Mapping[type[Any], KeyGroups]
    _below: KeyGroups
    _by_number: KeyGroups
    _by_source: KeyGroups

    @classmethod
    def of(cls, entries: Iterable[tuple[Entry, int]], revision: int) -> "Snapshot":
        """From nothing: entries, each with the revision of its last change."""
        everything, stamps = [], {}
        for entry, changed_at in entries:
            everything.append(entry)
            stamps[entry.hsa_id.key] = changed_at
        made = EMPTY.succeeded_by(everything, revision)
        return cls(
            made.revision,
            made._tables,
            LayeredMap(stamps),
            made._held_by,
            made._below,
            made._by_number,
            made._by_source,
        )

    def succeeded_by(self, entries: Iterable[Entry], revision: int) -> "Snapshot":
        """The next snapshot, in which ``entries`` stand as given, changed at ``revision``."""
        news: _News = {}
        for entry in entries:
            news.setdefault(type(entry), {})[entry.hsa_id.key] = entry
        stamps = dict.fromkeys((key for of_kind in news.values() for key in of_kind), revision)
        return self._with(news, {} if revision == self.revision else stamps, revision)

    def without(self, ids: Iterable[HsaId], revision: int) -> "Snapshot":
        """The next snapshot, in which these entries are not any more."""
        return self.rebuilt(((hsa_id, None, 0) for hsa_id in ids), revision)

    def rebuilt(self, stood: Iterable[tuple[HsaId, Entry | None, int]], revision: int) -> "Snapshot":
        """The snapshot of another ``revision``, earlier or later: ``stood`` tells what differs, each entry with the
        revision of its last change by then, and ``None`` where it was not there."""
        news: _News = {}
        stamps: dict[str, int | None] = {}
        for hsa_id, entry, changed_at in stood:
            now = self.entry(hsa_id)
            if now is not None and type(now) is not type(entry):
                news.setdefault(type(now), {})[hsa_id.key] = None
            if entry is not None:
                news.setdefault(type(entry), {})[hsa_id.key] = entry
            stamps[hsa_id.key] = None if entry is None else changed_at
        return self._with(news, stamps, revision)

    def _with(self, news: _News, stamps: Mapping[str, int | None], revision: int) -> "Snapshot":
        return Snapshot(
            revision,
            {**self._tables, **{kind: self._tables[kind].succeeded_by(found) for kind, found in news.items()}},
            self._changed_at.succeeded_by(stamps),
            {
                kind: index.succeeded_by(regrouped(index, self._moves(news, kind, _people_of)))
                for kind, index in self._held_by.items()
            },
            self._below.succeeded_by(regrouped(self._below, self._moves_of_placed(news))),
            self._by_number.succeeded_by(regrouped(self._by_number, self._moves(news, Person, _number_of))),
            self._by_source.succeeded_by(regrouped(self._by_source, self._moves(news, Person, _source_of))),
        )

    def member(self, hsa_id: HsaId) -> Member | None:
        return self.of_kind(Member, hsa_id)

    def care_provider(self, hsa_id: HsaId) -> CareProvider | None:
        return self.of_kind(CareProvider, hsa_id)

    def unit(self, hsa_id: HsaId) -> Unit | None:
        return self.of_kind(Unit, hsa_id)

    def function(self, hsa_id: HsaId) -> Function | None:
        return self.of_kind(Function, hsa_id)

    def person(self, hsa_id: HsaId) -> Person | None:
        return self.of_kind(Person, hsa_id)

    def assignment(self, hsa_id: HsaId) -> Assignment | None:
        return self.of_kind(Assignment, hsa_id)

    def admin_assignment(self, hsa_id: HsaId) -> AdminAssignment | None:
        return self.of_kind(AdminAssignment, hsa_id)

    def video_endpoint(self, hsa_id: HsaId) -> VideoEndpoint | None:
        return self.of_kind(VideoEndpoint, hsa_id)

    def system_role(self, hsa_id: HsaId) -> SystemRole | None:
        return self.of_kind(SystemRole, hsa_id)

    def code_table(self, hsa_id: HsaId) -> CodeTable | None:
        return self.of_kind(CodeTable, hsa_id)

    def of_kind(self, kind: type[E], hsa_id: HsaId) -> E | None:
        """The entry of that kind, or ``None``."""
        table: Table[E] = self._tables[kind]
        return table.entries.get(hsa_id.key)

    def entry(self, hsa_id: HsaId) -> Entry | None:
        """The entry of whatever kind."""
        for table in self._tables.values():
            if (found := table.entries.get(hsa_id.key)) is not None:
                entry: Entry = found
                return entry
        return None

    def members(self) -> Iterator[Member]:
        return self.all_of(Member)

    def care_providers(self, member: HsaId | None = None) -> Iterator[CareProvider]:
        return self.all_of(CareProvider, member)

    def units(self, member: HsaId | None = None) -> Iterator[Unit]:
        return self.all_of(Unit, member)

    def people(self, member: HsaId | None = None) -> Iterator[Person]:
        return self.all_of(Person, member)

    def assignments(self, member: HsaId | None = None) -> Iterator[Assignment]:
        return self.all_of(Assignment, member)

    def admin_assignments(self, member: HsaId | None = None) -> Iterator[AdminAssignment]:
        return self.all_of(AdminAssignment, member)

    def system_roles(self, member: HsaId | None = None) -> Iterator[SystemRole]:
        return self.all_of(SystemRole, member)

    def code_tables(self) -> Iterator[CodeTable]:
        return self.all_of(CodeTable)

    def all_of(self, kind: type[E], member: HsaId | None = None) -> Iterator[E]:
        """All entries of a kind, or those of one member."""
        table: Table[E] = self._tables[kind]
        return table.of_member(member)

    def entries(self) -> Iterator[Entry]:
        """Everything, kind by kind, so that what is referred to by others comes early."""
        for kind in KINDS.values():
            yield from self._tables[kind].entries.values()

    def after(self, kind: type[E], key: str) -> Iterator[E]:
        """In order of ``HsaId.key``, above ``key``: for lists that are read page by page."""
        table: Table[E] = self._tables[kind]
        return table.after(key)

    def count(self, kind: type[Entry]) -> int:
        return len(self._tables[kind].entries)

    def differing_from(self, earlier: "Snapshot", kind: type[Entry]) -> set[str] | None:
        """The keys of ``kind`` whose entries are other objects than in an earlier snapshot; ``None`` where only
        comparing all tells."""
        table: Table[Entry] = self._tables[kind]
        return table.entries.differing_from(earlier._tables[kind].entries)

    def noting(self, asked: set[str]) -> "Snapshot":
        """The same, and whatever is read of it, or of what succeeds it, is noted in ``asked``.

        INVARIANT (nothing read is unnoted): where every entry that differs between two snapshots has ``marks_of`` it,
        as it stands in either, outside of what was noted, the same questions get the same answers from both.
        """
        return Snapshot(
            self.revision,
            {kind: Table(NotingMap(table.entries, asked, _all_of(kind), "")) for kind, table in self._tables.items()},
            NotingMap(self._changed_at, asked, ANYTHING, None),
            {kind: NotingMap(index, asked, ANYTHING, _held_mark(kind)) for kind, index in self._held_by.items()},
            NotingMap(self._below, asked, ANYTHING, _BELOW),
            NotingMap(self._by_number, asked, ANYTHING, _NUMBER),
            NotingMap(self._by_source, asked, ANYTHING, _SOURCE),
        )

    def below(self, hsa_id: HsaId) -> Iterator[Entry]:
        """Care providers, units, functions and assignments that stand right below, in no order; people are not told."""
        for key in self._below.get(hsa_id.key) or ():
            for kind in _PLACED:
                if (found := self._tables[kind].entries.get(key)) is not None:
                    yield found

    def assignments_of(self, person: HsaId) -> tuple[Assignment, ...]:
        """All assignments with a membership of ``person``, whatever the dates."""
        return self.held_by(Assignment, person)

    def held_by(self, kind: type[E], person: HsaId) -> tuple[E, ...]:
        """All assignments, admin assignments or system roles with a membership of ``person``, whatever the dates."""
        table: Table[E] = self._tables[kind]
        keys = self._held_by[kind].get(person.key)
        return tuple(held for key in keys or () if (held := table.entries.get(key)) is not None)

    def people_with_number(self, lookup: str) -> tuple[Person, ...]:
        """All employee records whose personal number has this keyed hash (``vocabulary.seal``)."""
        return self._people_at(self._by_number.get(lookup))

    def person_from(self, source: str, source_id: str) -> Person | None:
        """The person that the staff list ``source`` knows as ``source_id``."""
        return next(iter(self._people_at(self._by_source.get(_source_key(source, source_id)))), None)

    def people_from(self, source: str) -> Iterator[Person]:
        return (person for person in self.people() if person.source == source)

    def changed_at(self, hsa_id: HsaId) -> int:
        """The revision that last changed the entry; 0 for an unknown one."""
        return self._changed_at.get(hsa_id.key) or 0

    def _people_at(self, keys: Keys | None) -> tuple[Person, ...]:
        entries = self._tables[Person].entries
        return tuple(p for key in keys or () if (p := entries.get(key)) is not None)

    def _moves(self, news: _News, kind: type[E], groups_of: Callable[[E | None], set[str]]) -> Iterator[Move]:
        """Of the entries of ``kind`` that change, between the groups of an index."""
        table: Table[E] = self._tables[kind]
        for key, entry in news.get(kind, {}).items():
            yield key, groups_of(table.entries.get(key)), groups_of(entry)

    def _moves_of_placed(self, news: _News) -> Iterator[Move]:
        for kind in _PLACED:
            yield from self._moves(news, kind, _place_of)


ANYTHING = "*"
"""The mark of what any difference may make another, the revision too."""
_BELOW, _NUMBER, _SOURCE = "<below", "<number", "<source"


def marks_of(entry: Entry) -> Iterator[str]:
    """The marks under which ``Snapshot.noting`` notes what is asked of an entry."""
    yield from (ANYTHING, _all_of(type(entry)), entry.hsa_id.key)
    yield from (key + _BELOW for key in _place_of(entry))
    if isinstance(entry, Held):
        yield from (key + _held_mark(type(entry)) for key in _people_of(entry))
    if isinstance(entry, Person):
        yield from (number + _NUMBER for number in _number_of(entry))
        yield from (source + _SOURCE for source in _source_of(entry))


def _all_of(kind: type[Entry]) -> str:
    return f"*{NAMES[kind]}"


def _held_mark(kind: type[Entry]) -> str:
    return f"<{NAMES[kind]}"


def _people_of(held: Held | None) -> set[str]:
    return set() if held is None else {membership.person.key for membership in held.memberships}


def _place_of(entry: Entry | None) -> set[str]:
    above = None if entry is None else parent_of(entry)
    return set() if above is None else {above.key}


def _source_key(source: str, source_id: str) -> str:
    return f"{source}\0{source_id}"


def _number_of(person: Person | None) -> set[str]:
    return set() if person is None or person.number_lookup is None else {person.number_lookup}


def _source_of(person: Person | None) -> set[str]:
    if person is None or person.source is None or person.source_id is None:
        return set()
    return {_source_key(person.source, person.source_id)}


def _empty() -> Snapshot:
    tables: dict[type[Any], Table[Any]] = {kind: Table(LayeredMap({})) for kind in KINDS.values()}
    holders: dict[type[Held], KeyGroups] = {kind: LayeredMap({}) for kind in _HELD}
    return Snapshot(0, tables, LayeredMap({}), holders, LayeredMap({}), LayeredMap({}), LayeredMap({}))


EMPTY = _empty()
