"""Entries as JSON for the journal: lossless, versioned, small (what has its default is left out).

Boundary: not the API's JSON, which shows less and may change its form.
"""

from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any, cast

from directory.core.entries import KINDS, NAMES, Code, Coordinates, Entry, Membership
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period

VERSION = 1

_FIELDS = {kind: tuple((f.name, f.default) for f in fields(kind)) for kind in NAMES}

_HSA_IDS = frozenset(
    {"hsa_id", "member", "parent", "care_provider", "unit", "manager", "merged_into", "responsible", "owner"}
)
_SHARED = frozenset(
    "given_name family_name middle_name title position position_code source licences purpose rights municipality_code "
    "municipality_name kind care_type duties".split()
)


def kind_of(entry: Entry) -> str:
    """``member``, ``care_provider``, ``unit`` … as in ``entries.KINDS``."""
    return NAMES[type(entry)]


def to_json(entry: Entry) -> dict[str, Any]:
    """Only strings, whole numbers, booleans, lists and dicts."""
    told: dict[str, Any] = {"v": VERSION, "entry": kind_of(entry)}
    for name, default in _FIELDS[type(entry)]:
        value = getattr(entry, name)
        if default is MISSING or value != default:
            told[name] = plain(value)
    return told


def from_json(told: dict[str, Any]) -> Entry:
    """The same entry again. Raises ``ValueError`` for a version, kind or field that this code does not know."""
    kind = KINDS.get(told.get("entry", ""))
    if told.get("v") != VERSION or kind is None:
        raise ValueError(f"an entry of version {told.get('v')!r} and kind {told.get('entry')!r} cannot be read")
    values = {name: value_of(name, value) for name, value in told.items() if name not in ("v", "entry")}
    try:
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"an entry has unknown or missing fields: {error}") from None


def plain(value: object) -> Any:
    """One attribute's value as strings, whole numbers, booleans, lists."""
    match value:
        case HsaId() | OrganisationNumber():
            return value.value
        case Period():
            return _plain_period(value)
        case tuple():
            return [plain(item) for item in value]
        case Membership():
            return [value.person.value, *_plain_period(value.period)]
        case Code():
            return [value.code, value.text, *_plain_period(value.period)]
        case Coordinates():
            return [value.north, value.east]
        case _:
            return value


def _plain_period(period: Period) -> list[int | None]:
    return [None if instant is None else to_us(instant) for instant in (period.start, period.end)]


def value_of(name: str, value: Any) -> Any:
    """What ``plain`` made of the attribute ``name``."""
    if value is None:
        return None
    if name in _HSA_IDS:
        return _hsa_id(value) if name != "hsa_id" else HsaId.parse(value)
    if name in _SHARED:
        return _shared(value) if isinstance(value, str) else tuple(map(_shared, value))
    if name == "period":
        return _period(*value)
    if name == "memberships":
        return tuple(Membership(HsaId.parse(person), _period(start, end)) for person, start, end in value)
    if name == "codes":
        return tuple(Code(code, text, _period(start, end)) for code, text, start, end in value)
    if name == "coordinates":
        return Coordinates(*value)
    if name == "organisation_number":
        return OrganisationNumber.parse(value)
    if name == "capacity":
        return Capacity(value)
    return tuple(cast(list[str], value)) if isinstance(value, list) else value


@lru_cache(maxsize=8192)
def _hsa_id(text: str) -> HsaId:
    # Members, units and providers are named by many entries: one value serves them all.
    return HsaId.parse(text)


@lru_cache(maxsize=8192)
def _shared(text: str) -> str:
    # A hundred thousand people have a thousand names: one text serves all who share it.
    return text


def _period(start: int | None, end: int | None) -> Period:
    return Period(None if start is None else from_us(start), None if end is None else from_us(end))
