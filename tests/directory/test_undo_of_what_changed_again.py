"""What others did after a change is not lost when that is undone: it is named, and kept on demand."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Membership
from directory.actions.undo import UndoPlan
from directory.core.undoing import WHOLE
from directory.refusals import ChangeRefused, LaterChanges, RevisionUnknown
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, EVA, ROOM, World
from tests.directory.undoing_parts import CHEF, KIOSK, NILS, OLGA, PIA, everything, run, standing, undo, with_member
from vocabulary.period import Period


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


def test_a_run_with_somebody_elses_change_in_between_is_refused(world: World) -> None:
    run(world, "sync:7", CHEF)
    between = world.change(replace(CHEF, title="direktör"))
    run(world, "sync:7", replace(CHEF, title="ordförande", mail="a@example.se"))

    with pytest.raises(LaterChanges) as refusal:
        undo(world, "sync:7")
    undo(world, "sync:7", keep_later=True)

    assert (refusal.value.conflicts[0].revisions, refusal.value.conflicts[0].attributes) == ((between,), ("title",))
    assert standing(world, ANNA.hsa_id).title == "ordförande" and standing(world, ANNA.hsa_id).mail is None


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
