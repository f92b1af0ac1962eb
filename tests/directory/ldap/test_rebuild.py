"""What is built anew from the journal alone is the directory server's content as it was: names, values, their order."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Change, Entry
from directory.actions.rebuild import rebuild
from directory.edge.ldap.slapd_child import SlapdChild
from directory.refusals import StoreOutOfStep, StoreUnavailable
from tests.directory.ldap.parts import a_member, a_unit, emptied
from tests.directory.ldap.rebuilding_parts import (
    ANNA,
    Interrupted,
    demand_rebuilt_over_interruptions,
    empty_store,
    with_a_history,
)
from tests.directory.ldap.worlds import but, county_on, dumped
from tests.directory.parts import World


@pytest.fixture
def world(slapd: SlapdChild) -> Iterator[World]:
    with county_on(slapd) as made:
        yield made


def test_what_is_rebuilt_equals_what_was(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    with_a_history(world, slapd)

    with empty_store(place) as store:
        reached = rebuild(store, world.journal)

        assert dumped(place) == dumped(slapd)
        assert reached == store.revision() == world.store.revision()


def test_an_empty_store_is_rebuilt_at_start_and_served(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    with_a_history(world, slapd)
    wanted = set(world.directory.snapshot().entries())
    anna = world.directory.snapshot().person(ANNA.hsa_id)
    assert anna is not None
    world.journal.append(
        [Change(anna, replace(anna, title="på väg"))], follows=world.journal.newest(),
        actor="another", reason="killed", door="api", at=world.clock.now(),
    )  # fmt: skip

    with empty_store(place) as store:
        reborn = world.another(store)
        reborn.directory.start()

        assert reborn.directory.drift() == () and world.journal.pending() == ()
        changed = {entry for entry in wanted if entry.hsa_id != ANNA.hsa_id}
        assert set(reborn.directory.snapshot().entries()) == {*changed, replace(anna, title="på väg")}


@pytest.mark.parametrize("below", [3, 7, 12, 99])
def test_from_a_thinned_journal_too(world: World, slapd: SlapdChild, place: SlapdChild, below: int) -> None:
    with_a_history(world, slapd)
    world.journal.thin(below)

    demand_rebuilt_over_interruptions(world, slapd, place)


def test_wherever_it_is_interrupted_it_is_continued_to_the_same_end(
    world: World, slapd: SlapdChild, place: SlapdChild
) -> None:
    with_a_history(world, slapd)
    whole = dumped(slapd)
    parts = 0
    for at in range(1, 100):
        with empty_store(emptied(place), Interrupted) as store:
            assert isinstance(store, Interrupted)
            store.at = at
            try:
                rebuild(store, world.journal)
            except StoreUnavailable:
                assert store.revision() <= 0, "half a store never says that it is whole"
                rebuild(store, world.journal)
            else:
                parts = store.parts
            assert dumped(place) == whole
        if parts:
            break

    assert parts > 5


def test_two_who_build_at_once_build_one(slapd: SlapdChild, place: SlapdChild, tmp_path: Path) -> None:
    reached: list[int] = []
    together = threading.Barrier(2)

    with county_on(slapd, url=f"sqlite:///{tmp_path / 'tillit.db'}") as world:
        with_a_history(world, slapd)

        def build() -> None:
            with empty_store(place) as store:
                together.wait()
                reached.append(rebuild(store, world.journal))

        threads = [threading.Thread(target=build) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert reached == [world.journal.newest()] * 2
        assert dumped(place) == dumped(slapd)


def test_a_store_that_holds_something_already_is_nobodys_to_build(world: World, place: SlapdChild) -> None:
    with empty_store(place) as store:
        store.apply([], 1)
        world.change(a_unit("E90"))

        with pytest.raises(StoreOutOfStep):
            rebuild(store, world.journal)


def test_what_stands_there_already_and_is_not_the_journals_shows_as_drift(
    world: World, slapd: SlapdChild, place: SlapdChild
) -> None:
    foreign, ours = a_unit("E77", "Främmande"), but(ANNA, title="utifrån")
    with empty_store(place) as store:
        store.build([Change(None, each) for each in (a_member(), foreign, ours)], follows=0, reached=0)
        rebuild(store, world.journal)
        reborn = world.another(store)
        reborn.directory.start()

        assert [drift.hsa_id for drift in reborn.directory.drift()] == [foreign.hsa_id]
        assert dumped(place).items() >= dumped(slapd).items()


UNITS = [a_unit(f"E9{number}", "Ett") for number in range(4)]


@st.composite
def tree(draw: st.DrawFn) -> list[Entry]:
    """Some of four units, each with a name that others have, at a place where others stand."""
    found: list[Entry] = []
    for unit in draw(st.lists(st.sampled_from(UNITS), min_size=1, unique=True)):
        parent = draw(st.sampled_from([None, *(other.hsa_id for other in UNITS if other is not unit)]))
        found.append(replace(unit, name=draw(st.sampled_from(["Ett", "Två", "ETT"])), parent=parent))
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(tree(), min_size=2, max_size=6))
def test_any_history_of_names_and_places_is_rebuilt_the_same(
    one_slapd: SlapdChild, another_slapd: SlapdChild, steps: list[list[Entry]]
) -> None:
    with county_on(emptied(one_slapd)) as world, empty_store(emptied(another_slapd)) as store:
        world.change(*UNITS)
        for entries in steps:
            if not world.directory.problems(entries):
                world.change(*entries)

        rebuild(store, world.journal)

        assert dumped(another_slapd) == dumped(one_slapd)
