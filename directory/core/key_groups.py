"""Indexes of keys in groups: all that stand below one unit, all that one person holds, all records of one number.

A change is told as moves: each key leaves some groups for others. What that makes of the groups is said here, and the
index is succeeded by it. Boundary: which groups an entry is in is ``snapshot``'s to say.
"""

from collections.abc import Iterable, Mapping

from directory.core.layered_map import LayeredMap

Keys = tuple[str, ...]
KeyGroups = LayeredMap[Keys]
Move = tuple[str, set[str], set[str]]
"""A key, the groups that it was in and those that it will be in."""


def regrouped(groups: KeyGroups, moves: Iterable[Move]) -> dict[str, Keys]:
    """The groups that become others by ``moves``. Whoever stays keeps the place; who comes is put last, in the order of
    ``moves``."""
    changed: dict[str, Keys] = {}
    gained: dict[str, list[str]] = {}
    for key, old, new in moves:
        if old == new:
            continue
        for group in old - new:
            changed[group] = tuple(each for each in _now(groups, changed, group) if each != key)
        for group in new - old:
            gained.setdefault(group, []).append(key)
    for group, keys in gained.items():
        changed[group] = (*_now(groups, changed, group), *keys)
    return changed


def _now(groups: KeyGroups, changed: Mapping[str, Keys], group: str) -> Keys:
    found = changed.get(group)
    return found if found is not None else groups.get(group) or ()
