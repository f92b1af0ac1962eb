"""Undoing puts back what a change found, loses nothing that came later, and takes nothing away."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from directory import Assignment, Commit, Entry, Membership, Person, Unit
from directory.actions.undo import UndoPlan
from directory.core.undoing import WHOLE, laid_to_rest
from directory.edge.memory.store import MemoryStore
from directory.refusals import (
    AlreadyUndone,
    ChangeRefused,
    DirectoryUnavailable,
    LaterChanges,
    RevisionMoved,
    RevisionUnknown,
    UndoRefused,
)
from tests.directory.parts import (
    ANNA,
    CARE,
    CENTRE,
    COUNTY,
    EVA,
    ROOM,
    FaultyStore,
    World,
    a_county,
    a_person,
    region,
)
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

NILS, OLGA, PIA = a_person("P100", "Nils Ny"), a_person("P101", "Olga Ny"), a_person("P102", "Pia Ny")
CHEF = replace(ANNA, title="chef")
KIOSK = Unit(region("E009"), CENTRE.member, None, "Kiosken")


@pytest.fixture
def world(engine: Engine, clock: HeldClock) -> World:
    return a_county(engine, clock, FaultyStore())


def undo(world: World, what: int | str, **options: Any) -> Commit:
    _, made = world.directory.undo(what, actor="Ada", reason="fel", **options)
    assert made is not None
    return made


def run(world: World, name: str, *entries: Entry) -> int:
    return world.directory.change(entries, actor="test", reason="list", door=name).revision


def standing(world: World, hsa_id: HsaId) -> Any:
    return world.directory.snapshot().entry(hsa_id)


def everything(world: World) -> set[Entry]:
    """What stands, told alike by snapshot, store and journal."""
    told = set(world.directory.snapshot().entries())
    assert told == set(world.store.load().entries) == {entry for entry, _ in world.journal.held().entries}
    return told


def with_member(held: Assignment, *people: Person) -> Assignment:
    return replace(held, memberships=(*held.memberships, *(Membership(each.hsa_id) for each in people)))


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


def test_what_was_changed_again_is_not_undone_and_all_is_named(world: World) -> None:
    revision = world.change(CHEF, replace(CENTRE, name="Ny"))
    later = [
        world.change(replace(CHEF, title="direktör")),
        world.change(replace(CHEF, title="direktör", mail="a@b.se")),
    ]

    with pytest.raises(LaterChanges) as refusal:
        undo(world, revision)

    (conflict,) = refusal.value.conflicts
    assert (conflict.hsa_id, conflict.revisions, conflict.attributes) == (ANNA.hsa_id, tuple(later), ("title",))
    assert "revision 3, 4" in refusal.value.description and "title" in refusal.value.description
    assert standing(world, CENTRE.hsa_id).name == "Ny"


def test_a_later_change_of_something_else_refuses_by_default_and_can_be_kept(world: World) -> None:
    revision = world.change(CHEF)
    world.change(replace(CHEF, mail="anna@example.se"))

    with pytest.raises(LaterChanges) as refusal:
        undo(world, revision)
    undo(world, revision, keep_later=True)

    assert refusal.value.conflicts[0].attributes == ()
    assert standing(world, ANNA.hsa_id) == replace(ANNA, mail="anna@example.se")


def test_keeping_what_came_later_undoes_the_rest_only(world: World) -> None:
    revision = world.change(replace(CHEF, mail="anna@example.se"), replace(ROOM, name="Nytt labb"))
    later = world.change(replace(CHEF, mail="chef@example.se"))

    plan, _ = world.directory.undo(revision, actor="Ada", reason="fel", keep_later=True)

    assert standing(world, ANNA.hsa_id) == replace(ANNA, mail="chef@example.se")
    assert standing(world, ROOM.hsa_id) == ROOM
    (anna,) = (entry for entry in plan.entries if entry.hsa_id == ANNA.hsa_id)
    assert (anna.left, anna.later) == (("mail",), (later,))


def test_one_value_of_a_list_is_put_back_and_the_others_stay(world: World) -> None:
    world.change(NILS, OLGA, PIA)
    mistaken = with_member(CARE, NILS, OLGA)
    revision = world.change(mistaken)
    olga_ended = Membership(OLGA.hsa_id, Period(None, world.clock.now()))
    world.change(replace(mistaken, memberships=(*mistaken.memberships[:-1], olga_ended, Membership(PIA.hsa_id))))

    plan, _ = world.directory.undo(revision, actor="Ada", reason="fel", keep_later=True)

    held = standing(world, CARE.hsa_id).memberships
    assert held == (*CARE.memberships, olga_ended, Membership(PIA.hsa_id))
    assert plan.entries[0].left == ("memberships",)


def test_a_value_that_was_taken_away_comes_back_between_the_others(world: World) -> None:
    revision = world.change(replace(CARE, memberships=(Membership(EVA.hsa_id),)))
    world.change(NILS, replace(CARE, memberships=(Membership(EVA.hsa_id), Membership(NILS.hsa_id))))

    undo(world, revision, keep_later=True)

    assert {held.person for held in standing(world, CARE.hsa_id).memberships} == {
        ANNA.hsa_id, EVA.hsa_id, NILS.hsa_id,
    }  # fmt: skip


def test_nothing_is_left_to_undo_where_all_was_changed_again(world: World) -> None:
    revision = world.change(CHEF)
    world.change(replace(CHEF, title="direktör"))

    with pytest.raises(LaterChanges):
        undo(world, revision, keep_later=True)


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


def test_a_later_change_that_was_undone_is_in_nobodys_way(world: World) -> None:
    revision = world.change(CHEF)
    undo(world, world.change(replace(CHEF, title="direktör")))

    undo(world, revision)

    assert everything(world) == set(COUNTY)


def test_what_was_changed_back_by_hand_is_a_later_change(world: World) -> None:
    revision = world.change(CHEF)
    world.change(ANNA)
    world.change(CHEF)

    with pytest.raises(LaterChanges) as refusal:
        undo(world, revision)

    assert refusal.value.conflicts[0].revisions == (3, 4)


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


def test_what_the_change_made_stays_when_others_have_worked_on(world: World) -> None:
    revision = world.change(NILS)
    later = world.change(replace(NILS, title="vikarie"))

    for keep_later in (False, True):
        with pytest.raises(LaterChanges) as refusal:
            undo(world, revision, keep_later=keep_later)
        (conflict,) = refusal.value.conflicts
        assert (conflict.revisions, conflict.attributes) == ((later,), WHOLE)


@pytest.mark.parametrize(
    "use",
    [
        lambda: with_member(CARE, NILS),
        lambda: replace(CENTRE, manager=NILS.hsa_id),
        lambda: replace(CARE, rights=(*CARE.rights, f"Läsa;alla;{KIOSK.hsa_id}")),
        lambda: replace(ROOM, parent=KIOSK.hsa_id),
    ],
)
def test_what_the_change_made_stays_when_others_use_it(world: World, use: Any) -> None:
    user = use()
    revision = world.change(NILS, KIOSK, replace(EVA, title="chef"))
    world.change(user)

    with pytest.raises(LaterChanges) as refusal:
        undo(world, revision)
    undo(world, revision, keep_later=True)

    (conflict,) = refusal.value.conflicts
    assert (conflict.used_by, conflict.revisions, conflict.attributes) == ((user.hsa_id,), (), WHOLE)
    assert not standing(world, conflict.hsa_id).archived
    other = KIOSK if conflict.hsa_id == NILS.hsa_id else NILS
    assert standing(world, other.hsa_id).archived and standing(world, EVA.hsa_id) == EVA


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


def test_a_run_with_somebody_elses_change_in_between_is_refused(world: World) -> None:
    run(world, "sync:7", CHEF)
    between = world.change(replace(CHEF, title="direktör"))
    run(world, "sync:7", replace(CHEF, title="ordförande", mail="a@example.se"))

    with pytest.raises(LaterChanges) as refusal:
        undo(world, "sync:7")
    undo(world, "sync:7", keep_later=True)

    assert (refusal.value.conflicts[0].revisions, refusal.value.conflicts[0].attributes) == ((between,), ("title",))
    assert standing(world, ANNA.hsa_id).title == "ordförande" and standing(world, ANNA.hsa_id).mail is None


@pytest.mark.parametrize("what", [0, 1_000_000, "test", "api", "sync:8", "sync"])
def test_what_never_was_cannot_be_undone(world: World, what: int | str) -> None:
    run(world, "sync:7", CHEF)

    with pytest.raises(RevisionUnknown):
        undo(world, what)


def test_what_the_store_rejected_cannot_be_undone(world: World) -> None:
    assert isinstance(world.store, FaultyStore)
    world.store.refuse()
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


def test_another_process_that_changes_the_same_meanwhile_is_seen(world: World) -> None:
    revision = world.change(CHEF)
    other = world.another()
    other.directory.start()

    def overtake(plan: UndoPlan) -> None:
        if plan.follows == revision:
            other.change(replace(CHEF, title="direktör"))

    with pytest.raises(LaterChanges):
        undo(world, revision, allow=overtake)

    assert standing(world, ANNA.hsa_id).title == "direktör"


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


def test_who_may_not_hears_nothing_of_what_is_in_the_way(world: World) -> None:
    revision = world.change(CHEF)
    world.change(replace(CHEF, title="direktör"))

    def refuse(plan: UndoPlan) -> None:
        raise RevisionUnknown("no such change stands")

    with pytest.raises(RevisionUnknown):
        undo(world, revision, allow=refuse)


def test_what_would_break_the_rules_now_is_refused_with_every_problem(world: World) -> None:
    revision = world.change(replace(ANNA, source=None, source_id=None))
    world.change(replace(NILS, source="hr", source_id="4711"))

    for dry_run in (True, False):
        with pytest.raises(ChangeRefused, match="staff list"):
            world.directory.undo(revision, actor="Ada", reason="fel", dry_run=dry_run)


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


def written_past(world: World, *changed: Entry) -> None:
    assert isinstance(world.store, MemoryStore)
    world.store.write_past(changed)
    world.directory.poll()


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
