"""The JSON of the directory's API: what is told of each entry, to whom. Made from the entries' own fields.

What an attribute shows to whom is ``core.visibility``'s table; an attribute that the caller may not see is left out. A
person is never told with her number or its keyed hash. A protected person (*skyddade personuppgifter*) is told only to
whom ``Reach`` lets see her; for everybody else she does not exist, in lists, memberships and changes alike.
"""

from collections.abc import Container
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from fastapi.encoders import jsonable_encoder
from pydantic import BaseModel, ConfigDict, Field, create_model

from directory.core.entries import (
    FIELDS,
    KINDS,
    Code,
    Coordinates,
    Entry,
    Held,
    Membership,
    Person,
)
from directory.core.snapshot import Snapshot
from directory.core.visibility import VISIBILITY, Visibility, visible
from directory.ports import Reach
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.scim_filter import Schema


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PeriodShape(Shape):
    """Half-open: ``end`` is the first instant that does not belong to it."""

    start: datetime | None
    end: datetime | None


class MembershipShape(Shape):
    person: str
    period: PeriodShape


class CodeShape(Shape):
    code: str
    text: str
    period: PeriodShape


class CoordinatesShape(Shape):
    """SWEREF 99 TM, metres."""

    north: int
    east: int


SHAPE_OF_TYPE: dict[Any, Any] = {
    HsaId: str,
    OrganisationNumber: str,
    Capacity: Capacity,
    Period: PeriodShape,
    tuple[str, ...]: list[str],
    tuple[Membership, ...]: list[MembershipShape],
    tuple[Code, ...]: list[CodeShape],
    Coordinates | None: CoordinatesShape | None,
    HsaId | None: str | None,
}
"""The JSON type of each type that our entries' fields have; a type that is not here is its own."""


def _title(kind: type[Entry]) -> str:
    return f"{kind.__name__}Shape"


def _shape_of(kind: type[Entry]) -> type[BaseModel]:
    """Every attribute that somebody may see, each absent where the caller may not."""
    hints = get_type_hints(kind)
    shown = {name for name, circle in VISIBILITY[kind].items() if circle < Visibility.NOBODY}
    attributes: dict[str, Any] = {
        each.name: (SHAPE_OF_TYPE.get(hints[each.name], hints[each.name]), Field(default=None))
        for each in fields(kind)
        if each.name in shown
    }
    return create_model(_title(kind), __base__=Shape, __doc__=kind.__doc__, **attributes)


SHAPES: dict[type[Entry], type[BaseModel]] = {kind: _shape_of(kind) for kind in KINDS.values()}


def _filtered(shape: Any) -> "type | Schema":
    """The attributes of a shape, as a filter may name them."""
    if get_origin(shape) in (list, Union, UnionType):
        shape = next(each for each in get_args(shape) if each is not NoneType)
        return _filtered(shape)
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        return {name: _filtered(field.annotation) for name, field in shape.model_fields.items()}
    return shape if shape in (bool, int, datetime) else str


FILTERED: dict[type[Entry], Schema] = {
    kind: {name: _filtered(field.annotation) for name, field in shape.model_fields.items()}
    for kind, shape in SHAPES.items()
}
Told = dict[str, Any]
"""An entry as JSON, of the shape that ``SHAPES`` has for its kind."""


@dataclass(frozen=True, slots=True)
class Audience:
    """One caller, and what she may see of one snapshot."""

    snapshot: Snapshot
    reach: Reach

    def sees(self, entry: Entry) -> bool:
        """Whether the entry exists for her: administration is shown to administrators, protected people to few."""
        if isinstance(entry, Person) and entry.protected and not self.reach.sees_protected(entry):
            return False
        return bool(visible(type(entry), self.reach.circle(entry)))

    def seen(self, hsa_id: HsaId) -> Entry | None:
        """The entry, if it is there for her."""
        found = self.snapshot.entry(hsa_id)
        return found if found is not None and self.sees(found) else None

    def sees_id(self, person: HsaId) -> bool:
        found = self.snapshot.person(person)
        return found is None or self.sees(found)

    def actor(self, name: str) -> str | None:
        """Who made a change, unless it is a person who is not there for her: who acts may be protected herself."""
        try:
            person = HsaId.parse(name)
        except InvalidValue:
            return name
        return name if self.sees_id(person) else None

    def entry(self, entry: Entry, only: Container[str] | None = None) -> Told:
        """As she may see it, or ``only`` these attributes of it. Asked only of what she ``sees``."""
        shown = visible(type(entry), self.reach.circle(entry))
        names = (name for name in FIELDS[type(entry)] if name in shown and (only is None or name in only))
        told = {name: plain(self._known(entry, name)) for name in names}
        if isinstance(entry, Held) and "memberships" in told:
            told["memberships"] = [plain(held) for held in entry.memberships if self.sees_id(held.person)]
        return told

    def _known(self, entry: Entry, name: str) -> object:
        """The attribute's value; nothing where it names a person (a manager, an owner) who does not exist for her."""
        value = getattr(entry, name)
        return None if isinstance(value, HsaId) and name != "hsa_id" and not self.sees_id(value) else value


def as_json(told: object) -> Any:
    """What an answer holds that no shape is asked of, written as shapes are: instants in UTC with their `Z`."""
    return jsonable_encoder(told, custom_encoder={datetime: _instant})


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def plain(value: object) -> Any:
    """One attribute's value, as the API tells it."""
    match value:
        case HsaId() | OrganisationNumber():
            return str(value)
        case Capacity():
            return value.value
        case Period():
            return {"start": value.start, "end": value.end}
        case Membership():
            return {"person": str(value.person), "period": plain(value.period)}
        case Code():
            return {"code": value.code, "text": value.text, "period": plain(value.period)}
        case Coordinates():
            return {"north": value.north, "east": value.east}
        case tuple():
            return [plain(each) for each in value]
    return value
