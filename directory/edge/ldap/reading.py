"""From objects in a tree to entries: what an object's place says (member, parent, unit), and which ids stand twice."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Function,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.core.malformed import Malformed
from directory.core.sameness import same as same_entry
from directory.edge.ldap.change_plan import REMOVED_CLASS
from directory.edge.ldap.content_sync import Found
from directory.edge.ldap.entry_mapping import from_ldap, id_in, kind_of
from directory.edge.ldap.fields import Values
from directory.edge.ldap.names import BASE, parent_of, same
from vocabulary.hsa_id import HsaId

Owner = tuple[type[Entry], HsaId]
Ask = Callable[[str], Values | None]
REVISION = "tillitRevision"
_REMOVED = REMOVED_CLASS.lower()
_PARENTS: dict[type[Entry], tuple[type[Entry], ...]] = {
    CareProvider: (Member,),
    Unit: (Unit, Member),
    Assignment: (Unit, CareProvider),
    Function: (Unit, Member),
}
_IN_FOLDERS = (AdminAssignment, SystemRole, CodeTable, VideoEndpoint)
"""These say themselves whose they are, wherever they stand."""


Like = Callable[[HsaId], Entry | None]


def unlike(_: HsaId) -> Entry | None:
    """No entry is known already."""
    return None


@dataclass(frozen=True, slots=True)
class ReadObjects:
    """``keys`` has the id of every object that carries one, also of those that cannot be served; ``broken`` is what is
    malformed. Both are by the object's UUID."""

    entries: tuple[Entry, ...]
    broken: Mapping[bytes, tuple[Malformed, ...]]
    keys: Mapping[bytes, str | None]
    revision: int | None

    @property
    def malformed(self) -> tuple[Malformed, ...]:
        return tuple(one for held in self.broken.values() for one in held)

    @property
    def some_id_stands_twice(self) -> bool:
        held = [key for key in self.keys.values() if key is not None]
        return len(held) != len(set(held))


class ObjectReader:
    """Takes objects one by one, as they come, and keeps of each only the entry that it is.

    ``like`` tells an entry that is known already: where the object says the same, that very entry is given, so that a
    hundred thousand need not stand in memory twice. What is marked as removed is gone: see ``removed``.
    """

    def __init__(self, like: Like = unlike) -> None:
        self.removed: set[bytes] = set()
        self.count = 0
        self.revision: int | None = None
        self._like = like
        self._places = _Places()
        self._entries: dict[str, Entry] = {}
        self._broken: dict[bytes, tuple[Malformed, ...]] = {}
        self._keys: dict[bytes, str | None] = {}
        self._waiting: list[tuple[Found, type[Entry], HsaId | None]] = []

    def take(self, each: Found) -> None:
        if is_removed(each.values):
            self.removed.add(each.uuid)
            return
        self.count += 1
        revisions = each.values.get(REVISION)
        if revisions:
            self.revision = int(revisions[-1])
        kind, hsa_id = kind_of(each.values), id_in(each.values)
        self._keys[each.uuid] = None if hsa_id is None else hsa_id.key
        if kind is None:
            return
        if hsa_id is not None:
            self._places.know(each.dn, kind, hsa_id)
        if self._places.is_known(kind, each.dn):
            self._read(each, kind, hsa_id)
        else:
            self._waiting.append((each, kind, hsa_id))

    def taken(self) -> Set[bytes]:
        """The objects that were taken and are not removed."""
        return self._keys.keys()

    def finish(self, ask: Ask) -> ReadObjects:
        """``ask`` gives the attributes of an object by name, for parents that were not taken."""
        self._places.ask = ask
        for each, kind, hsa_id in self._waiting:
            self._read(each, kind, hsa_id)
        return ReadObjects(tuple(self._entries.values()), self._broken, self._keys, self.revision)

    def _read(self, each: Found, kind: type[Entry], hsa_id: HsaId | None) -> None:
        place = self._places.of(kind, each.dn)
        if place is None:
            problem = "does not stand below a member, unit or provider as it must"
            self._broken[each.uuid] = (Malformed(hsa_id, each.dn, problem),)
            return
        reading = from_ldap(each.dn, each.values, kind, place)
        if reading.problems:
            self._broken[each.uuid] = reading.problems
        if reading.entry is None:
            return
        key = reading.entry.hsa_id.key
        if key in self._entries:
            problem = "`hsaIdentity` stands on another object already; left out"
            self._broken[each.uuid] = (Malformed(reading.entry.hsa_id, each.dn, problem, served=True),)
            return
        known = self._like(reading.entry.hsa_id)
        entry = known if known is not None and same_entry(known, reading.entry) else reading.entry
        self._entries[key] = entry
        self._keys[each.uuid] = entry.hsa_id.key


def is_removed(values: Values) -> bool:
    return any(name.lower() == _REMOVED for name in values.get("objectClass", ()))


def _nothing_is_there(_: str) -> Values | None:
    return None


class _Places:
    """Who stands where, asked for at most once. People and what is found only by id are not kept: nothing stands below
    them."""

    def __init__(self) -> None:
        self.ask: Ask = _nothing_is_there
        self._owners: dict[str, Owner | None] = {}
        self._members: dict[str, HsaId | None] = {}

    def know(self, dn: str, kind: type[Entry], hsa_id: HsaId) -> None:
        if kind in (Member, Unit, CareProvider):
            self._owners[same(dn)] = (kind, hsa_id)

    def is_known(self, kind: type[Entry], dn: str) -> bool:
        """Whether ``of`` need not ask."""
        if kind is Member or kind in _IN_FOLDERS:
            return True
        parent = parent_of(dn)
        if kind is not Person:
            return same(parent) in self._owners and self._is_member_known(parent)
        return self._is_member_known(parent)

    def _is_member_known(self, dn: str) -> bool:
        while dn and same(dn) not in self._members:
            above = parent_of(dn)
            if same(above) == same(BASE):
                return same(dn) in self._owners
            dn = above
        return bool(dn)

    def of(self, kind: type[Entry], dn: str) -> Mapping[str, HsaId | None] | None:
        """The fields that the place gives; ``None`` where such an entry may not stand."""
        parent_dn = parent_of(dn)
        if kind is Member:
            return {} if same(parent_dn) == same(BASE) else None
        if kind in _IN_FOLDERS:
            return {}
        member = self._member_above(parent_dn)
        if member is None:
            return None
        if kind is Person:
            return {"member": member}
        parent = self._owner(parent_dn)
        if parent is None or parent[0] not in _PARENTS[kind]:
            return None
        if kind is Unit:
            return {"member": member, "parent": parent[1] if parent[0] is Unit else None}
        if kind in (Assignment, Function):
            return {"member": member, "unit": parent[1]}
        return {"member": member}

    def _owner(self, dn: str) -> Owner | None:
        key = same(dn)
        if key not in self._owners:
            values = self.ask(dn)
            kind = None if values is None else kind_of(values)
            hsa_id = None if values is None else id_in(values)
            self._owners[key] = None if kind is None or hsa_id is None else (kind, hsa_id)
        return self._owners[key]

    def _member_above(self, dn: str) -> HsaId | None:
        """The member at or above ``dn``."""
        key = same(dn)
        if key not in self._members:
            above = parent_of(dn)
            if same(above) == same(BASE):
                owner = self._owner(dn)
                self._members[key] = owner[1] if owner is not None and owner[0] is Member else None
            else:
                self._members[key] = self._member_above(above) if above else None
        return self._members[key]
