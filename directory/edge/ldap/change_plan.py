"""From changes of entries to operations on a tree, in an order in which each of them is possible. No I/O.

Order: what is new and what moves (each after its parent), renames in place, modifications, removals. Names of units and
members are their texts; where a sibling may have the name already, the HSA-id is put beside it
(``ou=NAME+hsaIdentity=ID``), so that two units of one name can stand under one parent.

Relies on INVARIANT (safe in a transaction): what gets another parent is copied there with all that stands below it, and
the original is marked ``tillitRemoved``, as is what is taken away. Nobody reads what is marked; the store sweeps it.
"""

from collections.abc import Callable, Mapping, Sequence

from directory.core.changes import Change
from directory.core.entries import (
    KINDS,
    AdminAssignment,
    CodeTable,
    Entry,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.core.entries import parent_of as parent_id
from directory.edge.ldap.entry_mapping import id_in, texts_of, to_ldap
from directory.edge.ldap.fields import ATTRIBUTES
from directory.edge.ldap.names import BASE, SERVICES, STAFF, VIDEO, parent_of, rdn, same, sibling_key
from directory.edge.ldap.operations import (
    ADD_VALUES,
    DELETE_VALUES,
    REPLACE_VALUES,
    Add,
    Modify,
    Operation,
    Rename,
)
from directory.refusals import StoreRejected
from vocabulary.hsa_id import HsaId

Raw = Mapping[str, Sequence[bytes]]
Siblings = Callable[[str], frozenset[str]]
Below = Callable[[str], Sequence[tuple[str, Raw]]]
REMOVED_CLASS = "tillitRemoved"
_NAMED_BY: dict[type[Entry], str] = {Member: "o", Unit: "ou"}
_ORDER: tuple[type[Entry], ...] = tuple(KINDS.values())
_FOLDERS: dict[type[Entry], str] = {
    AdminAssignment: SERVICES,
    SystemRole: SERVICES,
    CodeTable: SERVICES,
    VideoEndpoint: VIDEO,
}
"""Where the kinds stand that stand below no other entry; members stand right under the county."""
_STAFF_KEY = sibling_key(STAFF)
_STAFF_RDN = rdn("ou", STAFF)


def ids_needed(changes: Sequence[Change]) -> set[HsaId]:
    """Whose names must be known before planning."""
    needed = {change.hsa_id for change in changes}
    for change in changes:
        above = None if change.after is None else parent_id(change.after)
        if above is not None:
            needed.add(above)
    return needed


def planned(
    changes: Sequence[Change], names: Mapping[HsaId, str], siblings: Siblings, below: Below
) -> list[tuple[HsaId, Operation]]:
    """The operations, each with the entry it is for. ``names`` are the DNs of what stands in the tree now; ``siblings``
    gives the keys of the names right below a DN, ``below`` whole objects at and below one. Raises ``StoreRejected``."""
    return _Plan(names, siblings, below).of(changes)


class _Plan:
    def __init__(self, names: Mapping[HsaId, str], siblings: Siblings, below: Below) -> None:
        self._before = dict(names)
        self._now = dict(names)
        self._siblings = siblings
        self._below = below
        self._taken: dict[HsaId | None, set[str]] = {}
        self._moving: dict[HsaId, Entry] = {}
        self._unsettled: set[HsaId] = set()
        self._folders: set[str] = set()
        self._operations: list[tuple[HsaId, Operation]] = []

    def of(self, changes: Sequence[Change]) -> list[tuple[HsaId, Operation]]:
        real = [change for change in changes if change.before != change.after]
        if len({change.hsa_id for change in real}) != len(real):
            raise StoreRejected("one entry is changed twice in one change set")
        wanted = [(change.before, change.after) for change in real if change.after is not None]
        gone = [change.before for change in real if change.after is None and change.before is not None]
        for before, after in wanted:
            if before is not None and after.hsa_id not in self._before:
                raise StoreRejected(f"`{after.hsa_id}` is not in the store")
        standing = [(before, after) for before, after in wanted if after.hsa_id in self._before]
        self._moving = {after.hsa_id: after for before, after in standing if self._must_move(before, after)}
        self._place([after for _, after in wanted if after.hsa_id not in self._before or after.hsa_id in self._moving])
        self._mark([(self._before[hsa_id], hsa_id) for hsa_id in self._moving])
        staying = [(before, after) for before, after in standing if after.hsa_id not in self._moving]
        for before, after in staying:
            self._rename(before, after)
        for before, after in staying:
            self._modify(before, after)
        self._remove(gone)
        return self._operations

    def _place(self, new: list[Entry]) -> None:
        """Add what is new and copy what moves, each when its parent has come to where it will stand."""
        self._unsettled = {entry.hsa_id for entry in new}
        waiting = sorted(new, key=lambda entry: _ORDER.index(type(entry)))
        while waiting:
            later = []
            for entry in waiting:
                if self._is_settled(parent_id(entry)):
                    self._place_one(entry)
                    self._unsettled.discard(entry.hsa_id)
                else:
                    later.append(entry)
            if len(later) == len(waiting):
                raise StoreRejected(f"`{later[0].hsa_id}` would stand below itself")
            waiting = later

    def _is_settled(self, above: HsaId | None) -> bool:
        """Whether ``above`` has come to where it will stand: it follows the nearest that moves, at or above it."""
        if above is None:
            return True
        if above not in self._before:
            return above not in self._unsettled
        dn = self._before[above]
        moving = [each for each in self._moving if _is_under(dn, self._before[each])]
        return not moving or max(moving, key=lambda each: len(self._before[each])) not in self._unsettled

    def _place_one(self, entry: Entry) -> None:
        dn = f"{self._rdn(entry)},{self._parent_dn(entry)}"
        if isinstance(entry, VideoEndpoint):
            self._make_video_folder(entry)
        if entry.hsa_id in self._moving:
            self._copy(entry, dn)
        else:
            self._operations.append((entry.hsa_id, Add(dn, to_ldap(entry))))
            self._now[entry.hsa_id] = dn
            if isinstance(entry, Member):
                folder = {"objectClass": ["top", "organizationalUnit"], "ou": [STAFF]}
                self._operations.append((entry.hsa_id, Add(f"{_STAFF_RDN},{dn}", folder)))

    def _make_video_folder(self, first: VideoEndpoint) -> None:
        """A directory that was seeded before there were endpoints has no folder for them."""
        if VIDEO not in self._folders and sibling_key("Video") not in self._siblings(BASE):
            folder = {"objectClass": ["top", "organizationalUnit"], "ou": ["Video"]}
            self._operations.append((first.hsa_id, Add(VIDEO, folder)))
        self._folders.add(VIDEO)

    def _copy(self, entry: Entry, new: str) -> None:
        """The entry as wanted at its new place, and below it all that stood below it and does not move by itself."""
        old = self._before[entry.hsa_id]
        apart = [self._before[each] for each in self._moving if each != entry.hsa_id]
        apart = [dn for dn in apart if _is_under(dn, old)]

        def comes_along(dn: str) -> bool:
            return _is_under(dn, old) and not any(_is_under(dn, other) for other in apart)

        for dn, raw in sorted(self._below(old), key=lambda each: len(each[0])):
            if dn == old:
                self._operations.append((entry.hsa_id, Add(new, _overlaid(raw, entry))))
            elif comes_along(dn):
                self._operations.append((entry.hsa_id, Add(dn[: len(dn) - len(old)] + new, raw)))
        for hsa_id, dn in self._before.items():
            if comes_along(dn):
                self._now[hsa_id] = dn[: len(dn) - len(old)] + new

    def _mark(self, gone: list[tuple[str, HsaId]]) -> None:
        """Everything at and below these original names is not to be read any more."""
        marked: set[str] = set()
        for name, hsa_id in gone:
            for dn, _ in self._below(name):
                if dn not in marked:
                    marked.add(dn)
                    self._operations.append((hsa_id, _marking(dn)))

    def _must_move(self, before: Entry | None, after: Entry) -> bool:
        if before is not None:
            return parent_id(before) != parent_id(after)
        # What stands there is malformed or not ours: wherever that is, it comes to its place.
        above = parent_id(after)
        if above is not None and above not in self._before:
            return True
        return same(parent_of(self._before[after.hsa_id])) != same(self._parent_dn(after))

    def _rename(self, before: Entry | None, after: Entry) -> None:
        if type(after) not in _NAMED_BY:
            return
        old = self._now[after.hsa_id]
        if before is None:
            kept = old[: len(old) - len(parent_of(old)) - 1]
            if kept in (_rdn_of(after), _rdn_of(after, beside=True)):
                return
        elif sibling_key(_name(before)) == sibling_key(_name(after)):
            return
        new_rdn = self._rdn(after)
        self._operations.append((after.hsa_id, Rename(old, new_rdn)))
        new = f"{new_rdn},{parent_of(old)}"
        for hsa_id, dn in self._now.items():
            if _is_under(dn, old):
                self._now[hsa_id] = dn[: len(dn) - len(old)] + new

    def _modify(self, before: Entry | None, after: Entry) -> None:
        wanted = to_ldap(after)
        if before is None:
            kept = [name for name in ATTRIBUTES if name not in ("hsaIdentity", "objectClass")]
            changes: list[tuple[int, str, Sequence[str]]] = [
                (REPLACE_VALUES, name, wanted.get(name, [])) for name in ("objectClass", *kept, "tillitMember")
            ]
        else:
            held = to_ldap(before)
            changes = []
            for name in sorted({*held, *wanted}):
                changes += _value_changes(name, held.get(name, []), wanted.get(name, []))
        if changes:
            self._operations.append((after.hsa_id, Modify(self._now[after.hsa_id], tuple(changes))))

    def _remove(self, gone: list[Entry]) -> None:
        """Mark what goes. Copies that were made of it in this very plan are marked, too, by their new names."""
        ids = {entry.hsa_id for entry in gone}
        for entry in gone:
            original = self._before.get(entry.hsa_id)
            if original is None:
                continue
            for _, raw in self._below(original):
                stays = id_in(texts_of(raw))
                if stays is not None and stays not in ids and stays not in self._moving:
                    raise StoreRejected(f"`{entry.hsa_id}` cannot be taken away: `{stays}` stands below it")
            dn = self._now[entry.hsa_id]
            self._operations.append((entry.hsa_id, _marking(dn)))
            if isinstance(entry, Member):
                self._operations.append((entry.hsa_id, _marking(f"{_STAFF_RDN},{dn}")))

    def _parent_dn(self, entry: Entry) -> str:
        above = parent_id(entry)
        if above is None:
            return _FOLDERS.get(type(entry), BASE)
        dn = self._now.get(above)
        if dn is None:
            raise StoreRejected(f"`{entry.hsa_id}` would stand below `{above}`, which is not in the store")
        return f"{_STAFF_RDN},{dn}" if isinstance(entry, Person) else dn

    def _rdn(self, entry: Entry) -> str:
        """The free name for ``entry`` at its new place; from then on it is taken."""
        if type(entry) not in _NAMED_BY:
            return _rdn_of(entry)
        above = parent_id(entry)
        if above not in self._taken:
            parent = BASE if above is None else self._before.get(above)
            self._taken[above] = {_STAFF_KEY} if parent is None else {_STAFF_KEY, *self._siblings(parent)}
        key = sibling_key(_name(entry))
        taken = key in self._taken[above]
        self._taken[above].add(key)
        return _rdn_of(entry, beside=taken)


def _marking(dn: str) -> Modify:
    return Modify(dn, ((ADD_VALUES, "objectClass", [REMOVED_CLASS]),))


def _overlaid(raw: Raw, entry: Entry) -> dict[str, Sequence[str | bytes]]:
    """``entry`` with all that somebody else keeps on its object and that we know nothing of."""
    ours = {name.lower() for name in (*ATTRIBUTES, "tillitMember", *(["o", "ou"] if type(entry) in _NAMED_BY else []))}
    foreign = {name: values for name, values in raw.items() if name.lower() not in ours}
    return {**foreign, **to_ldap(entry)}


def _name(entry: Entry) -> str:
    return entry.full_name if isinstance(entry, Person) else entry.name


def _rdn_of(entry: Entry, *, beside: bool = False) -> str:
    attribute = _NAMED_BY.get(type(entry))
    if attribute is None:
        return rdn("commUniqueId" if isinstance(entry, VideoEndpoint) else "hsaIdentity", str(entry.hsa_id))
    return rdn(attribute, _name(entry), str(entry.hsa_id) if beside else None)


def _value_changes(name: str, held: Sequence[str], wanted: Sequence[str]) -> list[tuple[int, str, Sequence[str]]]:
    """The least that leads from ``held`` to ``wanted`` and keeps their order: servers append what is added."""
    if list(held) == list(wanted):
        return []
    gone = [value for value in held if value not in wanted]
    kept = [value for value in held if value in wanted]
    new = list(wanted[len(kept) :])
    if len(held) < 2 or list(wanted[: len(kept)]) != kept or not kept:
        return [(REPLACE_VALUES, name, wanted)]
    return [(verb, name, values) for verb, values in ((DELETE_VALUES, gone), (ADD_VALUES, new)) if values]


def _is_under(dn: str, above: str) -> bool:
    return dn == above or dn.endswith("," + above)
