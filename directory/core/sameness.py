"""In what two versions of an entry differ, and whether they say the same: the one place that compares them.

The order of a list's values means nothing, since LDAP keeps no order of values; how often each stands in it counts.
Boundary: how a difference is told, and to whom, is ``edge.http.telling``'s and ``edge.http.commit_telling``'s.
"""

from collections import Counter
from typing import Any

from directory.core.entries import FIELDS, Code, Entry, Membership
from vocabulary.period import Period


def same(one: Entry | None, other: Entry | None) -> bool:
    if one == other:
        return True
    return one is not None and other is not None and type(one) is type(other) and not differing(one, other)


def differing(one: Entry, other: Entry) -> tuple[str, ...]:
    """The attributes in which two entries of one kind differ."""
    return tuple(name for name in FIELDS[type(one)] if not alike(getattr(one, name), getattr(other, name)))


def alike(one: Any, other: Any) -> bool:
    """Whether two values of one attribute say the same."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one == other or (len(one) == len(other) and sorted(one, key=_order) == sorted(other, key=_order))
    return bool(one == other)


def without(values: tuple[Any, ...], others: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values that the others do not have, each as often as it is more."""
    left = Counter(others)
    found = []
    for value in values:
        if left[value] > 0:
            left[value] -= 1
        else:
            found.append(value)
    return tuple(found)


def _order(value: str | Membership | Code) -> tuple[Any, ...]:
    """Equal for equal values and for no others."""
    match value:
        case str():
            return (value,)
        case Membership():
            return value.person.key, *_order_in_time(value.period)
        case Code():
            return value.code, value.text, *_order_in_time(value.period)


def _order_in_time(period: Period) -> tuple[Any, ...]:
    """By instants, which are equal in whatever zone they are written."""
    return period.start is not None, period.start, period.end is not None, period.end
