"""The directory as it was at every instant is what it was then, however it came to be what it is now."""

import random
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from directory import Assignment, Membership, Person, Snapshot, Unit
from directory.actions.look_back import KEPT_FOR, MOST_KEPT, LookBack
from directory.edge.sql.plans import SqlPlans
from directory.refusals import BeforeTheBeginning, StoreRejected
from hub.database import make_engine
from tests.directory.parts import (
    ANNA,
    CARE,
    CENTRE,
    EVA,
    FaultyStore,
    World,
    a_county,
    a_person,
    a_planning,
    region,
)
from tests.parts import HeldClock
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant

NUMBERS = (None, f"1:{'a' * 64}", f"1:{'b' * 64}")


def told(snapshot: Snapshot) -> dict[str, object]:
    """Everything that a snapshot can be asked."""
    entries = list(snapshot.entries())
    return {
        "entries": {str(entry.hsa_id): entry for entry in entries},
        "changed_at": {str(entry.hsa_id): snapshot.changed_at(entry.hsa_id) for entry in entries},
        "in order": [[str(e.hsa_id) for e in snapshot.after(kind, "")] for kind in (Person, Unit, Assignment)],
        "counts": [snapshot.count(kind) for kind in (Person, Unit, Assignment)],
        "below": {str(e.hsa_id): {str(b.hsa_id) for b in snapshot.below(e.hsa_id)} for e in entries},
        "held": {str(p.hsa_id): {str(a.hsa_id) for a in snapshot.assignments_of(p.hsa_id)} for p in snapshot.people()},
        "numbers": [{str(p.hsa_id) for p in snapshot.people_with_number(n)} for n in NUMBERS if n is not None],
        "revision": snapshot.revision,
    }


class Past:
    """Makes commits by chance, and remembers what stood after each."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self._chance = world, chance
        self.stood: list[tuple[datetime, Snapshot]] = []
        self._remember()

    def make(self, deeds: list[str]) -> None:
        for deed in deeds:
            getattr(self, f"_{deed}")()

    def newest_by(self, instant: datetime) -> Snapshot:
        return next(snapshot for at, snapshot in reversed(self.stood) if at <= instant)

    def _remember(self) -> None:
        truth = self.world.directory.desk.view.truth
        if not self.stood or self.stood[-1][1].revision < truth.revision:
            self.stood.append((self.world.clock.now(), truth))

    def _pass(self) -> None:
        self.world.clock.pass_(minutes=self._chance.choice([0.001, 1, 600]))

    def _set_back(self) -> None:
        self.world.clock.set_back(minutes=self._chance.choice([1, 90]))

    def _person(self) -> None:
        person = a_person(f"Q{self._chance.randrange(4)}", "Anna Andra", number_lookup=self._chance.choice(NUMBERS))
        self.world.change(replace(person, title=self._chance.choice("abc")))
        self._remember()

    def _unit(self) -> None:
        unit = replace(CENTRE, hsa_id=region(f"E9{self._chance.randrange(3)}"), parent=None, public=False)
        self.world.change(replace(unit, parent=self._chance.choice([None, CENTRE.hsa_id])))
        self._remember()

    def _holders(self) -> None:
        people = self._chance.sample([ANNA.hsa_id, EVA.hsa_id], self._chance.randrange(3))
        self.world.change(replace(CARE, memberships=tuple(Membership(person) for person in people)))
        self._remember()

    def _rejected(self) -> None:
        assert isinstance(self.world.store, FaultyStore)
        self.world.store.refuse()
        with pytest.raises(StoreRejected):
            self.world.change(replace(EVA, title=f"nekad {self._chance.random()}"))

    def _foreign(self) -> None:
        """Somebody writes past us; an administrator adopts it or reverts it."""
        assert isinstance(self.world.store, FaultyStore)
        mine = self.world.directory.desk.view.truth.person(ANNA.hsa_id)
        assert mine is not None
        self.world.store.write_past([replace(mine, mobile=f"070-{self._chance.randrange(10**6):06}")])
        self.world.directory.poll()
        settle = self._chance.choice([self.world.directory.adopt, self.world.directory.revert])
        settle([ANNA.hsa_id], actor="test", reason="drift")
        self._remember()


DEEDS = st.lists(
    st.sampled_from(["pass", "pass", "set_back", "person", "unit", "holders", "rejected", "foreign"]), max_size=14
)


def assert_every_instant(past: Past, look: Callable[[datetime], Snapshot]) -> None:
    """At each commit's instant, just before the next, and between."""
    for at, _ in past.stood:
        for instant in (at, at + timedelta(microseconds=1), at + timedelta(seconds=30)):
            assert told(look(instant)) == told(past.newest_by(instant))


