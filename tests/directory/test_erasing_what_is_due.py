"""What is due is erased whole and without a trace, by a decision only, over any crash; and the record and ids stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from directory import Membership, Person, Unit
from directory.actions.erase_what_is_due import AT_ONCE, Registers
from directory.core.retention import DOOR, RULES, Besides, cutoff
from directory.core.steps import Amend
from directory.edge.sql.erasures import SqlErasures
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.edge.sql.plans import SqlPlans
from directory.edge.sql.tables import metadata
from directory.planning import Planning, Proposal
from directory.ports import HistoryQuery, PlanQuery
from directory.refusals import ChangeRefused, DirectoryUnavailable, JournalUnavailable, UndoRefused
from directory.retention import Retention
from tests.directory.parts import (
    ANNA,
    CARE,
    REGION,
    FaultyStore,
    World,
    a_person,
    a_retention,
    a_seal,
    region,
)
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

DECISION = "Arkivmyndigheten, dnr 17"
NUMBER = PersonalIdentityNumber.parse("189001029819")
GONE = a_person("P077", "Zacharias Zqvint", title="Zqvinttitel", mail="zqvint@example.se", telephone="0971-77 77 77")
TRACES = ("Zacharias", "Zqvint", "zqvint", "77 77 77")
A_LITTLE = timedelta(seconds=1)


def with_somebody_who_left(world: World) -> World:
    """She is hired, changed, holds an assignment with others, and is found to have left long ago, which nobody had
    written down: so all of it is in the journal. Two days pass."""
    world.directory.change([GONE], actor="hr", reason="ny", door="api", numbers={GONE.hsa_id: NUMBER})
    hired = person(world, GONE.hsa_id)
    world.change(replace(hired, title="Zqvinttitel 2"))
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(GONE.hsa_id))))
    SqlLicenceChecks(world.engine).note([GONE.hsa_id], world.clock.now(), "hosp")
    world.change(
        replace(person(world, GONE.hsa_id), period=Period(None, cutoff("person", world.clock.now())), archived=True)
    )
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    return world


def person(world: World, hsa_id: HsaId) -> Person:
    found = world.directory.truth().person(hsa_id)
    assert found is not None
    return found


def pass_years(world: World, years: int) -> None:
    """And a day more."""
    now = world.clock.now()
    world.clock.pass_(seconds=(now.replace(year=now.year + years) - now + timedelta(days=1)).total_seconds())
    world.directory.poll()


def everything_in_sql(world: World) -> str:
    with world.engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def records(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, erasure in a_retention(world).record(None, 500):
        assert erasure.law == RULES[erasure.kind].law
        found[erasure.kind] = found.get(erasure.kind, 0) + erasure.count
    return found


def test_without_a_decision_nothing_is_erased_and_what_is_due_is_told(world: World) -> None:
    with_somebody_who_left(world)
    before = everything_in_sql(world)

    a_retention(world).carry_out()

    assert [entry.hsa_id for entry in a_retention(world).due().erased] == [GONE.hsa_id]
    assert everything_in_sql(world) == before


def test_who_left_is_in_no_table_any_more_and_that_she_was_erased_is(world: World) -> None:
    with_somebody_who_left(world)
    lookup = a_seal().lookup(NUMBER)
    there = everything_in_sql(world)

    a_retention(world, DECISION).carry_out()

    left = everything_in_sql(world)
    assert all(trace in there for trace in (*TRACES, lookup))
    assert [trace for trace in (*TRACES, lookup) if trace in left] == []
    assert world.directory.truth().person(GONE.hsa_id) is None
    assert person(world, ANNA.hsa_id) == ANNA
    held = world.directory.truth().assignment(CARE.hsa_id)
    assert held == CARE
    assert records(world) == {"person": 1, "membership": 1, "sealed_number": 1}
    assert SqlLicenceChecks(world.engine).of([GONE.hsa_id]) == {}


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
    registers = Registers(SqlPlans(world.engine), SqlLicenceChecks(world.engine), SqlErasures(world.engine))
    retention = Retention(world.directory, registers, DECISION)

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


def test_an_erased_id_is_never_given_again(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    with pytest.raises(ChangeRefused, match="used before"):
        world.change(a_person("P077", "Annan Annansson"))


def test_the_past_does_not_tell_of_her_and_tells_the_rest(world: World) -> None:
    with_somebody_who_left(world)
    then, now = world.journal.records(1, 1)[0].at, world.clock.now()
    assert world.directory.as_it_was(then).person(GONE.hsa_id) is not None, "and it is kept for the next who asks"

    a_retention(world, DECISION).carry_out()

    for looking in (world, started(world.another())):
        past = looking.directory.as_it_was(then)
        assert past.person(GONE.hsa_id) is None
        assert past.person(ANNA.hsa_id) == ANNA
    assert world.directory.as_it_was(now).person(GONE.hsa_id) is None


def test_a_follower_from_the_beginning_hears_no_name(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    for following in (world, started(world.another())):
        told = [
            commit
            for since in range(following.directory.feed.reached)
            for commit in following.directory.feed.after(since, 1)
        ]
        assert len(told) == following.directory.feed.reached
        assert [trace for trace in TRACES if trace in repr(told)] == []
        assert [change.hsa_id for change in told[-1].changes if change.after is None] == [GONE.hsa_id]
        others = [change for commit in told for change in commit.changes if change.hsa_id != GONE.hsa_id]
        assert str(GONE.hsa_id) not in repr(others), "she may have been protected, which nothing tells any more"


def test_nothing_brings_her_back(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()
    newest = world.directory.truth().revision

    with pytest.raises(UndoRefused):
        world.directory.undo(newest, actor="a", reason="r")
    for revision in range(2, newest):
        with pytest.raises(UndoRefused):
            world.directory.undo(revision, actor="a", reason="r")
    assert world.directory.truth().revision == newest


def test_a_membership_that_was_erased_does_not_come_back_either(world: World) -> None:
    old = Membership(GONE.hsa_id, Period(None, cutoff(Besides.MEMBERSHIP, world.clock.now())))
    world.change(GONE)
    world.change(replace(CARE, memberships=(*CARE.memberships, old)))
    a_retention(world, DECISION).carry_out()

    with pytest.raises(UndoRefused, match="does not come back"):
        world.directory.undo(world.directory.truth().revision, actor="a", reason="r")


def test_what_still_stands_is_served_after_a_new_start(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    again = started(world.another())

    assert set(again.directory.snapshot().entries()) == set(world.directory.snapshot().entries())
    assert again.directory.drift() == ()


def test_what_the_store_does_not_let_go_holds_up_nothing_else(world: World) -> None:
    with_somebody_who_left(world)
    other = a_person("P078", "Yngve Yngvesson", period=Period(None, cutoff("person", world.clock.now())))
    world.change(other)
    assert isinstance(world.store, FaultyStore)
    world.store.refuse(times=3)

    a_retention(world, DECISION).carry_out()

    left = {person.hsa_id for person in world.directory.truth().people()} & {GONE.hsa_id, other.hsa_id}
    assert len(left) <= 1
    a_retention(world, DECISION).carry_out()
    assert not {person.hsa_id for person in world.directory.truth().people()} & {GONE.hsa_id, other.hsa_id}


def test_what_a_planned_change_names_waits_until_the_plan_is_erased_too(world: World, planning: Planning) -> None:
    over = a_person("P079", "Yngve Yngvesson")
    world.change(over)
    caller = Caller("admin", None, frozenset({"tillit:admin"}), None)
    day = world.clock.now() + timedelta(days=400)
    plan, _ = planning.plan(Proposal((Amend(over.hsa_id, (("title", "x"),)),), day, caller, "r", {}))
    world.change(replace(over, period=Period(None, cutoff("person", world.clock.now()))))

    a_retention(world, DECISION).carry_out()
    assert world.directory.truth().person(over.hsa_id) is not None
    planning.cancel(plan, caller, "nej")
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


class Died(Exception):
    """The process is gone at this point: what was done before is done, and nothing after."""


class DyingErasures(SqlErasures):
    dies = False

    def note(self, made: Any) -> None:
        if self.dies:
            raise Died
        super().note(made)


class DyingChecks(SqlLicenceChecks):
    def forget(self, ids: Any) -> None:
        raise Died


def _lose_request(world: World, registers: Registers) -> Registers:
    assert isinstance(world.store, FaultyStore)
    world.store.lose_request()
    return registers


def _lose_answer(world: World, registers: Registers) -> Registers:
    assert isinstance(world.store, FaultyStore)
    world.store.lose_answer()
    return registers


def _die_before_the_record(world: World, registers: Registers) -> Registers:
    dying = DyingErasures(world.engine)
    dying.dies = True
    return replace(registers, erasures=dying)


def _die_before_the_checks(world: World, registers: Registers) -> Registers:
    return replace(registers, licence_checks=DyingChecks(world.engine))


@pytest.mark.parametrize("fault", [_lose_request, _lose_answer, _die_before_the_record, _die_before_the_checks])
def test_wherever_it_stops_the_next_call_finishes(world: World, fault: Callable[[World, Registers], Registers]) -> None:
    with_somebody_who_left(world)
    plans, checks, erasures = SqlPlans(world.engine), SqlLicenceChecks(world.engine), SqlErasures(world.engine)
    plain = Registers(plans, checks, erasures, settled_at_once=True)
    stopped = Retention(world.directory, fault(world, plain), DECISION)

    with pytest.raises((Died, DirectoryUnavailable, JournalUnavailable)):
        stopped.carry_out()
    again = started(world.another())
    a_retention(again, DECISION).carry_out()

    assert [trace for trace in TRACES if trace in everything_in_sql(again)] == []
    assert records(again) == {"person": 1, "membership": 1, "sealed_number": 1}
    assert SqlLicenceChecks(world.engine).of([GONE.hsa_id]) == {}
    assert GONE.hsa_id in SqlIdLedger(world.engine).claim({GONE.hsa_id: "person"})


def started(world: World) -> World:
    world.directory.start()
    return world
