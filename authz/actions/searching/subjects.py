"""Which subjects a search looks at. One assignment of one person is one subject, since rights hang on it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from authz.actions.question import Question
from authz.actions.read_request import RESOURCE_TYPES
from authz.actions.searching.candidates import Candidate, Key, Sources, in_order
from authz.core.directory_words import SEEN_BY_STAFF
from authz.core.request import Action, PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import PatientRecords
from vocabulary.hsa_id import HsaId

Held = tuple[HsaId, HsaId]


def employees(question: Question, patient: PatientKey | None, sources: Sources, after: Key) -> Iterator[Candidate]:
    """Employees with an assignment each; where no assignment is asked for (administration), without."""
    if question.assignment is not None:
        held = {(person, question.assignment) for person in sources.lists.holders_of(question.assignment)}
        return in_order(_each(question, held), after)
    kind = question.resource_type
    if kind in ("patient_information", "task", "message") and patient is not None:
        records = sources.registers.of_patient(patient)
        return iter(()) if records is UNKNOWN else in_order(_each(question, _about(question, records, sources)), after)
    if kind == "application":
        return _users(question, sources, after)
    if kind == "directory_object" and not _is_for_staff(question):
        return (
            Candidate((person.key, ""), replace(question, person=person))
            for person in sources.lists.administrators_after(_before(after))
        )
    if kind == "directory_object" or (kind == "task" and question.action == Action.SIGN):
        return _everybody(question, sources, after)
    return iter(())


def citizens(question: Question, after: Key) -> Iterator[Candidate]:
    """Nobody but the patient is a citizen who may read her record."""
    if question.patient is not None and not after and RESOURCE_TYPES.get(question.resource_type) is not None:
        yield Candidate(("patient",), replace(question, citizen=question.patient))


def _about(question: Question, records: PatientRecords, sources: Sources) -> set[Held]:
    """Whoever takes part in the care; the law's other purposes, which need no care relationship; and for messages, the
    units that a discharge concerns."""
    lists = sources.lists
    people = [some[0].person for some in records.care_relationships.values()]
    found = {(person, assignment) for person in people for assignment in lists.assignments_of(person)}
    if question.resource_type == "patient_information":
        found.update(lists.held_for_other_purposes())
    if question.resource_type == "message":
        found.update(held for case in records.discharge_cases for unit in case.concerned_units
                     for held in lists.held_at(unit))  # fmt: skip
    return found


def _users(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    entry = sources.applications.application(question.resource_id)
    if entry is None or entry is UNKNOWN:
        return iter(())
    if entry.system_roles:
        return _everybody(question, sources, after)
    lists = sources.lists
    held = {(person, assignment) for assignment in entry.assignments for person in lists.holders_of(assignment)}
    return in_order(_each(question, held), after)


def _everybody(question: Question, sources: Sources, after: Key) -> Iterator[Candidate]:
    for person in _people_from(sources, after):
        held = ((person, assignment) for assignment in sources.lists.assignments_of(person))
        yield from in_order(_each(question, held), after)


def _people_from(sources: Sources, after: Key) -> Iterator[HsaId]:
    """Everybody in order, from the one whom the page before ended with: she may hold more assignments."""
    if after:
        yield HsaId.parse(after[0])
    yield from sources.lists.people_after(_before(after))


def _before(after: Key) -> str:
    return after[0] if after else ""


def _each(question: Question, held: Iterable[Held]) -> Iterator[Candidate]:
    return (
        Candidate((person.key, assignment.key), replace(question, person=person, assignment=assignment))
        for person, assignment in held
    )


def _is_for_staff(question: Question) -> bool:
    return question.action == Action.READ and SEEN_BY_STAFF.issuperset(question.attribute_classes)
