"""An archived assignment opens again only if it opens the same care provider's data as when it was archived."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from directory import CareProvider, Entry, Unit
from directory.refusals import ChangeRefused
from tests.directory.http.parts import Browser, application, send
from tests.directory.http.two_members import undo
from tests.directory.parts import CARE, CENTRE, REGION, World, region
from vocabulary.capacity import Capacity

SOCIAL = CareProvider(region("OG01"), REGION.hsa_id, "Omsorgen", REGION.organisation_number, Capacity.SOCIAL_CARE)
THEIRS = replace(CENTRE, care_provider=SOCIAL.hsa_id)
ARCHIVED = replace(CARE, archived=True)


@pytest.fixture
def world(world: World) -> World:
    world.change(SOCIAL)
    return world


@pytest.fixture
def http(world: World) -> Iterator[Browser]:
    yield Browser(application(world))


def refusal(world: World, *wanted: Entry) -> str:
    with pytest.raises(ChangeRefused) as refused:
        world.change(*wanted)
    (problem,) = refused.value.problems
    assert problem.hsa_id == str(CARE.hsa_id)
    return problem.description


def test_it_opens_again_where_its_unit_stayed_or_came_back(world: World) -> None:
    world.change(ARCHIVED)
    world.change(CARE)
    world.change(ARCHIVED)
    world.change(THEIRS)
    world.change(CENTRE, CARE)

    assert world.directory.snapshot().assignment(CARE.hsa_id) == CARE


def test_it_stays_archived_when_its_unit_came_to_another_provider(http: Browser, world: World) -> None:
    world.change(ARCHIVED)
    world.change(THEIRS)
    path = f"assignments/{CARE.hsa_id}"

    for query in ("?dry_run=true", ""):
        status, told = send(http, "POST", f"{path}/restore{query}", {"reason": "r"})
        assert status == 422 and "came to another care provider" in str(told) and "make a new" in str(told)
    assert world.directory.snapshot().assignment(CARE.hsa_id) == ARCHIVED


def test_other_changes_between_do_not_hide_it(world: World) -> None:
    world.change(ARCHIVED)
    world.change(THEIRS)
    world.change(replace(ARCHIVED, name="Vård och behandling, avslutat"))
    world.change(replace(THEIRS, name="Nytt namn"))

    assert "another care provider" in refusal(world, CARE)


def test_archiving_and_moving_in_one_change_is_seen(world: World) -> None:
    world.change(ARCHIVED, THEIRS)

    assert "another care provider" in refusal(world, CARE)
    world.change(CENTRE)
    assert "another care provider" in refusal(world, CARE, THEIRS)


def test_undoing_what_archived_and_moved_at_once_brings_both_back(http: Browser, world: World) -> None:
    both = world.change(ARCHIVED, THEIRS)

    assert undo(http, both)[0] == 200
    snapshot = world.directory.snapshot()
    assert (snapshot.assignment(CARE.hsa_id), snapshot.unit(CENTRE.hsa_id)) == (CARE, CENTRE)


def test_undoing_the_archiving_is_refused_and_undoing_both_is_not(http: Browser, world: World) -> None:
    archiving = world.change(ARCHIVED)
    moving = world.change(THEIRS)

    for query in ("?dry_run=true", ""):
        status, told = undo(http, archiving, query=query)
        assert status == 422 and "another care provider" in str(told)
    assert undo(http, moving)[0] == undo(http, archiving)[0] == 200
    assert world.directory.snapshot().assignment(CARE.hsa_id) == CARE


def test_it_opens_at_another_unit_that_was_said_for_it(world: World) -> None:
    ours = Unit(region("E009"), REGION.hsa_id, None, "Mjölkuddens hälsocentral", CENTRE.care_provider)
    world.change(ARCHIVED, ours)
    world.change(THEIRS)
    world.change(replace(ARCHIVED, unit=ours.hsa_id))

    world.change(replace(CARE, unit=ours.hsa_id))
    assert world.directory.snapshot().assignment(CARE.hsa_id) == replace(CARE, unit=ours.hsa_id)


def test_where_history_was_thinned_doubt_closes(world: World) -> None:
    world.change(ARCHIVED)
    later = world.change(THEIRS)
    world.change(CENTRE)
    world.journal.thin(later + 1)

    assert "the journal no longer tells" in refusal(world, CARE)
