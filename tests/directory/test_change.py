"""A change stands whole or not at all, whatever store, journal or listener do; and nothing is forgotten."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from directory import Commit, Directory
from directory.core.changes import Change
from directory.edge.memory.store import MemoryStore
from directory.edge.sql.tables import commits
from directory.ports import RecordState
from directory.refusals import (
    ChangeRefused,
    DirectoryUnavailable,
    EntryUnknown,
    OutcomeUnknown,
    RevisionMoved,
    StoreOutOfStep,
    StoreRejected,
)
from hub.database import make_engine
from tests.directory.parts import (
    ANNA,
    BODEN,
    CENTRE,
    COUNTY,
    EVA,
    REGION,
    FaultyJournal,
    FaultyStore,
    World,
    a_county,
    a_person,
    a_world,
    boden,
    region,
)
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

NEW = a_person("P100", "Nils Ny")


@pytest.fixture
def world(engine: Engine, clock: HeldClock) -> World:
    return a_county(engine, clock, FaultyStore())


def faulty(world: World) -> FaultyStore:
    assert isinstance(world.store, FaultyStore)
    return world.store


def agree(world: World) -> bool:
    """Whether store, journal and snapshot say the same."""
    held, state = world.journal.held(), world.store.load()
    told = {entry for entry, _ in held.entries}
    served = world.directory.snapshot()
    return (
        told == set(state.entries) == set(served.entries())
        and held.revision == state.revision == served.revision == world.journal.newest()
        and world.journal.pending() == ()
    )


def test_a_change_stands_in_journal_store_and_snapshot(world: World) -> None:
    revision = world.change(NEW, replace(ANNA, title="chef"))

    assert revision == 2
    assert world.directory.snapshot().person(NEW.hsa_id) == NEW
    assert agree(world)


def test_the_journal_tells_who_why_and_through_which_door(world: World) -> None:
    world.directory.change([NEW], actor="Ada", reason="ny anställd", door="sync:7")

    (record,) = world.directory.records(1, 10)

    assert (record.actor, record.reason, record.door, record.at) == ("Ada", "ny anställd", "sync:7", world.clock.now())
    assert record.changes == (Change(None, NEW),)


def test_what_stands_already_is_not_written_again(world: World) -> None:
    commit = world.directory.change(COUNTY, actor="a", reason="b", door="c")

    assert (commit.revision, commit.changes) == (1, ())
    assert world.journal.newest() == 1


def test_a_refused_change_changes_nothing_and_names_everything(world: World) -> None:
    with pytest.raises(ChangeRefused) as refusal:
        world.change(NEW, replace(ANNA, mail="x"), replace(CENTRE, care_type="9"))

    assert {problem.field for problem in refusal.value.problems} == {"mail", "care_type"}
    assert world.directory.snapshot().person(NEW.hsa_id) is None
    assert agree(world)


@pytest.mark.parametrize("terms", [("", "r", "d"), ("a", " ", "d"), ("a", "r" * 501, "d"), ("a", "r\n", "d\u202e")])
def test_a_change_needs_an_actor_a_reason_and_a_door(world: World, terms: tuple[str, str, str]) -> None:
    actor, reason, door = terms

    with pytest.raises(InvalidValue):
        world.directory.change([NEW], actor=actor, reason=reason, door=door)


def test_a_change_against_another_revision_is_refused(world: World) -> None:
    with pytest.raises(RevisionMoved):
        world.directory.change([NEW], actor="a", reason="r", door="d", expected_revision=0)

    assert world.directory.change([NEW], actor="a", reason="r", door="d", expected_revision=1).revision == 2


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


def test_listeners_hear_before_the_change_returns(world: World) -> None:
    heard: list[int] = []
    world.directory.on_commit(lambda commit: heard.append(commit.revision))

    world.change(NEW)

    assert heard == [2]
    assert world.journal.unannounced() == ()


def test_a_listener_that_fails_hears_again_and_does_not_hold_up_others(world: World) -> None:
    heard: list[str] = []
    failing = [True]

    def weak(commit: Commit) -> None:
        if failing[0]:
            raise ConnectionError("no")
        heard.append(f"weak {commit.revision}")

    world.directory.on_commit(weak)
    world.directory.on_commit(lambda commit: heard.append(f"strong {commit.revision}"))

    world.change(NEW)
    trouble = world.directory.condition().trouble
    unannounced = [record.revision for record in world.journal.unannounced()]
    failing[0] = False
    world.directory.poll()

    assert heard == ["strong 2", "weak 2"]
    assert trouble is not None and unannounced == [2]
    assert world.directory.condition().trouble is None and world.journal.unannounced() == ()


def test_a_listener_cannot_change_the_directory(world: World) -> None:
    world.directory.on_commit(lambda commit: world.change(EVA) and None)

    world.change(NEW)

    assert "RuntimeError" in (world.directory.condition().trouble or "")
    assert world.journal.newest() == 2


def test_another_process_sees_the_change_at_its_next_poll(world: World) -> None:
    other = world.another()
    other.directory.start()
    heard: list[int] = []
    other.directory.on_commit(lambda commit: heard.append(commit.revision))

    world.change(NEW)
    other.directory.poll()

    assert other.directory.snapshot().person(NEW.hsa_id) == NEW
    assert heard == [2]


def test_two_processes_write_in_turn_without_losing_anything(world: World) -> None:
    other = world.another()
    other.directory.start()

    world.change(NEW)
    revision = other.change(replace(ANNA, title="chef"))
    with pytest.raises(RevisionMoved):
        world.directory.change([replace(NEW, title="x")], actor="a", reason="r", door="d", expected_revision=2)

    assert revision == 3
    assert agree(other)


def test_what_another_process_abandoned_is_finished_by_the_next_writer(world: World) -> None:
    other = world.another()
    other.directory.start()
    faulty(world).lose_request()
    with pytest.raises(OutcomeUnknown):
        world.change(NEW)

    with pytest.raises(DirectoryUnavailable):
        other.change(replace(ANNA, title="chef"))
    world.clock.pass_(seconds=11)
    revision = other.change(replace(ANNA, title="chef"))

    assert revision == 3
    assert agree(other)


def test_new_ids_are_of_the_member_and_never_the_same(world: World) -> None:
    taken = [region(f"P{serial:06d}") for serial in (2, 3)]
    world.change(*(replace(NEW, hsa_id=hsa_id) for hsa_id in taken))

    given = world.directory.new_hsa_ids(REGION.hsa_id, "P", 3)

    assert [str(hsa_id) for hsa_id in given] == [f"SE2321000230-P00000{n}" for n in (1, 4, 5)]
    assert world.directory.new_hsa_id(BODEN.hsa_id, "VG") == boden("VG0001")


@pytest.mark.parametrize(("member", "letters"), [(region("HM99"), "P"), (REGION.hsa_id, "X"), (ANNA.hsa_id, "P")])
def test_an_id_needs_a_member_and_known_letters(world: World, member: HsaId, letters: str) -> None:
    with pytest.raises((EntryUnknown, InvalidValue)):
        world.directory.new_hsa_id(member, letters)


def test_personal_numbers_are_found_and_shown_but_nowhere_written(world: World) -> None:
    number = PersonalIdentityNumber.parse("191212121212")

    world.directory.change([NEW], actor="a", reason="r", door="d", numbers={NEW.hsa_id: number})

    assert [person.hsa_id for person in world.directory.people_with(number)] == [NEW.hsa_id]
    assert world.directory.personal_number(NEW.hsa_id) == number
    assert world.directory.personal_number(ANNA.hsa_id) is None
    with world.engine.connect() as connection:
        for table in ("directory_changes", "directory_entries", "directory_sealed_numbers"):
            assert "191212121212" not in repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_two_thousand_people_are_one_change_of_seconds(world: World) -> None:
    people = [a_person(f"Q{serial}", f"Person Nummer{serial}") for serial in range(2_000)]

    world.change(*people)

    assert sum(1 for _ in world.directory.snapshot().people()) == 2_002
    assert agree(world)


def test_before_start_nothing_is_confirmed(engine: Engine, clock: HeldClock) -> None:
    directory: Directory = a_world(engine, clock).directory

    assert directory.unconfirmed_for() == timedelta.max
    assert list(directory.snapshot().entries()) == []
