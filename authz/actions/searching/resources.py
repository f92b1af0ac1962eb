"""Which resources a search looks at. What the question leaves out is searched for: patient, unit, type, task, case.

What records an application holds only the application knows: of patient information a search tells by patient, unit
and type what may be opened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from authz.actions.question import Question
from authz.actions.read_request import ANYTHING
from authz.actions.searching.candidates import Candidate, Key, Sources, with_patients
from authz.core.facts import AssignmentInUse, InformationPlace
from authz.core.request import Action
from authz.core.unknown import UNKNOWN
from authz.ports import PatientRecords
from vocabulary.codes import INFORMATION_TYPES, Activity, Purpose
from vocabulary.right import Scope

_TYPES = tuple(sorted(INFORMATION_TYPES))
_ACTIVITIES = {"read": Activity.READ, "print": Activity.READ, "write": Activity.WRITE, "sign": Activity.SIGN}
_CROSSING = frozenset({"read", "print"})

Find = Callable[[Question, Sources, Key], Iterator[Candidate]]


def resources(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    """Candidates in order above ``after``; none of a type that is not searched."""
    find = _FINDERS.get(question.resource_type)
    return iter(()) if find is None else find(question, sources, after)


def _information(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    asked = replace(question, resource_id=ANYTHING)
    in_use = _in_use(question, sources)
    if question.citizen is None and in_use is None:
        return
    types = _TYPES if question.information_type is None else (question.information_type,)
    reached: dict[bool, tuple[InformationPlace, ...]] = {}
    for patient, about in with_patients(asked, sources, after):
        elsewhere = in_use is None or _has_ground_elsewhere(in_use, about, sources)
        places = reached.get(elsewhere)
        if places is None:
            places = reached[elsewhere] = tuple(_places(question, sources, in_use, elsewhere))
        for place in places:
            whole = replace(about, care_unit=place.unit, care_provider=place.unit_provider)
            for kind in types:
                key = (patient, place.unit.key, kind)
                if key > after:
                    yield Candidate(key, replace(whole, information_type=kind))


def _in_use(question: Question, sources: Sources) -> AssignmentInUse | None:
    if question.person is None or question.assignment is None:
        return None
    return sources.staff.assignment(question.assignment, question.person)


def _places(
    question: Question, sources: Sources, in_use: AssignmentInUse | None, elsewhere: bool
) -> Iterator[InformationPlace]:
    """Where the information may have been written: the stated unit, else every unit that her rights could reach."""
    if question.care_unit is not None:
        stated = sources.staff.place(question.care_unit)
        everywhere: tuple[InformationPlace, ...] = () if stated is None else (stated,)
    else:
        everywhere = sources.lists.places()
    for place in everywhere:
        if question.care_provider is not None and place.unit_provider != question.care_provider:
            continue
        if in_use is None or _may_reach(in_use, question.action, place, elsewhere):
            yield place


def _has_ground_elsewhere(in_use: AssignmentInUse, question: Question, sources: Sources) -> bool:
    """Whether something stands in the registers that a ground across providers could rest on (Lag 2022:913 3 kap.)."""
    patient = sources.key_of(question)
    if question.action not in _CROSSING or in_use.purpose != Purpose.CARE or patient is None:
        return False
    records = sources.registers.of_patient(patient)
    if records is UNKNOWN:
        return False
    return any(one.unit == in_use.unit for one in records.consents) or any(
        one.person == question.person for one in records.emergencies
    )


def _may_reach(in_use: AssignmentInUse, action: str, place: InformationPlace, elsewhere: bool) -> bool:
    """Whether any right reaches the place, for some type."""
    activity = _ACTIVITIES.get(action)
    scopes = {right.scope for right in in_use.rights if right.activity is activity}
    if place.unit_provider != in_use.provider:
        return elsewhere and Scope.OTHER_PROVIDERS in scopes
    return bool(scopes) and (place.unit == in_use.unit or Scope.OWN_PROVIDER in scopes or place.unit in scopes)


def _tasks(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    tasks = sources.registers.tasks()
    if tasks is UNKNOWN:
        return
    codes = sorted(task.code for task in tasks)
    about_nobody = question.action == Action.SIGN and question.patient is None
    for patient, about in [("", question)] if about_nobody else with_patients(question, sources, after):
        for code in codes:
            if (patient, code) > after:
                yield Candidate((patient, code), replace(about, resource_id=code))


def _messages(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    kinds = sorted(sources.policy.messages) if question.message_kind is None else [question.message_kind]
    for patient, about in with_patients(question, sources, after):
        whose = sources.key_of(about)
        records = None if whose is None else sources.registers.of_patient(whose)
        if not isinstance(records, PatientRecords):
            continue
        for case in sorted(case.id for case in records.discharge_cases):
            for kind in kinds:
                if (patient, case, kind) > after:
                    yield Candidate((patient, case, kind), replace(about, resource_id=case, message_kind=kind))


def _applications(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    for client_id in sorted(sources.applications.client_ids()):
        if (client_id,) > after:
            yield Candidate((client_id,), replace(question, resource_id=client_id))


def _entries(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    for entry in sources.lists.entries_after(after[0] if after else ""):
        yield Candidate((entry.key,), replace(question, resource_id=entry.value))


def _own_record(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    if question.patient is None:
        return
    for name in (ANYTHING, *(place.unit.value for place in sources.lists.places())):
        if (name.upper(),) > after:
            yield Candidate((name.upper(),), replace(question, resource_id=name))


_FINDERS: Mapping[str, Find] = MappingProxyType(
    {
        "patient_information": _information,
        "task": _tasks,
        "message": _messages,
        "application": _applications,
        "directory_object": _entries,
        "own_record": _own_record,
    }
)
