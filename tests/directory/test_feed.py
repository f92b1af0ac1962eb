"""The feed holds every commit that stands, once and in order, whoever made it; and nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from directory.actions.feed import TAIL_COMMITS, Feed
from directory.core.changes import Commit
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.tables import metadata
from directory.refusals import ChangesThinned, CursorAhead, JournalUnavailable, OutcomeUnknown, StoreRejected
from tests.directory.parts import ANNA, COUNTY, FaultyStore, World, a_county, a_person, a_world, added
from tests.parts import HeldClock


@pytest.fixture
def store() -> FaultyStore:
    return FaultyStore()


@pytest.fixture
def world(engine: Engine, clock: HeldClock, store: FaultyStore) -> World:
    return a_county(engine, clock, store)


def titled(world: World, *titles: str) -> None:
    for title in titles:
        world.change(replace(ANNA, title=title))


def everything(world: World, since: int = 0, limit: int = 3) -> list[Commit]:
    found: list[Commit] = []
    while commits := world.directory.feed.after(since, limit):
        found += commits
        since = commits[-1].revision
    return found


def revisions(world: World, since: int = 0) -> list[int]:
    return [commit.revision for commit in everything(world, since)]


def test_who_was_there_and_who_came_later_are_told_the_same(world: World) -> None:
    titled(world, "ett", "två", "tre", "fyra", "fem")
    later = world.another()
    later.directory.start()

    assert revisions(world) == [1, 2, 3, 4, 5, 6]
    assert everything(later) == everything(world)
    assert revisions(later, 4) == [5, 6]


def test_what_others_commit_is_told_when_it_is_found(world: World) -> None:
    other = world.another()
    other.directory.start()
    heard: list[int] = []
    other.directory.feed.on_news(lambda: heard.append(other.directory.feed.reached))

    titled(world, "ett", "två")
    before = revisions(other)
    other.directory.poll()
    titled(other, "tre")

    assert before == [1]
    assert heard == [2, 3, 4]
    assert everything(other)[:3] == everything(world)


def test_the_read_model_is_never_behind_its_feed(world: World) -> None:
    behind: list[int] = []

    def look() -> None:
        if world.directory.snapshot().revision < world.directory.feed.reached:
            behind.append(world.directory.feed.reached)

    world.directory.feed.on_news(look)
    titled(world, "ett", "två", "tre")

    assert behind == []


def test_what_is_pending_is_not_told_and_its_revision_is_told_once_it_has_gone_to_another(
    world: World, store: FaultyStore
) -> None:
    store.lose_request()
    with pytest.raises(OutcomeUnknown):
        titled(world, "förlorad")
    pending, told = world.journal.records(1, 10), everything(world, 1)
    store.refuse(2)  # Once as it was written, once more as it would stand now.

    titled(world, "nästa")

    assert [record.revision for record in pending] == [2]
    assert told == []
    (commit,) = everything(world, 1)
    assert (commit.revision, commit.changes[0].after) == (2, replace(ANNA, title="nästa"))


def test_a_change_whose_answer_was_lost_is_told_when_it_is_settled_and_once(world: World, store: FaultyStore) -> None:
    store.lose_answer()
    with pytest.raises(OutcomeUnknown):
        titled(world, "gjord")
    before = revisions(world, 1)

    world.directory.poll()
    titled(world, "nästa")

    assert before == []
    assert revisions(world, 1) == [2, 3]


def test_what_the_store_refuses_is_never_told(world: World, store: FaultyStore) -> None:
    store.refuse()
    with pytest.raises(StoreRejected):
        titled(world, "avvisad")

    titled(world, "godkänd")

    (commit,) = everything(world, 1)
    assert commit.changes[0].after == replace(ANNA, title="godkänd")


def test_whoever_is_behind_what_is_kept_must_read_anew(world: World) -> None:
    titled(world, "ett", "två", "tre", "fyra")
    later = world.another()
    later.directory.start()
    world.journal.thin(4)
    feed = later.directory.feed

    for refused in (feed.demand_known, lambda since: feed.after(since, 1)):
        with pytest.raises(ChangesThinned) as refusal:
            refused(2)
        assert refusal.value.oldest == 4
    feed.demand_known(3)
    assert revisions(later, 3) == [4, 5]


def test_a_revision_that_was_never_reached_is_refused_and_one_of_another_process_waited_for(world: World) -> None:
    other = world.another()
    other.directory.start()
    titled(world, "ett")

    other.directory.feed.demand_known(2)
    with pytest.raises(CursorAhead) as refusal:
        other.directory.feed.demand_known(3)

    assert refusal.value.newest == 2
    assert other.directory.feed.after(2, 1) == ()


def test_a_gap_in_the_journal_is_an_error_and_never_passed_over(engine: Engine, clock: HeldClock) -> None:
    metadata.create_all(engine)
    journal = SqlJournal(engine)
    journal.append(added(ANNA), follows=0, actor="a", reason="r", door="d", at=clock.now())
    feed = Feed(journal)
    feed.begin_at(3)

    assert [commit.revision for commit in feed.after(0, 10)] == [1]
    with pytest.raises(JournalUnavailable):
        feed.after(1, 10)


def test_memory_holds_only_the_newest_and_the_journal_the_rest(engine: Engine, clock: HeldClock) -> None:
    metadata.create_all(engine)
    journal = SqlJournal(engine)
    journal.append(added(*COUNTY), follows=0, actor="a", reason="r", door="d", at=clock.now())
    feed = Feed(journal)
    commits = [Commit(n, clock.now(), "a", "r", "d", ()) for n in range(1, TAIL_COMMITS + 3)]
    for commit in commits:
        feed.add(commit)

    (from_journal,) = feed.after(0, 1)
    from_memory = feed.after(2, 2 * TAIL_COMMITS)

    assert len(from_journal.changes) == len(COUNTY)
    assert from_memory == tuple(commits[2:])


def test_a_huge_commit_is_held_until_the_next_one(engine: Engine, clock: HeldClock) -> None:
    world = a_world(engine, clock)
    world.directory.start()
    world.change(*COUNTY)
    world.change(*(a_person(f"Q{serial}") for serial in range(10_001)))
    huge = world.directory.feed.after(1, 1)

    titled(world, "nästa")

    assert world.directory.feed.after(1, 1) == huge
    assert revisions(world) == [1, 2, 3]
