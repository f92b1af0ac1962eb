"""The registers' facts hang together, hold official test numbers only, and follow ``today``."""

from datetime import date, timedelta

from hub.demo.facts import PATIENTS, TASKS, register_facts
from hub.demo.region import Region
from vocabulary.codes import INFORMATION_TYPES, LICENCES
from vocabulary.period import Period
from vocabulary.personal_number import NumberKind

OFFICIAL_TEST_NUMBERS = frozenset(
    """191212121212 193805172388 194111032399 195008129800 198507722398 201001252392 201212121212 202104142381
    199001012385 189001019802 190001019801""".split()
)


def test_eight_patients_have_official_test_numbers_of_the_right_kind() -> None:
    assert len(PATIENTS) == 8
    assert {patient.value for patient in PATIENTS} < OFFICIAL_TEST_NUMBERS
    assert [patient.key for patient in PATIENTS if patient.number.kind is NumberKind.SAMORDNINGSNUMMER] == ["amir"]


def test_employees_with_a_number_have_other_test_numbers_than_the_patients(region: Region, today: date) -> None:
    numbers = register_facts(region, today).personal_numbers

    assert {number.value for number in numbers} <= OFFICIAL_TEST_NUMBERS - {patient.value for patient in PATIENTS}
    assert all(number.person in region.people for number in numbers)


def test_facts_are_told_the_same_each_time(region: Region, today: date) -> None:
    assert repr(register_facts(region, today)) == repr(register_facts(region, today))


def test_facts_move_with_today(region: Region) -> None:
    winter, later = (register_facts(region, date(2026, 1, day)).lifts[0].period for day in (12, 19))

    assert winter.start is not None
    assert later.start is not None
    assert later.start - winter.start == timedelta(days=7)


def test_every_register_has_its_part_of_the_story(region: Region, today: date) -> None:
    facts = register_facts(region, today)

    assert {block.unit is None for block in facts.blocks} == {True, False}
    assert len(facts.lifts) == len(facts.discharge_cases) == len(facts.responsibility_moves) == 1
    assert len(facts.emergency_accesses) == 1
    assert facts.service_recipients
    assert any(consent.annulled for consent in facts.consents)


def test_delegations_are_current_expired_revoked_and_awaiting(region: Region, today: date) -> None:
    facts = {one.ref: one for one in register_facts(region, today).delegations}
    ends = {ref: one.period.end.date() for ref, one in facts.items() if one.period.end is not None}

    assert ends["insulin-olof"] > today
    assert ends["insulin-marja"] < today
    assert [ref for ref, one in facts.items() if one.revoked_at is not None] == ["wound-saga"]
    assert [ref for ref, one in facts.items() if one.accepted_at is None] == ["insulin-marja-renewed"]


def test_no_delegation_is_longer_than_a_year_or_of_a_task_that_cannot_be_delegated(region: Region, today: date) -> None:
    tasks = {task.code: task for task in TASKS}
    for one in register_facts(region, today).delegations:
        assert _length(one.period) <= timedelta(days=365)
        assert tasks[one.task].delegable
        assert set(region.people[one.delegator].licences) & set(tasks[one.task].required_licences)


def test_no_lift_is_longer_than_seven_days_and_each_opens_a_block(region: Region, today: date) -> None:
    facts = register_facts(region, today)

    assert {lift.block for lift in facts.lifts} <= {block.ref for block in facts.blocks}
    assert all(_length(lift.period) <= timedelta(days=7) for lift in facts.lifts)


def test_tasks_are_written_with_the_code_tables() -> None:
    for task in TASKS:
        assert set(task.required_licences) <= LICENCES
        assert set(task.gives_sight_of) <= INFORMATION_TYPES


def test_whoever_registers_a_fact_does_so_for_the_provider_of_her_own_assignment(region: Region, today: date) -> None:
    facts = register_facts(region, today)
    providers = {unit.hsa_id: unit.care_provider for unit in region.units.values()}

    for block in facts.blocks:
        assert providers[region.assignments[block.assignment].unit] == block.provider
    for lift in facts.lifts:
        assert lift.lifted_by in {held.person for held in region.assignments[lift.assignment].memberships}
    for consent in facts.consents:
        assert providers[region.assignments[consent.assignment].unit] == providers[consent.unit]
        assert consent.registered_by in {held.person for held in region.assignments[consent.assignment].memberships}


def test_all_people_units_and_patients_of_the_facts_exist(region: Region, today: date) -> None:
    facts = register_facts(region, today)
    patients = {patient.key for patient in facts.patients}
    units = {unit.hsa_id for unit in region.units.values()}

    for relationship in facts.care_relationships:
        assert relationship.patient in patients
        assert relationship.person in region.people
        assert relationship.unit in units
    for one in facts.delegations:
        assert set(one.patients) <= patients
        assert set(one.units) <= units
    for case in facts.discharge_cases:
        assert {case.ward, *case.concerned_units} <= units


def _length(period: Period) -> timedelta:
    assert period.start is not None
    assert period.end is not None
    return period.end - period.start
