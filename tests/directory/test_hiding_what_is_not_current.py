"""Other programs' address books: who has left is out of them, who comes later is not in them yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.actions.hide_what_is_not_current import Hiding
from directory.edge.memory.store import MemoryStore
from tests.directory.parts import ANNA, CENTRE, COUNTY, EVA, World
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

DAY = timedelta(days=1)


def hidden(world: World) -> set[HsaId]:
    store = world.store
    assert isinstance(store, MemoryStore)
    return {entry.hsa_id for entry in store.load().entries if entry.hsa_id.key in store.hidden}


@pytest.fixture
def hiding(world: World) -> Hiding:
    world.directory.change(COUNTY, actor="test", reason="begin", door="test")
    return Hiding(world.directory.desk)


def change(world: World, *entries: object) -> None:
    world.directory.change(list(entries), actor="test", reason="prov", door="test")  # type: ignore[arg-type]


def test_who_leaves_is_hidden_when_her_time_is_over_and_not_before(world: World, hiding: Hiding) -> None:
    now = world.clock.now()
    change(world, replace(ANNA, period=Period(None, now + DAY)), replace(CENTRE, period=Period(now + DAY, None)))

    hiding.carry_out()
    today = hidden(world)
    world.clock.pass_(days=1)
    hiding.carry_out()

    assert today == {CENTRE.hsa_id}, "it has not been opened yet"
    assert hidden(world) == {ANNA.hsa_id}


def test_who_comes_back_is_shown_again(world: World, hiding: Hiding) -> None:
    change(world, replace(ANNA, period=Period(None, world.clock.now())))
    hiding.carry_out()
    left = hidden(world)
    change(world, replace(ANNA, period=Period(None, None)))

    assert left == {ANNA.hsa_id}
    assert (hiding.carry_out(), hidden(world)) == (1, set())


def test_it_asks_the_store_only_when_something_is_new(world: World, hiding: Hiding) -> None:
    store = world.store
    assert isinstance(store, MemoryStore)
    hiding.carry_out()
    store.hidden = frozenset({EVA.hsa_id.key})

    assert (hiding.carry_out(), hidden(world)) == (0, {EVA.hsa_id}), "nothing has changed that it knows of"
    change(world, replace(ANNA, title="chef"))
    assert (hiding.carry_out(), hidden(world)) == (1, set())


def test_the_archived_are_hidden_by_their_own_mark(world: World, hiding: Hiding) -> None:
    change(world, replace(ANNA, period=Period(None, world.clock.now()), archived=True))

    assert (hiding.carry_out(), hidden(world)) == (0, set())
