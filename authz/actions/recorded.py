"""A decision's audit record read back as what the rules were asked: the question, and the evaluated facts.

The counterpart of ``authz.actions.records``: what ``plain`` wrote, this reads, member by member by the facts' types.
Judges nothing, and believes nothing that has not the form of a fact.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Final, NewType, Union, get_args, get_origin, get_type_hints

from authz.actions.question import Question
from authz.actions.read_request import is_name, to_request
from authz.actions.records import ACTIVITIES
from authz.core.facts import Facts
from authz.core.policy import Policy
from authz.core.request import PatientKey, Request
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right

_ACTIONS: Final = {activity: action for action, activity in ACTIVITIES.items()}
_NOT_IN_RECORD: Final = frozenset({"now", "policy"})
_UNREADABLE: Final = "unknown"


class NotReadable(Exception):
    """The record holds no decision that can be judged again; the text says which part of it."""


def request_of(record: Mapping[str, Any]) -> Request:
    """The question of a decision's record, as the rules were asked it. Raises ``NotReadable``."""
    try:
        return _request(record)
    except (KeyError, TypeError, ValueError, InvalidValue) as error:
        raise NotReadable(f"the question cannot be read back ({type(error).__name__})") from None


def facts_of(record: Mapping[str, Any], policy: Policy) -> Facts:
    """The evaluated facts of a decision's record, at its own instant. Raises ``NotReadable``."""
    try:
        told = record["facts"]
        kinds = _types_of(Facts)
        strange = set(told) - (set(kinds) - _NOT_IN_RECORD)
        if strange:
            raise NotReadable(f"there is no fact `{min(strange)}`")
        read = {name: _value(value, kinds[name]) for name, value in told.items()}
        return Facts(now=datetime.fromisoformat(record["at"]), policy=policy, **read)
    except (KeyError, TypeError, ValueError, InvalidValue) as error:
        raise NotReadable(f"the facts cannot be read back ({type(error).__name__})") from None


def _request(record: Mapping[str, Any]) -> Request:
    told, activity = record["resource"], record["activity"]
    patient = None if record.get("patient") is None else PatientKey(record["patient"])
    citizen = None
    if record.get("citizen"):
        # Records of before hold no key of the citizen: then only a permit, given to the patient herself, tells it.
        citizen = record.get("citizen_key") or (patient if record["permit"] else None)
        if citizen is None:
            raise NotReadable("it does not tell which citizen asked")
    question = Question(
        action=_ACTIONS.get(activity, activity),
        resource_type=told["type"],
        resource_id=_entry_id(told, record["facts"]),
        person=_id(record.get("person")),
        assignment=_id(record.get("assignment")),
        capacity=None if "capacity" not in told else Capacity(told["capacity"]),
        information_type=told.get("information_type"),
        care_unit=_id(record.get("data_unit")),
        care_provider=_id(record.get("data_provider")),
        first=None if "first" not in told else date.fromisoformat(told["first"]),
        last=None if "last" not in told else date.fromisoformat(told["last"]),
        investigation=told.get("investigation", False),
        task=told.get("task"),
        message_kind=told.get("message_kind"),
        attribute_classes=tuple(told.get("attribute_classes", ())),
        entry_kind=told.get("kind"),
        purpose=told.get("stated_purpose"),
    )
    request = to_request(
        question,
        subject=None,
        citizen=None if citizen is None else PatientKey(citizen),
        patient=patient,
        level=AssuranceLevel(record["assurance"]),
        zone=NetworkZone(record["zone"]),
    )
    if isinstance(request, str):
        raise NotReadable(f"the question comes to no rule: {request}")
    return request


def _entry_id(told: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """An entry that was asked for by its distinguished name is the one whose facts were gathered."""
    stated: str | None = told.get("id")
    if told["type"] == "directory_object" and stated is not None and is_name(stated):
        entry = facts.get("entry")
        if isinstance(entry, dict):
            return str(entry["id"])
    return "" if stated is None else stated


def _id(text: str | None) -> HsaId | None:
    return None if text is None else HsaId.parse(text)


@lru_cache(maxsize=256)
def _types_of(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _value(told: Any, kind: Any) -> Any:
    """``told``, in JSON's terms, as a ``kind``. Raises what ``NotReadable`` is made of."""
    if isinstance(kind, NewType):
        kind = kind.__supertype__
    origin = get_origin(kind)
    if origin in (UnionType, Union):
        return _one_of(told, get_args(kind))
    if origin is tuple:
        return tuple(_value(each, get_args(kind)[0]) for each in _need(told, list))
    if origin is frozenset:
        return frozenset(_value(each, get_args(kind)[0]) for each in _need(told, list))
    if kind is bool or kind is int or kind is str:
        return _need(told, kind)
    if kind is HsaId:
        return HsaId.parse(_need(told, str))
    if kind is Right:
        return Right.parse(_need(told, str))
    if kind is Period:
        start, end = _need(told, list)
        return Period(_instant(start), _instant(end))
    if kind is datetime:
        return datetime.fromisoformat(_need(told, str))
    if kind is date:
        return date.fromisoformat(_need(told, str))
    if issubclass(kind, Enum):
        return kind(told)
    if isinstance(kind, type) and is_dataclass(kind):
        return _fact(_need(told, dict), kind)
    raise TypeError(f"{kind} is no part of a fact")


def _one_of(told: Any, kinds: tuple[Any, ...]) -> Any:
    if told is None and NoneType in kinds:
        return None
    if told == _UNREADABLE and Unknown in kinds:
        return UNKNOWN
    for kind in kinds:
        if kind is not NoneType and kind is not Unknown:
            return _value(told, kind)
    raise TypeError("a fact that says nothing")


def _fact(told: dict[str, Any], kind: Any) -> Any:
    kinds = _types_of(kind)
    if not set(told) <= set(kinds):
        raise KeyError(min(set(told) - set(kinds)))
    # A member that is newer than the record has its default: it was not asked about then.
    for field in fields(kind):
        if field.name not in told and field.default is MISSING and field.default_factory is MISSING:
            raise KeyError(field.name)
    return kind(**{name: _value(value, kinds[name]) for name, value in told.items()})


def _need(told: Any, kind: type) -> Any:
    if type(told) is not kind:
        raise TypeError(f"not of the form {kind.__name__}")
    return told


def _instant(told: Any) -> datetime | None:
    return None if told is None else datetime.fromisoformat(_need(told, str))
