"""The members, units, people, assignments, patients and tasks that a case file speaks of, and their facts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self, TypeVar

from authz.core.facts import (
    AssignmentInUse,
    CatalogueTask,
    Colleague,
    Delegator,
    InformationPlace,
    Patient,
    Reader,
)
from authz.core.request import PatientKey
from authz.edge.yaml_cases.fields import Fields
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right
from vocabulary.stockholm import start_of_day

_MEMBER = ("id", "name", "hsa_id", "care_provider", "social_care_provider")
_UNIT = ("id", "hsa_id", "member", "parent", "provider", "name", "care_type", "kind")
_PERSON = ("id", "hsa_id", "member", "name", "licences", "position", "licence_restrictions", "protected")
_ASSIGNMENT = ("id", "hsa_id", "person", "unit", "purpose", "rights", "from", "to")
_PATIENT = ("id", "number", "child", "municipality")
_TASK = ("id", "name", "delegable", "required_licences", "gives_sight_of")

# The licence register tells when a licence was lost; a case file tells it in the person's position.
_LOST_LICENCE = re.compile(r"utan legitimation sedan (\d{4})-(\d{2})-(\d{2})")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ScratchUnit:
    hsa_id: HsaId
    provider: HsaId | None
    care_type: str | None
    member: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ScratchPerson:
    reader: Reader
    licence_lost_at: datetime | None
    member: str


@dataclass(frozen=True, slots=True)
class ScratchAssignment:
    person: str
    value: AssignmentInUse


@dataclass(frozen=True, slots=True)
class ScratchWorld:
    """Each table is by the file's own short ids."""

    capacities: dict[HsaId, Capacity]
    members: dict[str, HsaId | None]
    units: dict[str, ScratchUnit]
    people: dict[str, ScratchPerson]
    assignments: dict[str, ScratchAssignment]
    patients: dict[str, Patient]
    tasks: dict[str, CatalogueTask]

    @classmethod
    def read(cls, value: Any) -> Self:
        """Raises ``InvalidValue`` for unknown keys, wrong kinds, doubled ids and references to nothing."""
        known = ("members", "units", "people", "assignments", "patients", "tasks")
        world = Fields(value, "`world`", known)
        capacities: dict[HsaId, Capacity] = {}
        members = _table(world, "members", _MEMBER, lambda one: _member(one, capacities))
        units = _table(world, "units", _UNIT, _unit)
        people = _table(world, "people", _PERSON, lambda one: _person(one, members))
        return cls(
            capacities,
            members,
            units,
            people,
            _table(world, "assignments", _ASSIGNMENT, lambda one: _assignment(one, units, people, capacities)),
            _table(world, "patients", _PATIENT, _patient),
            _table(world, "tasks", _TASK, _task),
        )

    def unit(self, name: str) -> HsaId:
        return _found(self.units, name, "unit").hsa_id

    def member(self, name: str) -> HsaId:
        """Its own HSA-id; one that the file does not give follows from a provider's prefix."""
        found = _found(self.members, name, "member")
        if found is None:
            raise InvalidValue(f"the member `{name}` has no HSA-id")
        return found

    def containing(self, name: str) -> frozenset[HsaId]:
        """The unit with all above it, up to and with its member."""
        unit = _found(self.units, name, "unit")
        above = {self.member(unit.member)} if unit.parent is None else self.containing(unit.parent)
        return frozenset({unit.hsa_id, *above})

    def person(self, name: str) -> ScratchPerson:
        return _found(self.people, name, "person")

    def patient(self, name: str) -> PatientKey:
        return _found(self.patients, name, "patient").key

    def assignments_of(self, person: str) -> tuple[AssignmentInUse, ...]:
        return tuple(held.value for held in self.assignments.values() if held.person == person)

    def units_of(self, person: str, at: datetime) -> frozenset[HsaId]:
        """Where somebody had an assignment at that instant."""
        held = self.assignments_of(person)
        return frozenset(one.unit for one in held if one.unit is not None and one.period.contains(at))

    def place(self, unit: HsaId) -> InformationPlace | None:
        for known in self.units.values():
            if known.hsa_id == unit:
                capacity = None if known.provider is None else self.capacities.get(known.provider)
                return InformationPlace(known.hsa_id, known.provider, capacity)
        return None

    def colleague(self, name: str) -> Colleague:
        reader = self.person(name).reader
        return Colleague(reader.id, reader.protected)

    def delegator(self, name: str, *, holds_by_delegation: bool) -> Delegator:
        person = self.person(name)
        reader = person.reader
        return Delegator(
            reader.id,
            reader.member,
            reader.licences,
            reader.restrictions,
            self.assignments_of(name),
            person.licence_lost_at,
            holds_by_delegation,
        )


