"""A planned change takes effect once, whatever happens to program, clock, store or database meanwhile."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from directory import Membership
from directory.core.administration import ScopedAdministration
from directory.core.planned_change import PlannedChange, PlanState
from directory.core.steps import Create, Unassign
from directory.edge.sql.plans import SqlPlans
from directory.planning import Planning
from directory.refusals import (
    DirectoryUnavailable,
    PlanBegun,
    PlanSettled,
)
from hub.database import make_engine
from tests.directory.parts import (
    ANNA,
    CARE,
    CENTRE,
    EVA,
    FaultyJournal,
    FaultyStore,
    NothingOutside,
    World,
    a_county,
    a_person,
    a_planning,
    a_world,
)
from tests.directory.planning_parts import (
    ADA,
    DUE,
    commits_of,
    faulty,
    now,
    planned,
    title,
    titled,
    until,
)
from tests.parts import HeldClock, Postgres
from vocabulary.period import Period


def test_a_clock_that_is_set_back_repeats_nothing_and_hurries_nothing(world: World, planning: Planning) -> None:
    first, second = (
        planned(planning, titled("chef")),
        planned(planning, titled("vårdchef"), due=DUE + timedelta(days=1)),
    )
    until(world, DUE)
    planning.carry_out_due()
    world.change(replace(ANNA, title="chef", mobile="070-123 45 67"))

    world.clock.set_back(days=30)
    planning.carry_out_due()
    until(world, DUE + timedelta(hours=1))
    planning.carry_out_due()

    assert len(commits_of(world, first)) == 1 and commits_of(world, second) == []
    assert now(planning, second).state is PlanState.WAITING


def test_a_clock_that_is_set_back_between_begin_and_end_does_not_hold_it_up(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"))
    until(world, DUE + timedelta(hours=3))
    faulty(world).lose_request()
    with pytest.raises(DirectoryUnavailable):
        planning.carry_out_due()

    world.clock.set_back(hours=2)
    planning.carry_out_due()

    assert len(commits_of(world, plan)) == 1 and now(planning, plan).state is PlanState.DONE


class Dying(SqlPlans):
    """The program dies at the ``count``-th write of a planned change: before it is kept, or just after."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.count, self.after = 10**6, False

    def replace(self, before: PlannedChange, after: PlannedChange) -> PlannedChange | None:
        self.count -= 1
        if self.count == 0 and not self.after:
            raise SystemExit
        kept = super().replace(before, after)
        if self.count == 0:
            raise SystemExit
        return kept


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("count", [1, 2])
def test_it_is_done_once_wherever_the_program_dies(world: World, count: int, after: bool) -> None:
    dying = Dying(world.engine)
    mortal = Planning(world.directory, dying, ScopedAdministration(), NothingOutside())
    plan = planned(mortal, titled("chef"), Create(a_person("P777", "Ny Person")))
    until(world, DUE)
    dying.count, dying.after = count, after
    with pytest.raises(SystemExit):
        mortal.carry_out_due()
    world.change(replace(CENTRE, telephone="0921-1 22 33"))

    anew = world.another()
    anew.directory.start()
    a_planning(anew).carry_out_due()

    done = now(mortal, plan)
    assert (done.state, len(commits_of(world, plan))) == (PlanState.DONE, 1)
    assert done.revision == commits_of(world, plan)[0].revision
    assert title(anew) == "chef"


def test_what_nobody_can_tell_any_more_is_not_done_again(world: World) -> None:
    """It was begun, and the place where its commit could be was thinned: to do it twice would be worse."""
    dying = Dying(world.engine)
    mortal = Planning(world.directory, dying, ScopedAdministration(), NothingOutside())
    plan = planned(mortal, titled("chef"))
    until(world, DUE)
    dying.count = 2
    with pytest.raises(SystemExit):
        mortal.carry_out_due()
    for name in ("a", "b", "c"):
        world.change(replace(CENTRE, short_name=name))
    world.journal.thin(4)

    a_planning(world).carry_out_due()

    lost = now(mortal, plan)
    assert (lost.state, title(world)) == (PlanState.FAILED, "chef")
    assert lost.remedy is not None and "look whether" in lost.remedy


