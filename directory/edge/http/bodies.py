"""The JSON that the directory's changes take: for each kind what a new entry holds, and what can be changed of one.

Made from the entries' own fields by ``core.editing``: what only a verb of its own sets is not among them. Every body
says why (``reason``). Boundary: types and forms; whether the values may stand is ``core.validation``'s question.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Annotated, Any, get_type_hints

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    create_model,
)

from directory.core.editing import AT_CREATION, SetBy, attributes
from directory.core.entries import KINDS, Code, Coordinates, Entry, Membership, Person
from directory.core.field_rules import problem_of
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant


def _instant(given: object) -> object:
    """As everywhere else (``vocabulary.stockholm``): of numbers nobody can tell what they count."""
    if isinstance(given, str):
        try:
            return parse_instant(given)
        except InvalidValue as refusal:
            raise ValueError(refusal.description) from None
    if isinstance(given, datetime):
        return given
    raise ValueError("a point in time is a text")


Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
"""A point in time: an instant (RFC 3339), or a date for its start in Stockholm."""


class Body(BaseModel):
    """``reason`` stands in the journal, for whoever asks later why this was changed."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class PeriodBody(BaseModel):
    """Half-open: ``end`` is the first instant that does not belong to it."""

    model_config = ConfigDict(extra="forbid")

    start: Instant | None = None
    end: Instant | None = None


class CodeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)
    text: str = Field(max_length=256)
    period: PeriodBody = PeriodBody()


class CoordinatesBody(BaseModel):
    """SWEREF 99 TM, whole metres."""

    model_config = ConfigDict(extra="forbid")

    north: int
    east: int


