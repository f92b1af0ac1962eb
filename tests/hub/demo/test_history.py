"""The history's questions would get the answers that they are said to have got, by the real rules."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from authz.core.decide import decide_or_raise
from authz.core.facts import (
    AssignmentInUse,
    Block,
    CareRelationship,
    CatalogueTask,
    Consent,
    Delegation,
    Delegator,
    Emergency,
    Facts,
    Ground,
    InformationPlace,
    Lift,
    LiftReason,
    Patient,
    Reader,
    ResponsibilityMove,
    ServiceRecipient,
)
from authz.core.request import Action, Employee, Information, PatientKey, Request, Task
from directory.core.changes import differences
from directory.core.snapshot import Snapshot
from directory.core.validation import problems_of
from hub.demo.directory_history import directory_events
from hub.demo.facts import RegisterFacts, register_facts
from hub.demo.history import SeedQuestion, questions
from hub.demo.region import SOURCE, Region
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.right import Right


def _capacity(region: Region, provider: HsaId) -> Capacity:
    return next(held.capacity for held in region.providers.values() if held.hsa_id == provider)


def _held(region: Region, assignment: HsaId) -> AssignmentInUse:
    one = region.assignments[assignment]
    unit = next(unit for unit in region.units.values() if unit.hsa_id == one.unit)
    assert unit.care_provider is not None
    return AssignmentInUse(
        one.hsa_id, one.unit, unit.care_provider, _capacity(region, unit.care_provider), one.purpose,
        tuple(Right.parse(right) for right in one.rights), care_type=unit.care_type,
    )  # fmt: skip


def _delegator(region: Region, person: HsaId) -> Delegator:
    found = region.people[person]
    posts = [post for post in region.cast.values() if post.person == person]
    held = tuple(_held(region, assignment) for post in posts for assignment in post.assignments)
    return Delegator(person, found.member, frozenset(found.licences), frozenset(), held)


def _facts(region: Region, facts: RegisterFacts, question: SeedQuestion) -> Facts:
    """What would have been gathered for the question: the registers map field by field."""
    person = region.people[question.person]
    tasks = {
        task.code: CatalogueTask(
            task.code, task.delegable, frozenset(task.required_licences), frozenset(task.gives_sight_of)
        )
        for task in facts.tasks
    }
    return Facts(
        now=question.at,
        reader=Reader(person.hsa_id, person.member, frozenset(person.licences)),
        assignment=_held(region, question.assignment),
        information=InformationPlace(
            question.care_unit, question.care_provider, _capacity(region, question.care_provider)
        ),
        care_relationships=tuple(
            CareRelationship("r", PatientKey(one.patient), one.person, one.unit, one.period)
            for one in facts.care_relationships
        ),
        responsibility_moves=tuple(
            ResponsibilityMove(
                one.ref, PatientKey(one.patient), one.from_unit, one.to_unit, frozenset(one.professions), one.at
            )
            for one in facts.responsibility_moves
        ),
        service_recipients=tuple(
            ServiceRecipient("s", PatientKey(one.patient), one.provider, one.period) for one in facts.service_recipients
        ),
        consents=tuple(
            Consent(one.ref, PatientKey(one.patient), one.unit, one.person, Ground(one.ground), one.period,
                    one.ended_at, one.annulled)
            for one in facts.consents
        ),
        blocks=tuple(
            Block(one.ref, PatientKey(one.patient), one.provider, one.unit, one.first, one.last,
                  frozenset(one.excepted), one.period)
            for one in facts.blocks
        ),
        lifts=tuple(
            Lift(one.ref, one.block, one.unit, one.person, LiftReason(one.reason), one.period) for one in facts.lifts
        ),
        emergencies=tuple(
            Emergency(one.ref, PatientKey(one.patient), one.person, one.unit, one.reason, one.period)
            for one in facts.emergency_accesses
        ),
        delegations=tuple(
            Delegation(one.ref, _delegator(region, one.delegator), one.recipient, one.task,
                       frozenset(PatientKey(patient) for patient in one.patients), frozenset(one.units), one.period,
                       one.accepted_at is not None, one.vetoed, one.revoked_at, one.receiving_member_agreed)
            for one in facts.delegations
        ),
        task=tasks.get(question.resource_id),
        patient=Patient(PatientKey(question.patient), False),
    )  # fmt: skip


def _request(question: SeedQuestion) -> Request:
    resource = (
        Task(question.resource_id)
        if question.resource_type == "task"
        else Information(question.information_type, question.care_unit, question.care_provider)
    )
    return Request(
        Employee(question.person, question.assignment), Action(question.action), resource,
        PatientKey(question.patient), AssuranceLevel.LOA3, question.network_zone, question.purpose,
    )  # fmt: skip


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 4, 6), date(2028, 3, 1)])
def test_the_rules_answer_every_question_as_told(region: Region, today: date) -> None:
    facts = register_facts(region, today)

    wrong = []
    for question in questions(region, today):
        decision = decide_or_raise(_request(question), _facts(region, facts, question))
        if (decision.permit, decision.rule) != (question.permitted, question.rule):
            wrong.append((question.at, question.person, question.patient, question.rule, decision.rule))

    assert wrong == []


def test_about_six_hundred_questions_were_asked_in_the_thirty_days_before(region: Region, today: date) -> None:
    asked = questions(region, today)
    days = {question.at.astimezone(ZoneInfo("Europe/Stockholm")).date() for question in asked}

    assert 540 <= len(asked) <= 660
    assert days == {today - timedelta(days=back) for back in range(1, 31)}
    assert list(asked) == sorted(asked, key=lambda question: question.at)


def test_most_are_ordinary_and_the_denied_ones_are_of_many_kinds(region: Region, today: date) -> None:
    denied = Counter(question.rule for question in questions(region, today) if not question.permitted)

    assert denied.total() < 30
    assert {"inner_block", "outer_block", "no_care_relationship", "delegation_not_current"} <= denied.keys()


def test_the_emergency_follows_upon_a_denial_at_night(region: Region, today: date) -> None:
    physician = region.cast["elin"].person
    rules = [question.rule for question in questions(region, today) if question.person == physician]

    assert rules == [
        "own_unit", "same_provider", "no_ground_across_providers", "emergency", "emergency", "emergency", "own_unit",
    ]  # fmt: skip


def test_questions_are_asked_in_the_form_of_authzen(region: Region, today: date) -> None:
    read = next(question for question in questions(region, today) if question.resource_type == "patient_information")

    evaluation = read.evaluation()

    assert set(evaluation) == {"subject", "action", "resource", "context"}
    assert evaluation["subject"]["properties"] == {"assignment": str(read.assignment)}
    assert evaluation["resource"]["properties"]["information_type"] == read.information_type
    assert set(evaluation["resource"]["properties"]["patient"]) == {"kind", "value"}


@pytest.mark.parametrize("tell", [questions, directory_events, register_facts])
def test_history_is_told_the_same_each_time(
    region: Region, today: date, tell: Callable[[Region, date], object]
) -> None:
    assert repr(tell(region, today)) == repr(tell(region, today))


def test_the_directory_would_accept_each_event_after_the_one_before(region: Region, today: date) -> None:
    snapshot = Snapshot.of([(entry, 1) for entry in region.entries], 1)
    for revision, event in enumerate(directory_events(region, today), start=2):
        changes = differences(event.entries, snapshot.entry)

        assert len(changes) == len(event.entries)
        assert problems_of(changes, snapshot) == ()
        snapshot = snapshot.succeeded_by(event.entries, revision)


def test_the_directorys_events_leave_the_cast_and_bodens_staff_list_alone(region: Region, today: date) -> None:
    fed = {person.hsa_id for person in region.people.values() if person.source == SOURCE}
    cast = {post.person for post in region.cast.values()}

    changed = {entry.hsa_id for event in directory_events(region, today) for entry in event.entries}

    assert not changed & (fed | cast)


def test_somebody_starts_somebody_leaves_and_a_unit_is_renamed(region: Region, today: date) -> None:
    events = directory_events(region, today)

    assert {"Nyanställning", "Avslutad anställning", "Enheten har bytt namn"} <= {event.reason for event in events}
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert {event.actor for event in events} <= set(region.people)
    names = {person.full_name for person in region.people.values()}
    assert not names & {e.full_name for event in events for e in event.entries
                        if event.reason == "Nyanställning" and hasattr(e, "full_name")}  # fmt: skip
