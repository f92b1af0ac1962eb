"""From objects in a tree to entries: what an object's place says (member, parent, unit), and which ids stand twice."""

from collections.abc import Callable, Iterable, Mapping
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
from directory.edge.ldap.content_sync import Found
from directory.edge.ldap.entry_mapping import from_ldap, id_in, kind_of
from directory.edge.ldap.fields import Values
from directory.edge.ldap.names import BASE, parent_of, same
from directory.ports import Malformed
from vocabulary.hsa_id import HsaId

Owner = tuple[type[Entry], HsaId]
Ask = Callable[[str], Values | None]
_PARENTS: dict[type[Entry], tuple[type[Entry], ...]] = {
    CareProvider: (Member,),
    Unit: (Unit, Member),
    Assignment: (Unit, CareProvider),
    Function: (Unit, Member),
}
_IN_FOLDERS = (AdminAssignment, SystemRole, CodeTable, VideoEndpoint)
"""These say themselves whose they are, wherever they stand."""


@dataclass(frozen=True, slots=True)
class ReadObjects:
    """``ids`` has every object that carries an id, also those that cannot be served, by its place in ``found``."""

    entries: tuple[Entry, ...]
    malformed: tuple[Malformed, ...]
    ids: tuple[HsaId | None, ...]


def read_objects(found: Iterable[Found], ask: Ask) -> ReadObjects:
    """``ask`` gives the attributes of an object by name, for parents that are not among ``found``."""
    objects = [(each, kind_of(each.values), id_in(each.values)) for each in found]
    places = _Places(ask)
    for each, kind, hsa_id in objects:
        if kind is not None and hsa_id is not None:
            places.know(each.dn, (kind, hsa_id))
    entries: dict[HsaId, Entry] = {}
    malformed: list[Malformed] = []
    for each, kind, hsa_id in objects:
        if kind is None:
            continue
        place = places.of(kind, each.dn)
        if place is None:
            malformed.append(Malformed(hsa_id, each.dn, "does not stand below a member, unit or provider as it must"))
            continue
        reading = from_ldap(each.dn, each.values, kind, place)
        malformed.extend(reading.problems)
        if reading.entry is None:
            continue
        if reading.entry.hsa_id in entries:
            malformed.append(Malformed(None, each.dn, "`hsaIdentity` stands on another object already; left out"))
            continue
        entries[reading.entry.hsa_id] = reading.entry
    return ReadObjects(tuple(entries.values()), tuple(malformed), tuple(hsa_id for _, _, hsa_id in objects))


class _Places:
    """Who stands where, asked for at most once."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._owners: dict[str, Owner | None] = {}
        self._members: dict[str, HsaId | None] = {}

    def know(self, dn: str, owner: Owner) -> None:
        self._owners[same(dn)] = owner

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
            values = self._ask(dn)
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
