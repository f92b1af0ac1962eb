"""How the ``when`` of a case becomes a question, with the facts of the directory that belong to it."""

from datetime import datetime
from typing import Any

from authz.core.directory_facts import DirectoryEntry
from authz.core.directory_words import EntryKind
from authz.core.facts import Colleague, Facts
from authz.core.request import (
    Action,
    Citizen,
    DirectoryObject,
    Employee,
    Information,
    Message,
    OwnRecord,
    PatientKey,
    Request,
    Resource,
    Task,
)
from authz.edge.yaml_cases.administration import asked_entry, classes_of
from authz.edge.yaml_cases.fields import Fields
from authz.edge.yaml_cases.scratch_world import ScratchWorld
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.codes import INFORMATION_TYPES
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.refusals import InvalidValue

_WHEN = (
    "reader", "assignment", "capacity", "action", "information", "task", "message", "patient", "acr", "zone", "person",
    "entry", "classes",
)  # fmt: skip
_INFORMATION = ("type", "unit", "provider", "from", "to", "investigation")
_LEVELS = {"loa2": AssuranceLevel.LOA2, "loa3": AssuranceLevel.LOA3}
_ZONES = {zone.value: zone for zone in NetworkZone}
_OWN = "own"


def ask(when: Any, world: ScratchWorld, now: datetime) -> tuple[Request, Facts]:
    """The question, and what the directory knows for it. Raises ``InvalidValue`` for a word that is not known."""
    fields = Fields(when, "`when`", _WHEN)
    patient = world.patient(fields.text("patient")) if fields.has("patient") else None
    entry = asked_entry(fields, world, now) if fields.has("entry") else None
    resource = _resource(fields, world) if entry is None else _entry_of(entry, fields)
    subject = _subject(fields, world, patient)
    request = Request(
        subject,
        Action(_one_of(fields.text("action"), Action)),
        resource,
        patient,
        _LEVELS.get(fields.maybe_text("acr") or "", AssuranceLevel.NONE),
        _ZONES.get(fields.maybe_text("zone") or "", NetworkZone.OPEN),
    )
    reader, stated = fields.any("reader"), fields.maybe_text("assignment")
    held = None if stated is None else world.assignments.get(stated)
    task = fields.maybe_text("task")
    return request, Facts(
        now=now,
        reader=world.person(reader).reader if isinstance(reader, str) else None,
        assignment=held.value if held is not None and held.person == reader else None,
        information=(
            world.place(resource.unit) if isinstance(resource, Information) and resource.unit is not None else None
        ),
        task=None if task is None else world.tasks.get(task),
        patient=None if patient is None else world.patients[fields.text("patient")],
        colleague=_colleague(fields, world, entry),
        entry=entry,
    )


def _entry_of(entry: DirectoryEntry, fields: Fields) -> DirectoryObject:
    return DirectoryObject(entry.id, classes_of(fields.texts("classes")), entry.kind)


def _colleague(fields: Fields, world: ScratchWorld, entry: DirectoryEntry | None) -> Colleague | None:
    if entry is not None and entry.kind is EntryKind.PERSON:
        return Colleague(entry.id, entry.protected)
    return world.colleague(fields.text("person")) if fields.has("person") else None


def _subject(fields: Fields, world: ScratchWorld, patient: PatientKey | None) -> Employee | Citizen:
    reader = fields.any("reader")
    if isinstance(reader, str):
        stated = fields.maybe_text("assignment")
        held = None if stated is None else world.assignments.get(stated)
        capacity = fields.maybe_text("capacity")
        return Employee(
            world.person(reader).reader.id,
            None if held is None else held.value.id,
            None if capacity is None else Capacity(_one_of(capacity, Capacity)),
        )
    own = Fields(reader, "`reader`", ("patient",)).text("patient")
    if own != _OWN:
        return Citizen(world.patient(own))
    if patient is None:
        raise InvalidValue("a citizen's question names no patient")
    return Citizen(patient)


def _resource(fields: Fields, world: ScratchWorld) -> Resource:
    if fields.has("person"):
        return DirectoryObject(world.person(fields.text("person")).reader.id)
    if fields.has("message"):
        return Message(fields.text("message"))
    if fields.has("information") and fields.any("action") != Action.PERFORM:
        return _information(fields, world)
    if fields.has("task"):
        return Task(fields.text("task"))
    return OwnRecord()


def _information(fields: Fields, world: ScratchWorld) -> Information:
    told = Fields(fields.any("information"), "`information`", _INFORMATION)
    kind = told.maybe_text("type")
    return Information(
        kind if kind in INFORMATION_TYPES else None,
        _unit(told.maybe_text("unit"), world),
        told.maybe_hsa_id("provider"),
        told.first_day("from"),
        told.last_day("to"),
        told.flag("investigation"),
        fields.maybe_text("task"),
    )


def _unit(name: str | None, world: ScratchWorld) -> HsaId | None:
    return None if name is None else world.unit(name)


def _one_of(text: str, kind: Any) -> str:
    if text not in [one.value for one in kind]:
        raise InvalidValue(f"`{text}` is none of {', '.join(f'`{one}`' for one in kind)}")
    return text
