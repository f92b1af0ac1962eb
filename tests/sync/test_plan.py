"""What a list means against what is held, and when it stops."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sync.core.brake import brakes, require_released
from sync.core.people import Employee, HeldMembership, Profile
from sync.core.plan import Plan
from sync.core.plan_document import document_of
from sync.core.steps import Adopt, Assign, Change, Join, Leave, Return, Step, Unassign
from sync.edge.text import render_plan
from sync.refusals import Braked, LeaversNotConfirmed
from tests.parts import HeldClock
from tests.sync.register import (
    ARJEPLOG,
    ASSISTANT,
    DOCTOR,
    NIGHT_NURSE,
    NURSE,
    REGION,
    MemoryRegister,
    TestSeal,
    listing,
    row,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

PlanOf = Callable[[bytes], Plan]
HELD_NAME = "Hemtjänst"


def look(digits: str) -> str:
    return TestSeal().lookup(PersonalIdentityNumber.parse(digits))


def employ(register: MemoryRegister, anchor: str | None, **fields: object) -> Employee:
    """Anna Berg under ``anchor``, holding the assignment of ``row``'s default."""
    register.serial += 1
    person = Employee(
        HsaId.parse(f"SE2120002668-P{register.serial:05}"),
        ARJEPLOG,
        Profile("Anna", "Berg", "Undersköterska"),
        "arjeplog-hr" if anchor else None,
        anchor,
        memberships=(HeldMembership(ASSISTANT, ARJEPLOG, HELD_NAME),),
    )
    person = replace(person, **fields)  # type: ignore[arg-type] # a test's keywords are the fields of the person
    register.people[person.hsa_id] = person
    return person


def kinds(plan: Plan) -> list[type[Step]]:
    return [type(step) for step in plan.steps]


def test_a_new_anchor_joins_with_her_assignments_from_now(plan_of: PlanOf, clock: HeldClock) -> None:
    plan = plan_of(listing(row("1")))

    join, assign = plan.steps
    assert isinstance(join, Join)
    assert join.period == Period(clock.now())
    assert isinstance(assign, Assign)
    assert (assign.assignment, assign.period) == (ASSISTANT, Period(clock.now()))


def test_an_employment_ends_when_its_last_day_in_stockholm_ends(plan_of: PlanOf) -> None:
    plan = plan_of(listing(row("1", start_date="2026-06-01", end_date="2026-06-30")))

    period = Period(datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC))
    assert [step.period for step in plan.steps if isinstance(step, Join | Assign)] == [period, period]


def test_who_is_as_the_list_says_is_unchanged(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "a1")

    plan = plan_of(listing(row("A1")))

    assert plan.steps == ()
    assert plan.counts["unchanged"] == 1


