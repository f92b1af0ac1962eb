"""The directory names entries: from a distinguished name (RFC 4514) of the LDAP tree to the entry that bears it.

Boundary: names as our own LDAP edge writes them. One that fits two entries, or none, names nothing.
"""

import re
from collections.abc import Iterable, Iterator

from directory.core.entries import Entry, Member, Unit, VideoEndpoint, parent_of
from directory.core.snapshot import Snapshot
from directory.edge.ldap.names import BASE, SERVICES, STAFF, VIDEO, rdn, same, sibling_key
from directory.edge.ldap.names import parent_of as name_above
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

_ESCAPED = re.compile(r"\\([0-9A-Fa-f]{2}(?:\\[0-9A-Fa-f]{2})*|.)", re.DOTALL)
_MOST_LEVELS = 30
_LONGEST = 1_000
_STAFF_RDN = same(rdn("ou", STAFF))


def entry_named(snapshot: Snapshot, name: str) -> HsaId | None:
    """The id of the one entry with this name."""
    found = _found(snapshot, name, 0) if len(name) <= _LONGEST else None
    return None if found is None else found.hsa_id


def _found(snapshot: Snapshot, name: str, level: int) -> Entry | None:
    above = name_above(name)
    parts = _parts(name[: len(name) - len(above)].rstrip(" ,") if above else name)
    if not above or parts is None or level > _MOST_LEVELS:
        return None
    hsa_id = _id_in(parts)
    if "o" in parts or "ou" in parts:
        return _named(snapshot, parts, hsa_id, above, level)
    entry = None if hsa_id is None else snapshot.entry(hsa_id)
    return entry if entry is not None and _stands(snapshot, entry, above, level) else None


def _named(
    snapshot: Snapshot, parts: dict[str, str], hsa_id: HsaId | None, above: str, level: int
) -> Member | Unit | None:
    """A member or unit: named by its text, and by its id as well where a sibling has the text."""
    siblings: Iterator[Member | Unit]
    if "o" in parts:
        siblings = snapshot.members() if same(above) == same(BASE) else iter(())
    else:
        parent = _found(snapshot, above, level + 1)
        siblings = iter(()) if parent is None else _units_below(snapshot, parent)
    wanted = sibling_key(parts.get("o", parts.get("ou", "")))
    fitting = [one for one in siblings if sibling_key(one.name) == wanted and hsa_id in (None, one.hsa_id)]
    return fitting[0] if len(fitting) == 1 else None


def _units_below(snapshot: Snapshot, parent: Entry) -> Iterator[Unit]:
    return (entry for entry in snapshot.below(parent.hsa_id) if isinstance(entry, Unit))


def _stands(snapshot: Snapshot, entry: Entry, above: str, level: int) -> bool:
    """Whether the entry really has its place below this name."""
    if isinstance(entry, Member | Unit):
        return False
    place = parent_of(entry)
    if place is None:
        return same(above) == same(VIDEO if isinstance(entry, VideoEndpoint) else SERVICES)
    if place == entry.member and snapshot.person(entry.hsa_id) is not None:
        folder, above = above, name_above(above)
        if same(folder[: len(folder) - len(above)].rstrip(" ,")) != _STAFF_RDN:
            return False
    parent = _found(snapshot, above, level + 1)
    return parent is not None and parent.hsa_id == place


def _parts(relative: str) -> dict[str, str] | None:
    """``ou=NAME+hsaIdentity=ID`` as a dict by lower-case attribute; ``None`` for what is no such name."""
    found: dict[str, str] = {}
    for part in _apart(relative):
        attribute, equals, value = part.partition("=")
        name = attribute.strip().casefold()
        if not equals or not name or name in found:
            return None
        try:
            found[name] = _ESCAPED.sub(_unescaped, value.strip(" "))
        except UnicodeDecodeError:
            return None
    return found


def _apart(relative: str) -> Iterable[str]:
    return (found[0] for found in re.finditer(r"(?:\\.|[^\\+])+", relative, re.DOTALL))


def _unescaped(found: re.Match[str]) -> str:
    text = found[1]
    if len(text) == 1:
        return text
    return bytes.fromhex(text.replace("\\", "")).decode()


def _id_in(parts: dict[str, str]) -> HsaId | None:
    text = parts.get("hsaidentity", parts.get("communiqueid"))
    try:
        return None if text is None else HsaId.parse(text)
    except InvalidValue:
        return None