def test_another_process_takes_up_what_was_begun_only_after_a_while(world: World) -> None:
    dying = Dying(world.engine)
    mortal = Planning(world.directory, dying, ScopedAdministration(), NothingOutside())
    other = a_planning(world)
    other.carry_out_due()
    plan = planned(mortal, titled("chef"))
    until(world, DUE)
    dying.count, dying.after = 1, True
    with pytest.raises(SystemExit):
        mortal.carry_out_due()

    world.clock.pass_(seconds=9)
    other.carry_out_due()
    meanwhile = now(mortal, plan).state
    world.clock.pass_(seconds=2)
    other.carry_out_due()

    assert (meanwhile, now(mortal, plan).state) == (PlanState.BEGUN, PlanState.DONE)


@pytest.mark.parametrize("lost", ["request", "answer", "append", "mark_applied"])
def test_a_lost_answer_is_found_out_and_nothing_is_done_twice(engine: Engine, clock: HeldClock, lost: str) -> None:
    store = FaultyStore()
    a_county(engine, clock, store)
    journal = FaultyJournal(engine)
    world = a_world(engine, clock, store, journal)
    world.directory.start()
    planning = a_planning(world)
    plan = planned(planning, titled("chef"))
    until(world, DUE)
    if lost == "request":
        store.lose_request()
    elif lost == "answer":
        store.lose_answer()
    else:
        journal.lost = lost
    with pytest.raises(DirectoryUnavailable):
        planning.carry_out_due()
    meanwhile = now(planning, plan).state

    clock.pass_(seconds=30)
    planning.carry_out_due()

    assert meanwhile is PlanState.BEGUN
    assert (now(planning, plan).state, len(commits_of(world, plan)), title(world)) == (PlanState.DONE, 1, "chef")


def test_a_store_that_is_away_for_an_hour_delays_and_the_date_stands(world: World, planning: Planning) -> None:
    plans = [planned(planning, Unassign(CARE.hsa_id, ANNA.hsa_id)), planned(planning, titled("chef"))]
    until(world, DUE)
    faulty(world).is_away = True
    for _ in range(6):
        with pytest.raises(DirectoryUnavailable):
            planning.carry_out_due()
        world.clock.pass_(minutes=10)
    assert {now(planning, plan).state for plan in plans} <= {PlanState.WAITING, PlanState.BEGUN}

    faulty(world).is_away = False
    planning.carry_out_due()

    care = world.directory.snapshot().assignment(CARE.hsa_id)
    assert [now(planning, plan).state for plan in plans] == [PlanState.DONE] * 2
    assert [len(commits_of(world, plan)) for plan in plans] == [1, 1]
    assert care is not None and Membership(ANNA.hsa_id, Period(None, DUE)) in care.memberships