@settings(max_examples=40, deadline=None)
@given(deeds=DEEDS, seed=st.integers(0, 10**6))
def test_at_every_commits_instant_it_is_what_it_was(deeds: list[str], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'tillit.db'}")
        past = Past(a_county(engine, HeldClock(), FaultyStore()), random.Random(seed))
        past.make(deeds)

        assert_every_instant(past, past.world.directory.as_it_was)
        engine.dispose()


@pytest.mark.parametrize("seed", range(3))
def test_at_every_instant_of_a_long_past_on_both_databases(world: World, seed: int) -> None:
    chance = random.Random(seed)
    past = Past(world, chance)
    past.make(chance.choices(["pass", "person", "unit", "holders", "foreign", "rejected"], k=40))

    assert_every_instant(past, world.directory.as_it_was)
    anew = LookBack(world.directory.desk)
    for at, _ in chance.sample(past.stood, len(past.stood)):
        assert told(anew.at(at)) == told(world.directory.as_it_was(at))


def test_another_process_looks_back_on_the_same(world: World) -> None:
    past = Past(world, random.Random(5))
    past.make(["pass", "person", "pass", "unit", "holders"])

    other = world.another()
    other.directory.start()

    assert_every_instant(past, other.directory.as_it_was)


def test_a_process_that_lags_behind_looks_back_on_what_it_has_not_seen(world: World) -> None:
    late = world.another()
    late.directory.start()
    past = Past(world, random.Random(6))
    past.make(["pass", "person", "pass", "holders", "pass"])

    assert late.directory.snapshot().revision == 1
    assert_every_instant(past, late.directory.as_it_was)


def test_what_was_before_the_first_commit_is_refused_and_not_empty(world: World) -> None:
    with pytest.raises(BeforeTheBeginning):
        world.directory.as_it_was(world.clock.now() - timedelta(microseconds=1))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("warm", [False, True])
