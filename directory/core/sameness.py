"""When two entries say the same: the order of their lists means nothing, since LDAP keeps no order of values."""

from dataclasses import fields
from typing import Any

from directory.core.entries import NAMES, Code, Entry, Membership

_LISTS = {kind: tuple(f.name for f in fields(kind) if str(f.type).startswith("tuple")) for kind in NAMES}
_SINGLE = {kind: tuple(f.name for f in fields(kind) if not str(f.type).startswith("tuple")) for kind in NAMES}
_Listed = str | Membership | Code


def same(one: Entry | None, other: Entry | None) -> bool:
    if one == other:
        return True
    if one is None or other is None or type(one) is not type(other):
        return False
    kind = type(one)
    if any(getattr(one, name) != getattr(other, name) for name in _SINGLE[kind]):
        return False
    return all(alike(getattr(one, name), getattr(other, name)) for name in _LISTS[kind])


def alike(one: Any, other: Any) -> bool:
    """Whether two values of one attribute say the same."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _in_order(one) == _in_order(other)
    return bool(one == other)


def _in_order(values: tuple[_Listed, ...]) -> list[_Listed]:
    return sorted(values, key=_order)


def _order(value: _Listed) -> tuple[str, str, str, str]:
    match value:
        case str():
            return value, "", "", ""
        case Membership():
            return value.person.key, str(value.period.start), str(value.period.end), ""
        case Code():
            return value.code, value.text, str(value.period.start), str(value.period.end)
