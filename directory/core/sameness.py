"""When two entries say the same: the order of their lists means nothing, since LDAP keeps no order of values."""

from dataclasses import fields

from directory.core.entries import Assignment, CareProvider, Entry, Member, Membership, Person, Unit

_LISTS = {
    kind: tuple(f.name for f in fields(kind) if str(f.type).startswith("tuple"))
    for kind in (Member, CareProvider, Unit, Person, Assignment)
}
_SINGLE = {
    kind: tuple(f.name for f in fields(kind) if not str(f.type).startswith("tuple"))
    for kind in (Member, CareProvider, Unit, Person, Assignment)
}


def same(one: Entry | None, other: Entry | None) -> bool:
    if one == other:
        return True
    if one is None or other is None or type(one) is not type(other):
        return False
    kind = type(one)
    if any(getattr(one, name) != getattr(other, name) for name in _SINGLE[kind]):
        return False
    return all(_in_order(getattr(one, name)) == _in_order(getattr(other, name)) for name in _LISTS[kind])


def _in_order(values: tuple[str | Membership, ...]) -> list[str | Membership]:
    return sorted(values, key=_order)


def _order(value: str | Membership) -> tuple[str, str, str]:
    if isinstance(value, str):
        return value, "", ""
    return value.person.key, str(value.period.start), str(value.period.end)
