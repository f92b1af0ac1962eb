"""Whatever store, journal or database fail to answer: nothing is lost, nothing is served that is not sure."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from directory import Commit, Directory
from directory.edge.memory.store import MemoryStore
from directory.edge.sql.tables import commits
from directory.ports import RecordState
from directory.refusals import DirectoryUnavailable, OutcomeUnknown, StoreOutOfStep, StoreRejected
from hub.database import make_engine
from tests.directory.parts import (
    ANNA,
    COUNTY,
    EVA,
    NEW,
    FaultyJournal,
    FaultyStore,
    World,
    a_county,
    a_world,
    agree,
    faulty,
)
from tests.parts import HeldClock


def test_what_the_store_rejects_is_forgotten_but_for_the_journal(world: World) -> None:
    faulty(world).refuse()

    with pytest.raises(StoreRejected):
        world.change(NEW)

    assert agree(world)
    assert world.change(NEW) == 2
    with world.engine.connect() as connection:
        rejected = connection.execute(commits.select().where(commits.c.state == RecordState.REJECTED.value)).one()
    assert (rejected.revision, rejected.why) == (None, "the store will not have it")


@pytest.mark.parametrize("fault", [FaultyStore.lose_request, FaultyStore.lose_answer])
def test_after_a_lost_answer_nothing_is_written_until_the_store_tells_and_nothing_is_lost(
    world: World, fault: object
) -> None:
    fault(faulty(world))  # type: ignore[operator] # one of two methods

    with pytest.raises(OutcomeUnknown):
        world.change(NEW)
    faulty(world).is_away = True
    with pytest.raises(DirectoryUnavailable):
        world.change(replace(ANNA, title="chef"))
    assert world.directory.condition().unsettled
    faulty(world).is_away = False
    world.directory.poll()

    assert not world.directory.condition().unsettled
    assert world.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(world)


@pytest.mark.parametrize("fault", [FaultyStore.lose_request, FaultyStore.lose_answer])
def test_the_next_writer_settles_what_was_left(world: World, fault: object) -> None:
    fault(faulty(world))  # type: ignore[operator] # one of two methods

    with pytest.raises(OutcomeUnknown):
        world.change(NEW)
    revision = world.change(replace(ANNA, title="chef"))

    assert revision == 3
    assert agree(world)


def test_a_change_that_the_store_refuses_when_it_answers_again_is_rejected(world: World) -> None:
    faulty(world).lose_request()
    with pytest.raises(OutcomeUnknown):
        world.change(NEW)
    faulty(world).refuse(times=2)

    world.directory.poll()

    assert not world.directory.condition().unsettled
    assert agree(world)
    assert world.directory.snapshot().person(NEW.hsa_id) is None


def test_a_change_meets_what_was_written_past_us_meanwhile(world: World) -> None:
    faulty(world).lose_request()
    with pytest.raises(OutcomeUnknown):
        world.change(NEW)
    faulty(world).write_past([replace(NEW, title="chef")])

    world.directory.poll()

    assert world.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(world)


@pytest.mark.parametrize("fault", [FaultyStore.lose_request, FaultyStore.lose_answer])
def test_after_a_crash_the_next_start_finishes_what_was_pending(world: World, fault: object) -> None:
    fault(faulty(world))  # type: ignore[operator] # one of two methods
    with pytest.raises(OutcomeUnknown):
        world.change(NEW, replace(ANNA, title="chef"))
    heard: list[Commit] = []
    reborn = world.another()
    reborn.directory.on_commit(heard.append)

    reborn.directory.start()

    assert reborn.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(reborn)
    assert [commit.revision for commit in heard] == [2]


def test_an_empty_store_gets_everything_back_from_the_journal(world: World) -> None:
    world.change(NEW, replace(ANNA, title="chef"))
    world.change(replace(EVA, title="läkare"))

    reborn = world.another(MemoryStore())
    reborn.directory.start()

    assert agree(reborn)


def test_a_store_ahead_of_its_journal_is_not_served(engine: Engine, clock: HeldClock) -> None:
    store = MemoryStore()
    store.apply([], 1)
    world = a_world(engine, clock, store)

    with pytest.raises(StoreOutOfStep):
        world.directory.start()

    assert world.directory.unconfirmed_for() == timedelta.max


def test_a_store_that_went_back_is_not_confirmed(world: World) -> None:
    world.clock.pass_(seconds=3)
    faulty(world)._revision = 0

    with pytest.raises(StoreOutOfStep):
        world.directory.poll()

    assert world.directory.unconfirmed_for() == timedelta(seconds=3)


def test_confirmation_grows_old_until_the_next_poll(world: World) -> None:
    world.clock.pass_(seconds=2)
    old = world.directory.unconfirmed_for()
    world.directory.poll()

    assert old == timedelta(seconds=2)
    assert world.directory.unconfirmed_for() == timedelta()


@pytest.mark.parametrize("verb", ["append", "mark_applied"])
def test_an_answer_lost_by_the_journal_is_settled_like_one_lost_by_the_store(
    engine: Engine, clock: HeldClock, verb: str
) -> None:
    journal = FaultyJournal(engine)
    world = a_world(engine, clock, journal=journal)
    world.directory.start()
    world.change(*COUNTY)
    journal.lost = verb

    with pytest.raises(OutcomeUnknown):
        world.change(NEW)
    world.directory.poll()

    assert world.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(world)


def test_a_database_that_is_gone_refuses_a_change_and_reading_goes_on(clock: HeldClock, tmp_path: Path) -> None:
    database = make_engine(f"sqlite:///{tmp_path / 'gone.db'}")
    world = a_county(database, clock)
    database.dispose()
    (tmp_path / "gone.db").rename(tmp_path / "elsewhere.db")
    (tmp_path / "gone.db").mkdir()

    with pytest.raises(DirectoryUnavailable):
        world.change(NEW)

    assert world.directory.snapshot().person(ANNA.hsa_id) == ANNA


def test_before_start_nothing_is_confirmed(engine: Engine, clock: HeldClock) -> None:
    directory: Directory = a_world(engine, clock).directory

    assert directory.unconfirmed_for() == timedelta.max
    assert list(directory.snapshot().entries()) == []
