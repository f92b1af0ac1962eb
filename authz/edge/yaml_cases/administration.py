"""Who administers, and which entry of the directory is asked for, in the words of a case file.

An area is named by a member or a unit of the file; an admin assignment without areas is for the whole region.
"""

from datetime import datetime
from enum import StrEnum

from authz.core.directory_facts import AdminAssignmentInUse, Area, DirectoryEntry, Power
from authz.core.directory_words import AttributeClass, EntryKind
from authz.edge.yaml_cases.fields import Fields
from authz.edge.yaml_cases.scratch_world import ScratchWorld
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS
from vocabulary.refusals import InvalidValue

ADMIN_ASSIGNMENT = ("ref", "person", "areas", "duties", "from", "to")
_ENTRY = ("kind", "at", "person", "areas", "duties", "member", "held_by_reader")
_REFERENCE = HsaId.parse("SE2321000016-A0001")
_NEW = HsaId.parse("SE2321000016-X0001")


def admin_assignment(fields: Fields, world: ScratchWorld) -> tuple[str, AdminAssignmentInUse]:
    """Who holds it, and what she holds."""
    power = Power(_areas(fields, world), _duties(fields.texts("duties")))
    return fields.text("person"), AdminAssignmentInUse(_REFERENCE, power, fields.period())


def classes_of(texts: list[str]) -> frozenset[AttributeClass]:
    try:
        return frozenset(map(AttributeClass, texts))
    except ValueError:
        raise InvalidValue(f"one of `classes` is none of {_list(AttributeClass)}") from None


def asked_entry(fields: Fields, world: ScratchWorld, now: datetime) -> DirectoryEntry:
    """The ``entry`` of a question: a person, an admin assignment, or a ``kind`` that stands ``at`` a unit or member."""
    told = Fields(fields.any("entry"), "`entry`", _ENTRY)
    if told.has("person"):
        return _person_entry(told.text("person"), world, now)
    try:
        kind = EntryKind(told.text("kind"))
    except ValueError:
        raise InvalidValue(f"`kind` of `entry` is none of {_list(EntryKind)}") from None
    if kind is EntryKind.ADMIN_ASSIGNMENT:
        member = world.member(told.text("member"))
        power = Power(_areas(told, world), _duties(told.texts("duties")))
        own = (ALWAYS,) if told.flag("held_by_reader") else ()
        return DirectoryEntry(_NEW, kind, member, frozenset({member}), power=power, own=own)
    at = told.text("at")
    if at in world.members:
        member = world.member(at)
        above = frozenset[HsaId]() if kind is EntryKind.MEMBER else frozenset({member})
        return DirectoryEntry(member if kind is EntryKind.MEMBER else _NEW, kind, member, above)
    containing, unit = world.containing(at), world.units[at]
    if kind is EntryKind.UNIT:
        return DirectoryEntry(unit.hsa_id, kind, world.member(unit.member), containing - {unit.hsa_id})
    return DirectoryEntry(_NEW, kind, world.member(unit.member), containing)


def _person_entry(name: str, world: ScratchWorld, now: datetime) -> DirectoryEntry:
    person = world.person(name)
    units = {unit.hsa_id: key for key, unit in world.units.items()}
    standing = [held for held in world.assignments_of(name) if held.period.end is None or now < held.period.end]
    member = world.member(person.member)
    return DirectoryEntry(
        person.reader.id,
        EntryKind.PERSON,
        member,
        frozenset({member}),
        tuple(world.containing(units[held.unit]) for held in standing if held.unit is not None),
        protected=person.reader.protected,
    )


def _areas(fields: Fields, world: ScratchWorld) -> tuple[Area, ...] | None:
    names = fields.texts("areas")
    return tuple(_area(name, world) for name in names) if names else None


def _area(name: str, world: ScratchWorld) -> Area:
    if name in world.members:
        member = world.member(name)
        return Area(member, member, frozenset())
    hsa_id, containing = world.unit(name), world.containing(name)
    return Area(hsa_id, world.member(world.units[name].member), containing - {hsa_id})


def _duties(texts: list[str]) -> frozenset[Duty]:
    """One that is not known gives nothing."""
    return frozenset(Duty(text) for text in texts if text in _DUTIES)


_DUTIES = frozenset(duty.value for duty in Duty)


def _list(kind: type[StrEnum]) -> str:
    return ", ".join(f"`{one}`" for one in kind)
