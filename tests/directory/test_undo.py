"""Undoing puts back what a change found, once, and takes nothing away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory import Commit, Unit
from directory.core.undoing import laid_to_rest
from directory.refusals import (
    AlreadyUndone,
    ChangeRefused,
    DirectoryUnavailable,
    RevisionMoved,
    RevisionUnknown,
    UndoRefused,
)
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, FaultyStore, World, faulty, region
from tests.directory.undoing_parts import CHEF, KIOSK, NILS, everything, run, standing, undo, with_member, written_past
from vocabulary.period import Period


def test_undoing_puts_back_what_the_change_found(world: World) -> None:
    revision = world.change(CHEF, replace(CENTRE, name="Nya hälsocentralen", opening_hours=()))

    made = undo(world, revision)

    assert everything(world) == set(COUNTY)
    assert (made.revision, made.actor, made.reason, made.door) == (revision + 1, "Ada", "fel", f"undo:{revision}")


def test_the_order_of_values_is_put_back_too(world: World) -> None:
    first = world.change(replace(CARE, rights=("Läsa;upp;VE", "Läsa;lak;VE", "Läsa;dia;VE")))
    second = world.change(replace(CARE, rights=("Läsa;dia;VE", "Läsa;upp;VE"), name="Annat"))

    undo(world, second)

    assert standing(world, CARE.hsa_id).rights == ("Läsa;upp;VE", "Läsa;lak;VE", "Läsa;dia;VE")
    assert first == 2


def test_undoing_twice_names_the_first_undoing(world: World) -> None:
    revision = world.change(CHEF)
    first = undo(world, revision)

    for keep_later in (False, True):
        with pytest.raises(AlreadyUndone) as refusal:
            undo(world, revision, keep_later=keep_later)
        assert refusal.value.by == first.revision

    world.change(replace(ANNA, title="vikarie"))
    with pytest.raises(AlreadyUndone):
        undo(world, revision)


def test_an_undoing_is_undone_and_then_the_change_again(world: World) -> None:
    revision = world.change(CHEF)

    undoing = undo(world, revision)
    again = undo(world, undoing.revision)
    assert standing(world, ANNA.hsa_id) == CHEF
    third = undo(world, revision)

    assert everything(world) == set(COUNTY)
    with pytest.raises(AlreadyUndone) as refusal:
        undo(world, revision)
    assert refusal.value.by == third.revision == again.revision + 1


def test_what_the_change_made_is_ended_and_archived_and_comes_back(world: World) -> None:
    revision = world.change(NILS, KIOSK)
    world.clock.pass_(minutes=5)

    made = undo(world, revision)
    ended = standing(world, NILS.hsa_id)
    undo(world, made.revision)

    assert ended == laid_to_rest(NILS, world.clock.now()) == replace(
        NILS, archived=True, period=Period(None, world.clock.now())
    )  # fmt: skip
    assert everything(world) == {*COUNTY, NILS, KIOSK}
    with pytest.raises(ChangeRefused, match="another kind"):
        world.change(replace(KIOSK, hsa_id=NILS.hsa_id))


def test_what_was_made_together_is_ended_together(world: World) -> None:
    lower = Unit(region("E010"), CENTRE.member, KIOSK.hsa_id, "Disken")
    revision = world.change(NILS, KIOSK, lower, with_member(CARE, NILS))

    undo(world, revision)

    assert standing(world, CARE.hsa_id) == CARE
    assert all(standing(world, each.hsa_id).archived for each in (NILS, KIOSK, lower))


def test_a_whole_run_is_undone_as_one(world: World) -> None:
    run(world, "sync:7", NILS, CHEF)
    world.change(replace(CENTRE, name="Ny"))
    run(world, "sync:7", replace(CHEF, mail="a@example.se"), with_member(CARE, NILS))

    made = undo(world, "sync:7")

    assert made.door == "undo:sync:7"
    assert standing(world, ANNA.hsa_id) == ANNA and standing(world, CARE.hsa_id) == CARE
    assert standing(world, NILS.hsa_id).archived
    assert standing(world, CENTRE.hsa_id).name == "Ny"
    with pytest.raises(AlreadyUndone):
        undo(world, "sync:7")
    undo(world, made.revision)
    assert standing(world, ANNA.hsa_id) == replace(CHEF, mail="a@example.se")


@pytest.mark.parametrize("what", [0, 1_000_000, "test", "api", "sync:8", "sync"])
def test_what_never_was_cannot_be_undone(world: World, what: int | str) -> None:
    run(world, "sync:7", CHEF)

    with pytest.raises(RevisionUnknown):
        undo(world, what)


def test_what_the_store_rejected_cannot_be_undone(world: World) -> None:
    faulty(world).refuse()
    with pytest.raises(Exception, match="will not have it"):
        world.change(CHEF)

    with pytest.raises(RevisionUnknown):
        undo(world, 2)


def test_what_is_on_its_way_can_be_undone_when_it_stands(world: World) -> None:
    other = world.another()
    other.directory.start()
    assert isinstance(world.store, FaultyStore)
    record = world.journal.append(
        [], follows=1, actor="another", reason="slow", door="api", at=world.clock.now()
    )  # fmt: skip

    with pytest.raises(DirectoryUnavailable, match="on its way"):
        undo(other, 2)
    world.store.apply(record.changes, 2)
    with pytest.raises(UndoRefused, match="nothing to undo"):
        undo(other, 2)


def test_what_another_process_did_is_undone_without_waiting_for_the_poll(world: World) -> None:
    other = world.another()
    other.directory.start()
    revision = world.change(CHEF)

    undo(other, revision)
    world.directory.poll()

    assert everything(world) == set(COUNTY)


def test_an_undoing_that_was_planned_on_another_revision_is_refused(world: World) -> None:
    revision = world.change(CHEF)
    world.change(NILS)

    with pytest.raises(RevisionMoved):
        undo(world, revision, expected_revision=revision)

    assert undo(world, revision, expected_revision=revision + 1).revision == revision + 2


def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    revision = world.change(CHEF, NILS)

    plan, made = world.directory.undo(revision, actor="Ada", reason="fel", dry_run=True)

    assert made is None and world.journal.newest() == revision
    assert {entry.hsa_id: entry.then for entry in plan.changed}[ANNA.hsa_id] == ANNA
    assert [entry.hsa_id for entry in plan.entries if entry.is_ending] == [NILS.hsa_id]


def test_listeners_hear_an_undoing_like_any_change(world: World) -> None:
    heard: list[Commit] = []
    revision = world.change(replace(ANNA, period=Period(None, world.clock.now() + timedelta(days=1))))
    world.directory.on_commit(heard.append)

    made = undo(world, revision)

    assert heard == [made] and made.changes[0].after == ANNA


def test_a_change_is_undone_and_not_taken_for_a_creation_where_the_journal_was_thinned(world: World) -> None:
    revision = world.change(CHEF)
    world.journal.thin(revision)

    with pytest.raises(RevisionUnknown):
        undo(world, 1)
    undo(world, revision)

    assert everything(world) == set(COUNTY)


def test_undoing_an_adoption_puts_back_what_the_journal_held_before(world: World) -> None:
    written_past(world, replace(ANNA, title="smugglad"), NILS)
    made = world.directory.adopt([ANNA.hsa_id, NILS.hsa_id], actor="Ada", reason="rätt")

    undo(world, made.revision)

    assert standing(world, ANNA.hsa_id) == ANNA
    assert standing(world, NILS.hsa_id).archived
    assert everything(world)


def test_undoing_never_brings_a_foreign_write_back(world: World) -> None:
    written_past(world, replace(ANNA, licences=("SJ", "LK")), NILS)
    reverted = world.directory.revert([ANNA.hsa_id, NILS.hsa_id], actor="Ada", reason="vem?")
    written_past(world, replace(ANNA, licences=("SJ", "LK")))
    overwritten = world.change(CHEF)

    with pytest.raises(UndoRefused):
        undo(world, reverted.revision)
    undo(world, overwritten)

    assert standing(world, ANNA.hsa_id) == ANNA
    assert everything(world) == set(COUNTY)
