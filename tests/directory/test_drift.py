"""What somebody writes into the store past us grants nothing, takes away at once, and is shown until it is settled."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory import Assignment, Membership, Snapshot
from directory.core.currency import why_not_current
from directory.core.narrowing import narrowed
from directory.core.view import Sight, View
from directory.edge.memory.store import MemoryStore
from directory.refusals import ChangeRefused, DriftUnknown
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, EVA, World, a_county, a_person, region
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
INTRUDER = a_person("P666", "Inga Insmugglad")


@pytest.fixture
def world(engine: Engine, clock: HeldClock) -> World:
    return a_county(engine, clock)


def written_past(world: World, *changed: object, removed: Iterable[HsaId] = ()) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(changed, removed)  # type: ignore[arg-type] # entries
    world.directory.poll()


def is_current(world: World) -> bool:
    return why_not_current(world.directory.snapshot(), ANNA.hsa_id, CARE.hsa_id, world.clock.now()) is None


def test_an_entry_that_only_the_store_knows_is_not_served(world: World) -> None:
    written_past(world, INTRUDER)

    (drift,) = world.directory.drift()

    assert (drift.journal, drift.store, drift.seen_at) == (None, INTRUDER, world.clock.now())
    assert world.directory.snapshot().person(INTRUDER.hsa_id) is None


def test_a_right_or_member_added_past_us_is_not_served(world: World) -> None:
    wider = replace(
        CARE, rights=(*CARE.rights, "Skriva;alla;SJF"), memberships=(*CARE.memberships, Membership(INTRUDER.hsa_id))
    )

    written_past(world, INTRUDER, wider)

    assert world.directory.snapshot().assignment(CARE.hsa_id) == CARE
    assert world.directory.snapshot().assignments_of(INTRUDER.hsa_id) == ()


def test_an_end_written_past_us_counts_at_once(world: World) -> None:
    written_past(world, replace(ANNA, period=Period(None, NOW - timedelta(hours=1))))

    assert not is_current(world)


@pytest.mark.parametrize("hsa_id", [ANNA.hsa_id, CARE.hsa_id, CENTRE.hsa_id])
def test_an_entry_taken_away_past_us_counts_no_more(world: World, hsa_id: HsaId) -> None:
    written_past(world, removed=[hsa_id])

    assert not is_current(world)
    assert world.directory.snapshot().entry(hsa_id) is not None


def test_drift_heals_when_the_store_says_what_the_journal_says_again(world: World) -> None:
    written_past(world, replace(ANNA, archived=True))
    written_past(world, ANNA)

    assert world.directory.drift() == ()
    assert world.directory.snapshot().person(ANNA.hsa_id) == ANNA


def test_the_order_of_values_is_no_drift(world: World) -> None:
    written_past(world, replace(CARE, memberships=CARE.memberships[::-1]))

    assert world.directory.drift() == ()


def test_drift_is_found_at_start(world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([INTRUDER, replace(ANNA, archived=True)], [EVA.hsa_id])

    reborn = world.another()
    reborn.directory.start()

    assert [drift.hsa_id for drift in reborn.directory.drift()] == [ANNA.hsa_id, EVA.hsa_id, INTRUDER.hsa_id]
    assert not is_current(reborn)


def test_adopting_makes_the_stores_entry_the_truth(world: World) -> None:
    changed = replace(ANNA, title="chef", archived=True)
    written_past(world, INTRUDER, changed)

    world.directory.adopt([INTRUDER.hsa_id, ANNA.hsa_id], actor="Ada", reason="it is right")

    assert world.directory.drift() == ()
    assert world.directory.snapshot().person(INTRUDER.hsa_id) == INTRUDER
    assert world.directory.snapshot().person(ANNA.hsa_id) == changed
    assert set(world.store.load().entries) == {entry for entry, _ in world.journal.held().entries}


def test_reverting_writes_the_truth_back(world: World) -> None:
    written_past(world, INTRUDER, replace(ANNA, archived=True), removed=[EVA.hsa_id])

    world.directory.revert([INTRUDER.hsa_id, ANNA.hsa_id, EVA.hsa_id], actor="Ada", reason="who did this")
    world.directory.poll()

    assert world.directory.drift() == ()
    assert set(world.store.load().entries) == set(COUNTY)
    assert is_current(world)


def test_the_id_of_a_reverted_entry_is_never_used_again(world: World) -> None:
    written_past(world, INTRUDER)
    world.directory.revert([INTRUDER.hsa_id], actor="Ada", reason="who did this")

    with pytest.raises(ChangeRefused):
        world.change(INTRUDER)


def test_what_breaks_the_rules_cannot_be_adopted(world: World) -> None:
    written_past(world, replace(CARE, rights=("nonsens",)))

    with pytest.raises(ChangeRefused):
        world.directory.adopt([CARE.hsa_id], actor="Ada", reason="r")

    assert len(world.directory.drift()) == 1


def test_what_is_gone_cannot_be_adopted_and_what_is_sound_not_settled(world: World) -> None:
    written_past(world, removed=[EVA.hsa_id])

    for ids in ([EVA.hsa_id], [ANNA.hsa_id], []):
        with pytest.raises(DriftUnknown):
            world.directory.adopt(ids, actor="Ada", reason="r")
    with pytest.raises(DriftUnknown):
        world.directory.revert([ANNA.hsa_id], actor="Ada", reason="r")


def test_a_drifting_person_can_still_be_ended(world: World) -> None:
    written_past(world, replace(ANNA, telephone="+46 70 000 00 00"))

    world.change(replace(ANNA, period=Period(None, NOW)))

    assert world.directory.drift() == ()
    assert not is_current(world)
    assert world.store.load().revision == 2


def test_the_journal_rebuilds_a_store_also_after_adoption_and_reversion(world: World) -> None:
    written_past(world, INTRUDER, a_person("P667", "Ida Inte"), replace(ANNA, title="chef"))
    world.directory.adopt([INTRUDER.hsa_id], actor="Ada", reason="r")
    world.directory.revert([region("P667"), ANNA.hsa_id], actor="Ada", reason="r")

    reborn = world.another(MemoryStore())
    reborn.directory.start()

    assert set(reborn.store.load().entries) == {*COUNTY, INTRUDER}
    assert reborn.directory.drift() == ()


def crowded(world: World, count: int = 100) -> list[HsaId]:
    people = [a_person(f"C{serial}", f"Person Nummer{serial}") for serial in range(count)]
    world.change(*people)
    world.directory.poll()
    return [person.hsa_id for person in people]


def test_a_store_that_suddenly_shrank_is_not_believed_and_says_so(world: World) -> None:
    crowd = crowded(world)

    written_past(world, removed=crowd[:40])

    assert world.directory.snapshot().person(crowd[0]) == a_person("C0", "Person Nummer0")
    assert (world.directory.condition().drifting, world.directory.condition().disbelieved) == (40, 40)
    assert world.directory.unconfirmed_for() == timedelta()


def test_a_shrunken_store_is_not_believed_at_start_either(world: World) -> None:
    crowd = crowded(world)
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(removed=crowd[:40])

    reborn = world.another()
    reborn.directory.start()

    assert reborn.directory.condition().disbelieved == 40
    person = reborn.directory.snapshot().person(crowd[0])
    assert person is not None and not person.archived


def test_fewer_are_believed_to_be_gone_and_stay_gone_when_more_follow(world: World) -> None:
    crowd = crowded(world)

    written_past(world, removed=crowd[:15])
    written_past(world, removed=crowd[15:60])

    snapshot = world.directory.snapshot()
    assert all(person.archived for hsa_id in crowd[:15] if (person := snapshot.person(hsa_id)) is not None)
    assert world.directory.condition().disbelieved == 45


def test_reverting_brings_a_shrunken_store_back(world: World) -> None:
    crowd = crowded(world)
    written_past(world, removed=crowd[:40])

    world.directory.revert(crowd[:40], actor="Ada", reason="somebody's script")
    world.directory.poll()

    assert world.directory.drift() == ()
    assert len(world.store.load().entries) == len(COUNTY) + 100


def test_an_unreadable_object_is_served_as_ended() -> None:
    view = View.of(Snapshot.of([(entry, 1) for entry in COUNTY], 1))

    seen = view.after_sight(Sight(1, NOW, (), unreadable={ANNA.hsa_id: "sn is missing"}))

    assert seen.drift[ANNA.hsa_id.key].problem == "sn is missing"
    assert why_not_current(seen.served, ANNA.hsa_id, CARE.hsa_id, NOW) is not None
    assert seen.after_sight(Sight(1, NOW, (ANNA,))).served is seen.truth


def test_what_the_journal_changed_after_the_look_waits_for_the_next() -> None:
    view = View.of(Snapshot.of([(entry, 1) for entry in COUNTY], 1).succeeded_by([replace(ANNA, title="ny")], 2))

    assert view.after_sight(Sight(1, NOW, (ANNA,))) is view
    assert view.after_sight(Sight(2, NOW, (ANNA,))).drift != {}


_INSTANTS = st.one_of(st.none(), st.integers(-5, 5).map(lambda day: NOW + timedelta(days=day)))
_PERIODS = (
    st.tuples(_INSTANTS, _INSTANTS)
    .filter(lambda p: p[0] is None or p[1] is None or p[0] <= p[1])
    .map(lambda p: Period(*p))
)
_HELD = st.lists(st.tuples(st.integers(1, 3), _PERIODS), max_size=3).map(
    lambda held: tuple(Membership(region(f"P{n}"), period) for n, period in held)
)
_ASSIGNMENTS = st.builds(
    lambda rights, held, period: replace(CARE, rights=tuple(sorted(rights)), memberships=held, period=period),
    st.sets(st.sampled_from(["Läsa;alla;VE", "Läsa;alla;VG", "Skriva;lak;VE"])),
    _HELD,
    _PERIODS,
)


@given(_ASSIGNMENTS, st.one_of(st.none(), _ASSIGNMENTS), st.integers(-6, 6))
def test_narrowed_grants_what_both_grant_and_nothing_else(
    journal: Assignment, store: Assignment | None, day: int
) -> None:
    at = NOW + timedelta(days=day)

    served = narrowed(journal, store)

    assert isinstance(served, Assignment)
    both = granted(journal, at) & (set() if store is None else granted(store, at))
    assert granted(served, at) == both


def granted(assignment: Assignment, at: datetime) -> set[tuple[HsaId, str]]:
    if not assignment.period.contains(at):
        return set()
    holders = [held.person for held in assignment.memberships if held.period.contains(at)]
    return {(person, right) for person in holders for right in assignment.rights}