class NumberBody(BaseModel):
    """A personal number with its kind: twelve digits, also with the hyphen before the last four. It is sealed at once,
    and never told by this API."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: NumberKind
    value: str = Field(max_length=40)

    def parsed(self) -> PersonalIdentityNumber:
        """Raises ``InvalidValue``, which does not repeat the value."""
        try:
            if _TEN_DIGITS.fullmatch(self.value) and self.kind is not NumberKind.RESERVE:
                raise InvalidValue("write the year with all four digits: the century cannot be told without them")
            return PersonalIdentityNumber.parse(_HYPHENATED.sub(r"\1\2", self.value), self.kind)
        except InvalidValue as refusal:
            raise InvalidValue(refusal.description, pointer="/personal_number") from None


_HYPHENATED = re.compile(r"\A([0-9]{8})-([0-9]{4})\Z", re.ASCII)
_TEN_DIGITS = re.compile(r"[0-9]{6}[-+]?[0-9]{4}", re.ASCII)
"""A number of whose year only two digits are written; a `+` stands for somebody who is a hundred years old."""


_LONGEST_TEXT = 4_000
_LONGEST_LIST = 2_000
_TEXT = Field(max_length=_LONGEST_TEXT)
_TYPES: dict[Any, Any] = {
    HsaId: str,
    HsaId | None: str | None,
    OrganisationNumber: str,
    Period: PeriodBody,
    Coordinates | None: CoordinatesBody | None,
    tuple[str, ...]: list[str],
    tuple[Code, ...]: list[CodeBody],
}
_HINTS = {kind: get_type_hints(kind) for kind in KINDS.values()}
_DEFAULTS: Mapping[type[Entry], Mapping[str, Any]] = {
    kind: {each.name: each.default for each in fields(kind)} for kind in KINDS.values()
}
_REQUIRED = {kind: {each.name for each in fields(kind) if each.default is MISSING} for kind in KINDS.values()}
_FOUND_OTHERWISE = {"member", "id_prefixes", "full_name", "parent"}
"""Required of the entry, but told by its place, its number or its other names where the body leaves it out."""


def _attribute(kind: type[Entry], name: str, *, required: bool) -> Any:
    hint = _HINTS[kind][name]
    shape = _TYPES.get(hint, hint)
    limit: dict[str, Any] = {}
    if shape in (str, str | None):
        limit = {"max_length": _LONGEST_TEXT}
    elif hint in (tuple[str, ...], tuple[Code, ...]):
        limit = {"max_length": _LONGEST_LIST}
    return (shape, Field(**limit)) if required else (shape | None, Field(default=None, **limit))


def _new(kind: type[Entry]) -> type[Body]:
    made = {
        name: _attribute(kind, name, required=name in _REQUIRED[kind] - _FOUND_OTHERWISE)
        for name in attributes(kind, AT_CREATION)
    }
    if kind is Person:
        made["personal_number"] = (NumberBody | None, None)
    return create_model(f"New{kind.__name__}", __base__=Body, __doc__=kind.__doc__, **made)


def _changed(kind: type[Entry]) -> type[Body]:
    made = {name: _attribute(kind, name, required=False) for name in attributes(kind, SetBy.CHANGE)}
    doc = "What is named is set; what is left out stays; `null` takes a value away."
    return create_model(f"Changed{kind.__name__}", __base__=Body, __doc__=doc, **made)


NEW: dict[type[Entry], type[Body]] = {kind: _new(kind) for kind in KINDS.values()}
CHANGED: dict[type[Entry], type[Body]] = {kind: _changed(kind) for kind in KINDS.values()}
_KIND_OF: Mapping[type[Body], type[Entry]] = {form: kind for forms in (NEW, CHANGED) for kind, form in forms.items()}


def values_in(kind: type[Entry], body: Body) -> dict[str, Any]:
    """The attributes that ``body`` names, as the entry holds them; ``None`` becomes the attribute's own default.

    Raises ``InvalidValue`` with the attribute's pointer, and with all else that can be told of the body by itself.
    """
    found: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for name in (each.name for each in fields(kind) if each.name in body.model_fields_set):
        try:
            found[name] = _held(kind, name, getattr(body, name))
        except InvalidValue as refusal:
            wrong.append((f"/{name}", refusal.description))
    if not wrong:
        return found
    rules = ((name, problem_of(kind, name, value)) for name, value in found.items())
    (pointer, description), *others = [*wrong, *((f"/{name}", said) for name, said in rules if said is not None)]
    raise InvalidValue(description, pointer=pointer, others=tuple(others))


def broken_in(form: type[Body], given: Mapping[str, Any], faulty: Container[str]) -> Iterator[tuple[str, str]]:
    """Which attributes of a body break a rule by themselves, and how, beside those that are ``faulty`` in their form.
    For bodies of ``NEW`` and ``CHANGED``; nothing of others."""
    kind = _KIND_OF.get(form)
    if kind is None:
        return
    for name in (each.name for each in fields(kind) if each.name in given and each.name in form.model_fields):
        if name in faulty:
            continue
        try:
            annotation: Any = form.model_fields[name].annotation
            typed = TypeAdapter(annotation).validate_python(given[name])
            said = problem_of(kind, name, _held(kind, name, typed))
        except (InvalidValue, ValidationError) as refusal:
            said = refusal.description if isinstance(refusal, InvalidValue) else None
        if said is not None:
            yield name, said


def _held(kind: type[Entry], name: str, given: Any) -> Any:
    """As the entry holds it. Raises ``InvalidValue``."""
    if given is not None:
        return _value(_HINTS[kind][name], given)
    if _DEFAULTS[kind][name] is MISSING:
        raise InvalidValue("it cannot be taken away")
    return _DEFAULTS[kind][name]


def _value(hint: Any, given: Any) -> Any:
    if hint in (HsaId, HsaId | None):
        return HsaId.parse(given)
    if hint is OrganisationNumber:
        return OrganisationNumber.parse(given)
    match given:
        case PeriodBody():
            return Period(given.start, given.end)
        case CoordinatesBody():
            return Coordinates(given.north, given.east)
        case list():
            return tuple(_row(each) for each in given)
    return given


def _row(given: str | CodeBody) -> str | Code:
    if isinstance(given, str):
        return given
    return Code(given.code, given.text, Period(given.period.start, given.period.end))


class NewMembership(Body):
    """``start`` is now if left out, and ``null`` for one that she has held as long as can be told. ``end`` is the first
    instant at which she no longer holds it."""

    person: str
    start: Instant | None = None
    end: Instant | None = None

    @property
    def begins_now(self) -> bool:
        return "start" not in self.model_fields_set

    def parsed(self, now: datetime) -> Membership:
        return Membership(id_at(self.person, "person"), Period(now if self.begins_now else self.start, self.end))


class EndedMembership(Body):
    """``at`` is the first instant at which the person no longer holds it; now if left out."""

    person: str
    at: Instant | None = None


class Ending(Body):
    """``at`` is the first instant at which it does not count any more; now if left out."""

    at: Instant | None = None


class Restoring(Body):
    """``end`` is until when it counts from now on; until further notice if left out."""

    end: Instant | None = None


class Moving(Body):
    """``to`` is the HSA-id of what it shall stand below."""

    to: str


class MovingUnit(Moving):
    """``care_provider`` is the one that the unit keeps: to be said where ``to`` belongs to another one."""

    care_provider: str | None = None


class Merging(Body):
    """``into`` is the HSA-id of the entry that stays."""

    into: str


class Licences(Body):
    """All that the licence register (HOSP) says of the person now; what is left out, it does not say."""

    licences: list[str] = Field(default=[], max_length=22)
    licence_restrictions: list[str] = Field(default=[], max_length=20)
    specialities: list[str] = Field(default=[], max_length=20)
    prescription_rights: list[str] = Field(default=[], max_length=2)


class NewNumber(Body):
    personal_number: NumberBody


def id_at(text: str, field: str) -> HsaId:
    """Raises ``InvalidValue`` that points to the field."""
    try:
        return HsaId.parse(text)
    except InvalidValue as refusal:
        raise InvalidValue(refusal.description, pointer=f"/{field}") from None
