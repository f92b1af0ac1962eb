"""The steps of planned changes as JSON for the table that keeps them: lossless, versioned.

Boundary: not the API's JSON, which is read and told by the HTTP edge.
"""

from dataclasses import fields
from typing import Any

from directory.core.entry_json import from_json, plain, to_json, value_of
from directory.core.planned_change import Steps
from directory.core.reorganisation import (
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    SplitUnit,
)
from directory.core.steps import Amend, Assign, Create, End, Move, Unassign, Values
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us
from vocabulary.refusals import InvalidValue

VERSION = 1
_KINDS: dict[str, type[Any]] = {
    "create": Create,
    "amend": Amend,
    "end": End,
    "move": Move,
    "assign": Assign,
    "unassign": Unassign,
    "move_unit": MoveUnit,
    "merge_units": MergeUnits,
    "split_unit": SplitUnit,
    "close_unit": CloseUnit,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def steps_to_json(steps: Steps) -> dict[str, Any]:
    return {"v": VERSION, "steps": [{"do": _NAMES[type(step)]} | _fields(step) for step in steps]}


def steps_from_json(told: dict[str, Any]) -> Steps:
    """The same steps again. Raises ``ValueError`` for a version, kind or field that this code does not know."""
    if told.get("v") != VERSION:
        raise ValueError(f"steps of version {told.get('v')!r} cannot be read")
    return tuple(_step(dict(each)) for each in told["steps"])


def _fields(value: Any) -> dict[str, Any]:
    return {each.name: _plain(each.name, getattr(value, each.name)) for each in fields(value)}


def _plain(name: str, value: Any) -> Any:
    match name, value:
        case _, None:
            return None
        case "entry", _:
            return to_json(value)
        case "values" | "seen", _:
            return [[key, _plain_seen(key, held)] for key, held in value]
        case "until", _:
            return to_us(value)
        case "assignments", Assignments():
            return {"fate": value.fate.value, "at": plain(value.at)}
        case "parts", _:
            return [_fields(part) for part in value]
    return plain(value)


def _plain_seen(name: str, value: Any) -> Any:
    return to_us(value) if name == "end" and value is not None else plain(value)


def _step(told: dict[str, Any]) -> Any:
    kind = _KINDS.get(told.pop("do", ""))
    if kind is None:
        raise ValueError("a step of an unknown kind cannot be read")
    try:
        return kind(**{name: _value(name, value) for name, value in told.items()})
    except (TypeError, InvalidValue) as error:
        raise ValueError(f"a step has fields that cannot be read: {error}") from None


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    match name:
        case "entry":
            return from_json(value)
        case "values" | "seen":
            return _values(value)
        case "until":
            return from_us(value)
        case "assignments":
            return Assignments(Fate(value["fate"]), _id(value["at"]))
        case "parts":
            return tuple(Part(HsaId.parse(p["hsa_id"]), p["name"], _ids(p["takes"])) for p in value)
        case "children":
            return Children(value)
        case "gone":
            return _ids(value)
    return HsaId.parse(value)


def _values(told: list[Any]) -> Values:
    return tuple((name, _seen(name, value)) for name, value in told)


def _seen(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name == "end":
        return from_us(value)
    return HsaId.parse(value) if name == "place" else value_of(name, value)


def _id(value: str | None) -> HsaId | None:
    return None if value is None else HsaId.parse(value)


def _ids(values: list[str]) -> tuple[HsaId, ...]:
    return tuple(HsaId.parse(each) for each in values)