def _found(table: dict[str, T], name: str, kind: str) -> T:
    if name not in table:
        raise InvalidValue(f"the world has no {kind} `{name}`")
    return table[name]


def _table(world: Fields, key: str, known: tuple[str, ...], read: Callable[[Fields], T]) -> dict[str, T]:
    table: dict[str, T] = {}
    for number, value in enumerate(world.items(key), 1):
        fields = Fields(value, f"entry {number} of `{key}`", known)
        name = fields.text("id")
        if name in table:
            raise InvalidValue(f"two entries of `{key}` have the id `{name}`")
        table[name] = read(fields)
    return table


def _member(fields: Fields, capacities: dict[HsaId, Capacity]) -> HsaId | None:
    given, prefix = fields.maybe_hsa_id("hsa_id"), None
    for key, capacity in (("care_provider", Capacity.HEALTH_CARE), ("social_care_provider", Capacity.SOCIAL_CARE)):
        provider = fields.maybe_hsa_id(key)
        if provider is not None and capacities.setdefault(provider, capacity) is not capacity:
            raise InvalidValue("one provider cannot be both of health care and of social care")
        prefix = prefix or (None if provider is None else provider.prefix)
    return HsaId.parse(f"{prefix}-HM01") if given is None and prefix is not None else given


def _unit(fields: Fields) -> ScratchUnit:
    return ScratchUnit(
        fields.hsa_id("hsa_id"),
        fields.maybe_hsa_id("provider"),
        fields.maybe_text("care_type"),
        fields.text("member"),
        fields.maybe_text("parent"),
    )


def _person(fields: Fields, members: dict[str, HsaId | None]) -> ScratchPerson:
    if fields.text("member") not in members:
        raise InvalidValue(f"the world has no member `{fields.text('member')}`")
    lost = _LOST_LICENCE.search(fields.maybe_text("position") or "")
    return ScratchPerson(
        Reader(
            fields.hsa_id("hsa_id"),
            None,
            frozenset(fields.texts("licences")),
            frozenset(fields.texts("licence_restrictions")),
            fields.flag("protected"),
        ),
        None if lost is None else start_of_day(date(int(lost[1]), int(lost[2]), int(lost[3]))),
        fields.text("member"),
    )


def _assignment(
    fields: Fields,
    units: dict[str, ScratchUnit],
    people: dict[str, ScratchPerson],
    capacities: dict[HsaId, Capacity],
) -> ScratchAssignment:
    person = fields.text("person")
    _found(people, person, "person")
    unit = _found(units, fields.text("unit"), "unit")
    return ScratchAssignment(
        person,
        AssignmentInUse(
            id=fields.hsa_id("hsa_id"),
            unit=unit.hsa_id,
            provider=unit.provider,
            capacity=None if unit.provider is None else capacities.get(unit.provider),
            purpose=fields.maybe_text("purpose"),
            rights=_rights(fields.texts("rights")),
            period=Period(fields.maybe_instant("from"), fields.maybe_instant("to")),
            care_type=unit.care_type,
        ),
    )


def _rights(texts: list[str]) -> tuple[Right, ...]:
    """A malformed right is dropped alone, as HSA has it."""
    rights = []
    for text in texts:
        try:
            rights.append(Right.parse(text))
        except InvalidValue:
            continue
    return tuple(rights)


def _patient(fields: Fields) -> Patient:
    if fields.has("number"):
        PersonalIdentityNumber.parse(fields.text("number"))
    return Patient(PatientKey(fields.text("id")), fields.flag("child"))


def _task(fields: Fields) -> CatalogueTask:
    return CatalogueTask(
        fields.text("id"),
        fields.flag("delegable"),
        frozenset(fields.texts("required_licences")),
        frozenset(fields.texts("gives_sight_of")),
    )
