"""What is due is erased, in its order and no more than that, by a decision only; and it is recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory import Unit
from directory.actions.erase_what_is_due import AT_ONCE
from directory.core.retention import DOOR, Besides, cutoff
from directory.core.steps import Amend
from directory.planning import Planning, Proposal
from directory.ports import HistoryQuery, PlanQuery
from directory.refusals import DirectoryUnavailable
from directory.retention import Decisions, Retention
from tests.directory.erasing_parts import (
    DECISION,
    GONE,
    NUMBER,
    everything_in_sql,
    pass_years,
    person,
    records,
    with_somebody_who_left,
)
from tests.directory.parts import ANNA, CARE, REGION, World, a_person, a_retention, a_seal, region, some_registers
from vocabulary.caller import Caller
from vocabulary.period import Period


def test_without_a_decision_nothing_is_erased_and_what_is_due_is_told(world: World) -> None:
    with_somebody_who_left(world)
    before = everything_in_sql(world)

    a_retention(world).carry_out()

    due = a_retention(world).due()
    assert (due.erased, due.stripped) == ((), ())
    assert [(it.entry.hsa_id, it.parts) for it in due.undecided] == [(GONE.hsa_id, None), (CARE.hsa_id, 1)]
    assert everything_in_sql(world) == before


def test_what_was_changed_of_late_is_not_erased_whatever_its_end_says(world: World) -> None:
    """A year that was mistyped can be put right, and nobody gets rid of a record by dating it back."""
    with_somebody_who_left(world)

    a_retention(world, DECISION, settled_at_once=False).carry_out()
    pass_years(world, 9)
    a_retention(world, DECISION, settled_at_once=False).carry_out()
    assert world.directory.truth().person(GONE.hsa_id) is not None
    pass_years(world, 1)
    a_retention(world, DECISION, settled_at_once=False).carry_out()

    assert world.directory.truth().person(GONE.hsa_id) is None


def test_a_clock_that_may_be_wrong_erases_nothing(world: World) -> None:
    with_somebody_who_left(world)
    retention = Retention(world.directory, some_registers(world.engine, settled_at_once=False), Decisions(DECISION))

    pass_years(world, 10)
    with pytest.raises(DirectoryUnavailable, match="see to the clock"):
        retention.carry_out()
    assert world.directory.truth().person(GONE.hsa_id) is not None
    world.change(replace(ANNA, title="som visar att tiden går"))
    retention.carry_out()

    assert world.directory.truth().person(GONE.hsa_id) is None


def test_erasing_twice_is_erasing_once(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()
    before = everything_in_sql(world)

    a_retention(world, DECISION).carry_out()

    assert everything_in_sql(world) == before


def test_the_commit_says_by_which_decision_and_revisions_have_no_gap(world: World) -> None:
    with_somebody_who_left(world)

    a_retention(world, DECISION).carry_out()

    newest = world.directory.truth().revision
    head = world.journal.commits(HistoryQuery(first=newest), None, 1)[0]
    assert (head.door, head.reason, head.actor) == (DOOR, f"gallring: {DECISION}", "tillit:retention")
    assert [record.revision for record in world.journal.records(0, 100)] == list(range(1, newest + 1))


def test_what_a_planned_change_names_waits_until_the_plan_is_erased_too(world: World, planning: Planning) -> None:
    over = a_person("P079", "Yngve Yngvesson")
    world.change(over)
    caller = Caller("admin", None, frozenset({"tillit:admin"}), None)
    day = world.clock.now() + timedelta(days=400)
    plan, _ = planning.plan(Proposal((Amend(over.hsa_id, (("title", "x"),)),), day, caller, "r", {}))
    world.change(replace(over, period=Period(None, cutoff("person", world.clock.now()))))

    a_retention(world, DECISION).carry_out()
    (held,) = a_retention(world).due().held_back
    assert (held.entry.hsa_id, held.by) == (over.hsa_id, plan.id)
    assert world.directory.truth().person(over.hsa_id) is not None
    planning.cancel(plan, caller, "nej")
    (held,) = a_retention(world).due().held_back
    assert held.by == plan.id, "that it was planned is a record of its own"
    pass_years(world, 10)
    a_retention(world, DECISION).carry_out()
    a_retention(world, DECISION).carry_out()

    assert world.directory.truth().person(over.hsa_id) is None
    assert "Yngvesson" not in everything_in_sql(world)


def test_more_than_fit_into_one_change_go_in_several(world: World) -> None:
    ended = Period(None, cutoff("person", world.clock.now()))
    crowd = [a_person(f"X{number:04}", f"Person Nummer{number}", period=ended) for number in range(AT_ONCE + 5)]
    world.change(*crowd)
    before = world.directory.truth().revision

    a_retention(world, DECISION).carry_out()

    assert records(world)["person"] == len(crowd)
    assert world.directory.truth().revision == before + 2


def test_units_go_from_below_with_all_that_hung_on_them(world: World) -> None:
    ended = Period(None, cutoff("unit", world.clock.now()))
    top = Unit(region("E100"), REGION.hsa_id, None, "Gamla huset", period=ended, archived=True)
    room = Unit(region("E101"), REGION.hsa_id, top.hsa_id, "Gamla rummet", period=ended, archived=True)
    world.change(top, room)

    a_retention(world, DECISION).carry_out()

    assert world.directory.truth().unit(top.hsa_id) is None
    assert records(world) == {"unit": 2}


def test_the_journal_is_thinned_and_begins_later(world: World) -> None:
    world.change(replace(ANNA, title="gammal titel"))
    pass_years(world, 10)
    kept = world.change(replace(ANNA, title="ny titel"))

    a_retention(world, DECISION).carry_out()

    assert world.journal.oldest() == kept
    assert "gammal titel" not in str(world.journal.records(kept, 100))
    assert records(world) == {"journal": 2}


def test_a_number_that_a_kept_change_names_stays_until_that_is_thinned(world: World) -> None:
    world.directory.change([ANNA], actor="a", reason="r", door="d", numbers={ANNA.hsa_id: NUMBER})
    world.change(replace(person(world, ANNA.hsa_id), number_lookup=None))
    lookup, numbers = a_seal().lookup(NUMBER), world.directory.desk.sealed_numbers
    pass_years(world, 1)
    a_retention(world, DECISION).carry_out()
    assert numbers.sealed(lookup) is not None

    pass_years(world, 10)
    world.change(replace(person(world, ANNA.hsa_id), title="så att något står kvar"))
    a_retention(world, DECISION).carry_out()

    assert numbers.sealed(lookup) is None
    assert records(world)["sealed_number"] == 1


def test_a_number_that_somebody_has_just_kept_is_not_taken(world: World) -> None:
    """Who hires has sealed the number and is about to write the person."""
    with_somebody_who_left(world)
    seal, numbers = a_seal(), world.directory.desk.sealed_numbers
    numbers.keep({seal.lookup(NUMBER): seal.close(NUMBER)}, world.clock.now())

    a_retention(world, DECISION).carry_out()

    assert numbers.sealed(seal.lookup(NUMBER)) is not None


def test_settled_plans_go_and_waiting_ones_stay(world: World, planning: Planning) -> None:
    caller = Caller("admin", None, frozenset({"tillit:admin"}), None)
    steps = (Amend(ANNA.hsa_id, (("title", "chef"),)),)
    day = world.clock.now() + timedelta(days=1)
    planning.plan(Proposal(steps, day, caller, "r", {}))
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    planning.carry_out_due()
    far = world.clock.now().replace(year=world.clock.now().year + 50)
    waiting, _ = planning.plan(Proposal((Amend(ANNA.hsa_id, (("title", "x"),)),), far, caller, "r", {}))
    pass_years(world, 10)

    a_retention(world, DECISION).carry_out()

    assert [plan.id for plan in planning.listed(PlanQuery(), None, 10)] == [waiting.id]
    assert records(world)[Besides.PLANNED_CHANGE] == 1