def test_a_changed_field_tells_from_and_to(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1")

    plan = plan_of(listing(row("1", title="Sjuksköterska", phone="4567")))

    (change,) = plan.steps
    assert isinstance(change, Change)
    assert [(c.field, c.before, c.after) for c in change.changes] == [
        ("title", "Undersköterska", "Sjuksköterska"),
        ("phone", None, "4567"),
    ]


def test_fields_without_column_stay_as_they_are(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", period=Period(datetime(2020, 1, 1, tzinfo=UTC)))

    plan = plan_of(b"anchor;family_name\n1;Lind\n")

    (change,) = plan.steps
    assert isinstance(change, Change)
    assert change.profile == Profile("Anna", "Lind", "Undersköterska")
    assert change.period.start == datetime(2020, 1, 1, tzinfo=UTC)


def test_assignments_follow_the_list(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1")

    plan = plan_of(listing(row("1", assignments="Sjuksköterska, vård och behandling")))

    assert [(type(s), s.assignment) for s in plan.steps if isinstance(s, Assign | Unassign)] == [
        (Assign, NURSE),
        (Unassign, ASSISTANT),
    ]


def test_another_members_assignment_is_left_alone_until_she_leaves(plan_of: PlanOf, register: MemoryRegister) -> None:
    held = (HeldMembership(ASSISTANT, ARJEPLOG, HELD_NAME), HeldMembership(DOCTOR, REGION, "Läkare"))
    employ(register, "1", memberships=held)
    employ(register, "2")

    staying = plan_of(listing(row("1"), row("2")))
    leaving = plan_of(listing(row("2")))

    assert staying.steps == ()
    (leave,) = leaving.steps
    assert isinstance(leave, Leave)
    assert set(leave.memberships) == {ASSISTANT, DOCTOR}


def test_memberships_follow_the_end_of_employment(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1")

    plan = plan_of(listing(row("1", end_date="2026-06-30")))

    end = datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert [(type(s), s.period.end) for s in plan.steps if isinstance(s, Assign | Change)] == [
        (Change, end),
        (Assign, end),
    ]


def test_a_shorter_membership_given_by_hand_stays_short(plan_of: PlanOf, register: MemoryRegister) -> None:
    short = Period(None, datetime(2026, 4, 1, tzinfo=UTC))
    employ(register, "1", memberships=(HeldMembership(ASSISTANT, ARJEPLOG, HELD_NAME, short),))

    plan = plan_of(listing(row("1", end_date="2026-06-30")))

    assert kinds(plan) == [Change]


def test_an_end_date_that_has_passed_is_a_leaver(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1")

    plan = plan_of(listing(row("1", end_date="2026-03-01"), row("2", end_date="2026-03-01")))

    (leave,) = plan.steps
    assert isinstance(leave, Leave)
    assert leave.line == 2
    assert plan.counts["past"] == 1


def test_who_comes_back_returns_with_what_the_list_gives(
    plan_of: PlanOf, register: MemoryRegister, clock: HeldClock
) -> None:
    ended = Period(None, clock.now())
    employ(register, "1", period=ended, memberships=(HeldMembership(NIGHT_NURSE, ARJEPLOG, "Natt", ended),))

    plan = plan_of(listing(row("1")))

    back, assign = plan.steps
    assert isinstance(back, Return)
    assert back.period == Period(clock.now())
    assert isinstance(assign, Assign)
    assert assign.assignment == ASSISTANT


def test_a_first_time_anchor_adopts_by_number_within_the_member(plan_of: PlanOf, register: MemoryRegister) -> None:
    person = employ(register, None, lookup=look("198507722398"))

    plan = plan_of(listing(row("1", personal_number="850772-2398")))

    assert plan.steps == (Adopt(2, "1", person.hsa_id, person.profile),)


def test_nobody_is_matched_by_name_or_mail_or_across_members(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, None, profile=Profile("Anna", "Berg", email="anna@a.se"))
    employ(register, None, lookup=look("198507722398"), member=REGION)
    employ(register, "9", lookup=look("198507722398"), source="another-source")

    plan = plan_of(listing(row("1", personal_number="198507722398", email="anna@a.se")))

    assert kinds(plan) == [Join, Assign]


def test_two_people_who_could_be_adopted_are_nobody(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, None, lookup=look("198507722398"))
    employ(register, None, lookup=look("198507722398"))

    plan = plan_of(listing(row("1", personal_number="198507722398")))

    assert [fault.code for fault in plan.faults] == ["ambiguous_person"]
    assert plan.steps == ()


def test_a_number_under_another_anchor_holds_both(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", lookup=look("198507722398"))

    plan = plan_of(listing(row("2", personal_number="198507722398")))

    assert [fault.code for fault in plan.faults] == ["number_of_other_person"]
    assert plan.steps == ()


def test_an_anchor_that_passes_to_somebody_else_is_held(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", lookup=look("198507722398"))

    plan = plan_of(listing(row("1", personal_number="191212121212", given_name="Bo", family_name="Ek")))

    assert [fault.code for fault in plan.faults] == ["anchor_reused"]
    assert plan.steps == ()


def test_a_corrected_number_is_a_change_that_shows_no_number(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", lookup=look("198507722398"))

    plan = plan_of(listing(row("1", personal_number="191212121212")))

    (change,) = plan.steps
    assert isinstance(change, Change)
    assert change.lookup == look("191212121212")
    assert [(c.field, c.before, c.after) for c in change.changes] == [("personal_number", None, None)]


def test_a_number_hashed_with_an_older_key_is_no_change(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", lookup="0:abc")

    plan = plan_of(listing(row("1", personal_number="191212121212")))

    assert plan.steps == ()


def test_a_row_in_error_keeps_its_person_as_she_is(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1")
    employ(register, "2", lookup=look("198507722398"))

    plan = plan_of(
        listing(row("1", title="ny", unit="999"), row("", personal_number="198507722398"), row("3"), row("4"))
    )

    assert {step.anchor for step in plan.steps} == {"3", "4"}
    assert plan.unattributed == 0


def test_a_protected_person_is_not_told_by_name(plan_of: PlanOf, register: MemoryRegister) -> None:
    employ(register, "1", protected=True)

    document = document_of(plan_of(listing(row("1", title="Chef"))))

    assert "Berg" not in str(document)
    assert "Chef" not in str(document)


def staff(register: MemoryRegister, number: int) -> list[str]:
    for n in range(number):
        employ(register, str(n))
    return [row(str(n)) for n in range(number)]


@pytest.mark.parametrize(
    ("active", "leavers", "stops"), [(6, 5, False), (6, 6, True), (30, 6, False), (30, 7, True), (100, 20, False)]
)
def test_too_many_leavers_stop(
    active: int, leavers: int, stops: bool, plan_of: PlanOf, register: MemoryRegister
) -> None:
    rows = staff(register, active)

    plan = plan_of(listing(*rows[leavers:], row("new")))

    assert len(plan.leavers) == leavers
    assert bool(brakes(plan)) is stops


def test_an_empty_list_stops_even_for_one_person(plan_of: PlanOf, register: MemoryRegister) -> None:
    staff(register, 1)

    plan = plan_of(listing())

    assert [brake.code for brake in brakes(plan)] == ["list_empty"]


@pytest.mark.parametrize(("wrong", "stops"), [(3, False), (4, True)])
def test_more_than_thirty_percent_in_error_stop(wrong: int, stops: bool, plan_of: PlanOf) -> None:
    rows = [row(str(n), unit="999" if n < wrong else "900") for n in range(10)]

    plan = plan_of(listing(*rows))

    assert bool(brakes(plan)) is stops


def test_a_row_that_names_nobody_stops_leavers(plan_of: PlanOf, register: MemoryRegister) -> None:
    rows = staff(register, 10)

    plan = plan_of(listing(row(""), *rows[1:]))

    assert [brake.code for brake in brakes(plan)] == ["leavers_in_doubt"]


def test_an_emptied_column_of_assignments_stops(plan_of: PlanOf, register: MemoryRegister) -> None:
    staff(register, 10)

    plan = plan_of(listing(*(row(str(n), assignments="") for n in range(10))))

    assert [brake.code for brake in brakes(plan)] == ["many_emptied"]


def test_only_the_exact_number_of_leavers_confirms(plan_of: PlanOf, register: MemoryRegister) -> None:
    rows = staff(register, 10)
    plan = plan_of(listing(*rows[7:]))

    with pytest.raises(Braked, match="confirm_leavers=7"):
        require_released(plan, None)
    for wrong in (0, 6, 8):
        with pytest.raises(LeaversNotConfirmed):
            require_released(plan, wrong)
    require_released(plan, 7)


def test_the_plan_reads_as_lines(plan_of: PlanOf, register: MemoryRegister, clock: HeldClock) -> None:
    employ(register, "1")
    employ(register, "2")
    employ(register, "3", period=Period(None, clock.now()), memberships=())

    lines = render_plan(document_of(plan_of(listing(row("1", title="Chef"), row("3"), row("4"), row("5", unit="999")))))

    text = "\n".join(lines)
    assert "~ Anna Berg (1): title from “Undersköterska” to “Chef”" in text
    assert "- Anna Berg (2) leaves: is not in the list; 1 assignment ends" in text
    assert "+ Anna Berg (3) is back from 2026-03-02" in text
    assert "+ Anna Berg (4) joins from 2026-03-02" in text
    assert "line 5, unit: no unit is known by `999`. To do: add the code" in text


def test_who_leaves_before_she_begins_has_left(plan_of: PlanOf, register: MemoryRegister, clock: HeldClock) -> None:
    future = Period(datetime(2026, 9, 1, tzinfo=UTC)).ended_at(clock.now())
    employ(register, "1", period=future, memberships=(HeldMembership(ASSISTANT, ARJEPLOG, HELD_NAME, future),))
    employ(register, "2")

    plan = plan_of(listing(row("2")))

    assert plan.steps == ()
    assert plan.active == 1