@contextmanager
def away(postgres: Postgres, url: str) -> Iterator[None]:
    """The database lets nobody in, and throws out who is."""
    name = make_url(url).database
    admin = create_engine(postgres.url("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
        gone = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
        connection.execute(gone, {"name": name})
        yield
        connection.execute(text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
    admin.dispose()


def test_a_database_that_is_away_for_an_hour_delays_and_nothing_else(postgres: Postgres, clock: HeldClock) -> None:
    url = postgres.new_database()
    engine = make_engine(url)
    world = a_county(engine, clock, FaultyStore())
    planning = a_planning(world)
    plans = [planned(planning, titled("chef")), planned(planning, titled("chef", EVA.hsa_id))]
    until(world, DUE)
    with away(postgres, url):
        for _ in range(3):
            with pytest.raises(DirectoryUnavailable):
                planning.carry_out_due()
            clock.pass_(minutes=20)

    planning.carry_out_due()

    assert [now(planning, plan).state for plan in plans] == [PlanState.DONE] * 2
    assert [len(commits_of(world, plan)) for plan in plans] == [1, 1]
    engine.dispose()


def test_a_database_that_goes_away_in_the_middle_is_asked_again(postgres: Postgres, clock: HeldClock) -> None:
    """Between the beginning and the commit, and between the commit and the end."""
    url = postgres.new_database()
    engine = make_engine(url)
    store = FaultyStore()
    world = a_county(engine, clock, store)
    planning = a_planning(world)
    for moment in ("before", "after"):
        plan = planned(planning, titled(moment), due=clock.now() + timedelta(hours=1))
        clock.pass_(hours=1)
        leaving = ExitStack()
        setattr(store, moment, lambda: leaving.enter_context(away(postgres, url)))  # noqa: B023 # called in this round
        with pytest.raises(DirectoryUnavailable):
            planning.carry_out_due()
        leaving.close()

        clock.pass_(minutes=5)
        planning.carry_out_due()

        assert (now(planning, plan).state, len(commits_of(world, plan))) == (PlanState.DONE, 1)
        assert title(world) == moment
    engine.dispose()


def together(*works: Callable[[], object]) -> None:
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        barrier.wait()
        work()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_processes_at_once_one_carries_out_each(world: World, planning: Planning) -> None:
    people = [a_person(f"Q{n:02d}", f"Person Nummer{n}") for n in range(15)]
    world.change(*people)
    plans = [planned(planning, titled("chef", person.hsa_id)) for person in people]
    other = world.another()
    other.directory.start()
    until(world, DUE)

    def carry_out(mine: Planning) -> None:
        for _ in range(40):
            try:
                mine.carry_out_due()
            except DirectoryUnavailable:
                continue

    together(*(lambda mine=mine: carry_out(mine) for mine in (planning, a_planning(other), a_planning(world))))  # type: ignore[misc]  # bound at once
    world.clock.pass_(seconds=60)
    planning.carry_out_due()

    assert {now(planning, plan).state for plan in plans} == {PlanState.DONE}
    assert [len(commits_of(world, plan)) for plan in plans] == [1] * len(plans)


def test_either_it_is_cancelled_or_it_is_carried_out(world: World, planning: Planning) -> None:
    people = [a_person(f"Q{n:02d}", f"Person Nummer{n}") for n in range(15)]
    world.change(*people)
    plans = [planned(planning, titled("chef", person.hsa_id)) for person in people]
    other = a_planning(world)
    until(world, DUE)
    cancelled: set[int] = set()

    def cancel() -> None:
        for plan in random.Random(1).sample(plans, len(plans)):
            try:
                cancelled.add(other.cancel(plan, ADA, "ångrat").id)
            except (PlanBegun, PlanSettled):
                continue

    together(planning.carry_out_due, cancel)
    world.clock.pass_(seconds=60)
    planning.carry_out_due()

    for plan, person in zip(plans, people, strict=True):
        gone = plan.id in cancelled
        assert now(planning, plan).state is (PlanState.CANCELLED if gone else PlanState.DONE)
        assert title(world, person.hsa_id) == (None if gone else "chef")
        assert len(commits_of(world, plan)) == (0 if gone else 1)


def test_what_was_cancelled_is_not_done_and_cancelling_twice_is_cancelling_once(
    world: World, planning: Planning
) -> None:
    plan = planned(planning, titled("chef"))
    first = planning.cancel(plan, ADA, "ångrat")
    until(world, DUE)
    planning.carry_out_due()

    again = planning.cancel(plan, ADA, "ångrat igen")

    assert first == again and again.state is PlanState.CANCELLED and again.why == "ångrat (client:admin)"
    assert title(world) == ANNA.title


def test_what_was_done_cannot_be_cancelled(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"))
    until(world, DUE)
    planning.carry_out_due()

    with pytest.raises(PlanSettled):
        planning.cancel(plan, ADA, "för sent")
