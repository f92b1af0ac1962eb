"""What a door may write: a member's list its own entries only, and licences the licence register's door only."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from directory import Entry, Membership
from directory.edge.memory.store import MemoryStore
from directory.refusals import ChangeRefused
from hub.database import make_engine
from tests.directory.parts import (
    ANNA,
    BODEN,
    BODENS_PROVIDER,
    CARE,
    CENTRE,
    REGION,
    World,
    a_county,
    a_person,
    boden,
    region,
)
from tests.parts import HeldClock


@pytest.fixture
def world(tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield a_county(engine, clock)
    engine.dispose()


THEIR_NEW = replace(a_person("X"), hsa_id=boden("P1"), member=BODEN.hsa_id)


def written(world: World, *entries: Entry) -> set[tuple[str, str]]:
    """What is refused when Boden's list writes ``entries``."""
    try:
        world.directory.change(entries, actor="a", reason="r", door="sync:1", only_member=BODEN.hsa_id)
    except ChangeRefused as refused:
        return {(problem.hsa_id, problem.field) for problem in refused.problems}
    return set()


def test_a_members_list_writes_its_own_entries(world: World) -> None:
    assert written(world, THEIR_NEW, BODENS_PROVIDER) == set()
    assert world.directory.snapshot().person(THEIR_NEW.hsa_id) == THEIR_NEW


@pytest.mark.parametrize(
    "foreign",
    [
        replace(ANNA, title="chef"),
        replace(CARE, memberships=()),
        replace(CENTRE, name="En annan"),
        replace(REGION, name="En annan"),
        a_person("P9"),
    ],
)
def test_a_members_list_writes_no_other_members_entry(world: World, foreign: Entry) -> None:
    assert written(world, THEIR_NEW, foreign) == {(str(foreign.hsa_id), "member")}
    assert world.directory.snapshot().revision == 1


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (replace(THEIR_NEW, hsa_id=region("P9")), "hsa_id"),
        (replace(a_person("P9"), hsa_id=boden("P9")), "member"),
        (replace(ANNA, member=BODEN.hsa_id), "member"),
    ],
    ids=["another's prefix", "another's entry with an own prefix", "another's entry taken over"],
)
def test_a_members_list_gives_no_ids_but_its_own(world: World, entry: Entry, field: str) -> None:
    assert field in {found for _, found in written(world, entry)}


def test_an_undoing_puts_back_what_somebody_held_who_was_archived_since(world: World) -> None:
    emptied = world.change(replace(CARE, memberships=()))
    world.change(replace(ANNA, archived=True))

    world.directory.undo(emptied, actor="Ada", reason="fel")

    assert world.directory.truth().assignment(CARE.hsa_id) == CARE


def test_an_undoing_gives_no_assignment_to_people_who_may_not_be_assigned_any_more(world: World) -> None:
    lent = replace(REGION, assigns_people_of=(str(BODEN.hsa_id),))
    world.change(lent, THEIR_NEW)
    world.change(replace(CARE, memberships=(Membership(THEIR_NEW.hsa_id),)))
    emptied = world.change(replace(CARE, memberships=()))
    world.change(REGION)

    with pytest.raises(ChangeRefused):
        world.directory.undo(emptied, actor="Ada", reason="fel")


def drifted(world: World, store: Entry) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([store])
    world.directory.poll()


@pytest.mark.parametrize(
    ("licences", "field"),
    [
        ({"licences": ("SJ", "LK")}, "licences"),
        ({"licences": ()}, "licences"),
        ({"licence_restrictions": ("prövotid",)}, "licence_restrictions"),
        ({"specialities": ("SJ;30;Intensivvård",)}, "specialities"),
        ({"prescription_rights": ("SJ;true",)}, "prescription_rights"),
    ],
)
def test_licences_that_somebody_wrote_into_the_store_are_not_adopted(
    world: World, licences: dict[str, tuple[str, ...]], field: str
) -> None:
    drifted(world, replace(ANNA, title="chef", **licences))

    with pytest.raises(ChangeRefused) as refused:
        world.directory.adopt([ANNA.hsa_id], actor="Ada", reason="r")

    assert [problem.field for problem in refused.value.problems] == [field]
    assert world.directory.truth().person(ANNA.hsa_id) == ANNA


def test_a_person_whom_somebody_wrote_into_the_store_with_a_licence_is_not_adopted(world: World) -> None:
    drifted(world, a_person("P9", licences=("LK",)))

    with pytest.raises(ChangeRefused):
        world.directory.adopt([region("P9")], actor="Ada", reason="r")


def test_what_else_somebody_wrote_is_adopted_with_the_licences_as_they_were(world: World) -> None:
    drifted(world, replace(ANNA, title="chef", licences=tuple(reversed(ANNA.licences))))

    world.directory.adopt([ANNA.hsa_id], actor="Ada", reason="r")

    assert world.directory.truth().person(ANNA.hsa_id) == replace(ANNA, title="chef")
