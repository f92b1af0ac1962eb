"""Turns a question into the rules' own terms, by one table: which resource takes which actions and needs what.

Boundary: says only whether the question is one that the rules can judge. What is not on the table is denied.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Final

from authz.actions.question import Question
from authz.actions.records import masked
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.discharge import cases
from authz.core.facts import Facts
from authz.core.request import (
    Action,
    Application,
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
from authz.core.unknown import UNKNOWN
from authz.ports import Subject
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import INFORMATION_TYPES
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.refusals import InvalidValue

ANYTHING = "*"

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class ResourceType:
    """``read`` gives the resource, or ``None`` when the question lacks something that it needs. ``about_nobody`` are
    the actions that may concern no patient, where others do."""

    actions: Mapping[str, Action]
    needs_patient: bool
    read: Callable[[Question], Resource | None]
    about_nobody: frozenset[Action] = frozenset()


def _actions(*names: Action) -> Mapping[str, Action]:
    return MappingProxyType({name.value: name for name in names})


def _information(question: Question) -> Resource | None:
    stated = question.information_type
    return Information(
        stated if stated in INFORMATION_TYPES else None,
        question.care_unit,
        question.care_provider,
        question.first,
        question.last,
        question.investigation,
        question.task,
    )


def _message(question: Question) -> Resource | None:
    if question.message_kind is None:
        return None
    return Message(question.message_kind, None if question.resource_id == ANYTHING else question.resource_id)


def _own_record(question: Question) -> Resource | None:
    if question.resource_id == ANYTHING:
        return OwnRecord()
    unit = _hsa_id(question.resource_id)
    return None if unit is None else OwnRecord(unit)


def _directory_object(question: Question) -> Resource | None:
    """A distinguished name that some entry has is its id by now. ``create`` makes a unit, if nothing else is said."""
    entry = _hsa_id(question.resource_id)
    if entry is None and not is_name(question.resource_id):
        return None
    kind = EntryKind.UNIT if question.entry_kind is None else EntryKind(question.entry_kind)
    return DirectoryObject(entry, frozenset(map(AttributeClass, question.attribute_classes)), kind)


RESOURCE_TYPES: Mapping[str, ResourceType] = MappingProxyType(
    {
        "patient_information": ResourceType(
            _actions(Action.READ, Action.WRITE, Action.SIGN, Action.PRINT), True, _information
        ),
        "task": ResourceType(
            _actions(Action.PERFORM, Action.SIGN),
            True,
            lambda question: Task(question.resource_id),
            about_nobody=frozenset({Action.SIGN}),
        ),
        "message": ResourceType(_actions(Action.SEND, Action.RECEIVE), True, _message),
        "application": ResourceType(_actions(Action.USE), False, lambda question: Application(question.resource_id)),
        "own_record": ResourceType(_actions(Action.READ, Action.WRITE, Action.SIGN), True, _own_record),
        "directory_object": ResourceType(
            _actions(Action.READ, Action.CREATE, Action.CHANGE, Action.END, Action.ASSIGN), False, _directory_object
        ),
    }
)


def to_request(
    question: Question,
    *,
    subject: Subject | None,
    citizen: PatientKey | None,
    patient: PatientKey | None,
    level: AssuranceLevel,
    zone: NetworkZone,
) -> Request | str:
    """The request, or a code of ``authz.actions.denials``. An unstated assignment is the token's."""
    kind = RESOURCE_TYPES.get(question.resource_type)
    if kind is None:
        return "unknown_resource"
    action = kind.actions.get(question.action)
    if action is None:
        return "unknown_action"
    resource = kind.read(question)
    if resource is None or (kind.needs_patient and patient is None and action not in kind.about_nobody):
        return "incomplete_question"
    who: Employee | Citizen
    if citizen is not None:
        who = Citizen(citizen)
    elif question.person is not None:
        assignment = question.assignment or (None if subject is None else subject.assignment)
        who = Employee(question.person, assignment, question.capacity)
    else:
        return "unknown_subject"
    return Request(who, action, resource, patient, level, zone, question.purpose)


def route_fault(question: Question, request: Request, facts: Facts) -> str | None:
    """Why a message may not go the stated way: not from the assignment in use, or to a unit the case leaves out."""
    if not isinstance(request.resource, Message):
        return None
    in_use = facts.assignment
    if question.from_unit is not None and (in_use is None or in_use is UNKNOWN or in_use.unit != question.from_unit):
        return "message_from_another_unit"
    found = cases(request, facts)
    if found is UNKNOWN:
        return "message_receiver_not_concerned" if question.to_units else None
    concerned: set[HsaId] = set()
    for case in found:
        concerned |= {*case.concerned_units, case.ward}
    return None if concerned.issuperset(question.to_units) else "message_receiver_not_concerned"


def is_name(resource_id: str) -> bool:
    """Whether the text is meant as a distinguished name: no HSA-id holds an equals sign."""
    return "=" in resource_id


def resource_text(question: Question) -> str:
    """What was asked about, as JSON text for the record. Holds no personal number: the patient stands beside it."""
    return _told_text(*_told_of(question))


_TOLD: Final = {
    "resource_type": "type",
    "resource_id": "id",
    "information_type": "information_type",
    "task": "task",
    "message_kind": "message_kind",
    "capacity": "capacity",
    "purpose": "stated_purpose",
    "first": "first",
    "last": "last",
    "investigation": "investigation",
    "attribute_classes": "attribute_classes",
    "entry_kind": "kind",
}
"""What of a question stands in the record, by which name. Nothing else does."""

_told_of = attrgetter(*_TOLD)


@lru_cache(maxsize=4_096)
def _told_text(*told: str | date | bool | tuple[str, ...] | None) -> str:
    given: dict[str, str | bool | tuple[str, ...]] = {}
    for name, value in zip(_TOLD.values(), told, strict=True):
        if isinstance(value, date):
            given[name] = value.isoformat()
        elif isinstance(value, str):
            given[name] = value[:200] if name == "id" else value
        elif value:
            given[name] = value
    return masked(_encode(given))


def _hsa_id(text: str) -> HsaId | None:
    try:
        return HsaId.parse(text)
    except InvalidValue:
        return None