def test_a_thinned_journal_tells_as_far_back_as_it_is_kept(world: World, seed: int, warm: bool) -> None:
    """Also from what was rebuilt before it was thinned. When an entry was changed last may be forgotten."""
    chance = random.Random(seed)
    past = Past(world, chance)
    past.make(chance.choices(["pass", "person", "unit", "holders", "rejected"], k=30))
    world.clock.pass_(minutes=1)
    oldest = chance.randrange(2, past.stood[-1][1].revision)
    if warm:
        world.directory.as_it_was(past.stood[oldest // 2][0])
    for record in world.journal.unannounced():
        world.journal.mark_announced(record.revision or 0)
    world.journal.thin(oldest)

    for at, _ in chance.sample(past.stood, len(past.stood)):
        stood = past.newest_by(at)
        if stood.revision >= oldest:
            found = world.directory.as_it_was(at)
            assert told(found) | {"changed_at": None} == told(stood) | {"changed_at": None}
            assert all(found.changed_at(e.hsa_id) <= found.revision for e in found.entries())
        else:
            with pytest.raises(BeforeTheBeginning, match=f"from revision {oldest} on"):
                world.directory.as_it_was(at)


def test_what_is_looked_at_again_is_not_rebuilt_and_little_is_kept(world: World) -> None:
    instants = []
    for n in range(MOST_KEPT + 3):
        world.clock.pass_(minutes=1)
        world.change(a_person(f"Q{n}"))
        instants.append(world.clock.now())
    asked: list[str] = []
    event.listen(world.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def rebuilds(at: datetime) -> int:
        del asked[:]
        world.directory.as_it_was(at)
        return sum("WITH touched" in statement for statement in asked)

    assert [rebuilds(at) for at in instants[:-1]] == [1] * (MOST_KEPT + 2)
    assert [rebuilds(at) for at in instants[-MOST_KEPT - 1 : -1]] == [0] * MOST_KEPT
    assert rebuilds(instants[0]) == 1
    world.clock.pass_(seconds=KEPT_FOR.total_seconds() + 1)
    assert rebuilds(instants[0]) == 1


def test_what_was_kept_is_forgotten_though_nobody_looks_again(world: World) -> None:
    world.clock.pass_(minutes=1)
    at = world.clock.now()
    world.change(replace(ANNA, title="chef"))
    look_back = LookBack(world.directory.desk)
    world.clock.pass_(minutes=1)
    world.change(replace(ANNA, title="vårdchef"))
    look_back.at(at)
    assert len(look_back._kept) == 1

    world.clock.pass_(seconds=KEPT_FOR.total_seconds() + 1)
    look_back.forget_old()

    assert len(look_back._kept) == 0


def test_many_who_look_at_once_are_answered_alike(world: World) -> None:
    past = Past(world, random.Random(7))
    past.make(["pass", "person", "pass", "unit", "pass", "holders", "pass", "person"])
    wrong: list[int] = []

    def look() -> None:
        for at, stood in past.stood:
            if told(world.directory.as_it_was(at))["entries"] != told(stood)["entries"]:
                wrong.append(stood.revision)

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_the_present_and_the_instant_of_now_are_the_same(world: World) -> None:
    planning = a_planning(world)

    moment = planning.moment(world.clock.now())

    assert moment.foreseen is None
    assert moment.snapshot is world.directory.desk.view.truth
    assert SqlPlans(world.engine).unsettled(world.clock.now()) == ()


DAYS = [
    ("2026-06-01", datetime(2026, 5, 31, 22, tzinfo=UTC)),
    ("2026-12-01", datetime(2026, 11, 30, 23, tzinfo=UTC)),
    # Summer time begins at two in the night of 29 March and ends at three in that of 25 October.
    ("2026-03-29", datetime(2026, 3, 28, 23, tzinfo=UTC)),
    ("2026-03-30", datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ("2026-10-25", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ("2026-10-26", datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ("2026-10-25T02:30:00+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ("2026-10-25T02:30:00+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ("2026-06-01t08:00:00.25z", datetime(2026, 6, 1, 8, 0, 0, 250_000, tzinfo=UTC)),
]


@pytest.mark.parametrize(("text", "instant"), DAYS)
def test_a_date_is_its_start_in_stockholm_and_an_instant_is_itself(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "", "today", "2026-02-30", "2026-6-1", "20260601", "2026-06-01T08:00:00", "2026-06-01 08:00:00Z", "1780000000",
        "2026-06-01T08:00:60Z", "2026-06-01T25:00:00Z", "2026-06-01T08:00:00 02:00", "2026-06-01T08:00:00.1234567Z",
        "0000-01-01", "0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00",
        "٢٠٢٦-06-01", "2026-06-01\n", "2026-06-01T08:00:00+99:99", "-2026-06-01", "2026-W23-1",
    ],
)  # fmt: skip
def test_no_other_text_is_a_point_in_time(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_instant(text, pointer="/at")


@given(st.text(max_size=40))
def test_any_text_is_a_point_in_time_or_refused(text: str) -> None:
    try:
        found = parse_instant(text)
    except InvalidValue:
        return
    assert found.tzinfo is UTC and Period(found).start == found
