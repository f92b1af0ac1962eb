"""The JSON of reorganisations as it comes in, read into those of ``core.reorganisation``."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from directory.core.entries import Unit
from directory.core.hsa_ids import hsa_id_with, letters_for, trial_id
from directory.core.reorganisation import (
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    Reorganisation,
    SplitUnit,
    units_named,
)
from directory.edge.http.bodies import Body, id_at
from directory.edge.http.creating import NOT_YET
from directory.edge.http.shapes import Audience
from directory.refusals import EntryUnknown
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

MOST_UNITS = 100
_NAME_LENGTH = 128
Id = Annotated[str, Field(max_length=31, description="an HSA-id")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AssignmentsBody(_Part):
    """What becomes of the assignments: they go along (``take``), end, or are left with the unit ``at`` of their own
    care provider (``leave``)."""

    fate: Fate
    at: Id | None = None


class PartBody(_Part):
    """A new unit beside the one that is split. ``takes`` are units, functions and assignments right below that one."""

    name: str = Field(min_length=1, max_length=_NAME_LENGTH)
    takes: list[Id] = Field(default=[], max_length=1_000)


class _ReorganisationBody(Body):
    """``due`` is an instant to come, or a date for its start in Stockholm; left out, it is carried out at once."""

    due: str | None = Field(default=None, max_length=40)


class MovingBody(_ReorganisationBody):
    """``to`` is a unit or the member. ``care_provider`` says whose the unit is afterwards, where that is not plain."""

    do: Literal["move"]
    unit: Id
    to: Id
    care_provider: Id | None = None
    assignments: AssignmentsBody = AssignmentsBody(fate=Fate.TAKE)


class MergingBody(_ReorganisationBody):
    """``into`` takes over from each of ``units``, which end."""

    do: Literal["merge"]
    units: list[Id] = Field(min_length=1, max_length=MOST_UNITS)
    into: Id
    assignments: AssignmentsBody = AssignmentsBody(fate=Fate.TAKE)


class SplittingBody(_ReorganisationBody):
    """What no part takes stays with ``unit``."""

    do: Literal["split"]
    unit: Id
    parts: list[PartBody] = Field(min_length=1, max_length=MOST_UNITS)


class ClosingBody(_ReorganisationBody):
    """``children`` says what becomes of units below it; ``children_to`` is where they move."""

    do: Literal["close"]
    unit: Id
    children: Children = Children.NONE
    children_to: Id | None = None
    assignments: AssignmentsBody = AssignmentsBody(fate=Fate.END)


ReorganisationBody = Annotated[MovingBody | MergingBody | SplittingBody | ClosingBody, Field(discriminator="do")]


def read_reorganisation(body: ReorganisationBody, audience: Audience, ids: tuple[HsaId, ...] = ()) -> Reorganisation:
    """Over what is expected at its date, which ``audience`` sees. ``ids`` are those of the new units of a split; left
    out, they get ids that nobody ever has, to try it.

    Raises ``InvalidValue`` with the field's pointer, and ``EntryUnknown`` for what is not there for the caller.
    """
    found = _read(body, ids)
    for hsa_id in units_named(found):
        entry = audience.snapshot.entry(hsa_id)
        if entry is None or not audience.sees(entry):
            raise EntryUnknown(f"there is no `{hsa_id}`")
    return found


def _read(body: ReorganisationBody, ids: tuple[HsaId, ...]) -> Reorganisation:
    match body:
        case MovingBody():
            provider = None if body.care_provider is None else id_at(body.care_provider, "care_provider")
            to, assignments = id_at(body.to, "to"), _assignments(body.assignments)
            return MoveUnit(id_at(body.unit, "unit"), to, provider, assignments)
        case MergingBody():
            gone = tuple(dict.fromkeys(id_at(each, f"units/{n}") for n, each in enumerate(body.units)))
            return MergeUnits(gone, id_at(body.into, "into"), _assignments(body.assignments))
        case SplittingBody():
            unit = id_at(body.unit, "unit")
            return SplitUnit(unit, tuple(_part(n, each, unit, ids) for n, each in enumerate(body.parts)))
        case ClosingBody():
            to_ = None if body.children_to is None else id_at(body.children_to, "children_to")
            return CloseUnit(id_at(body.unit, "unit"), body.children, to_, _assignments(body.assignments))


def _assignments(body: AssignmentsBody) -> Assignments:
    if (body.at is not None) != (body.fate is Fate.LEAVE):
        raise InvalidValue("`at` is said for, and only for, assignments that are left", pointer="/assignments/at")
    return Assignments(body.fate, None if body.at is None else id_at(body.at, "assignments/at"))


def _part(number: int, body: PartBody, unit: HsaId, ids: tuple[HsaId, ...]) -> Part:
    name = parse_line(body.name, max_length=_NAME_LENGTH, pointer=f"/parts/{number}/name")
    takes = tuple(id_at(each, f"parts/{number}/takes") for each in body.takes)
    made = ids[number] if ids else trial_id(hsa_id_with(unit.prefix, letters_for(Unit), NOT_YET), number)
    return Part(made, name, takes)
