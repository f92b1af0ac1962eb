"""Who was erased is nowhere any more: in no table, not in the past, not for followers; and nothing brings her back."""

from dataclasses import replace

import pytest

from directory import Membership
from directory.core.retention import Besides, cutoff
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.refusals import ChangeRefused, UndoRefused
from tests.directory.erasing_parts import (
    DECISION,
    GONE,
    NUMBER,
    TRACES,
    everything_in_sql,
    person,
    records,
    started,
    with_somebody_who_left,
)
from tests.directory.parts import ANNA, CARE, World, a_person, a_retention, a_seal
from vocabulary.period import Period


def test_who_left_is_in_no_table_any_more_and_that_she_was_erased_is(world: World) -> None:
    with_somebody_who_left(world)
    lookup = a_seal().lookup(NUMBER)
    there = everything_in_sql(world)

    a_retention(world, DECISION).carry_out()

    left = everything_in_sql(world)
    assert all(trace in there for trace in (*TRACES, lookup))
    assert [trace for trace in (*TRACES, lookup) if trace in left] == []
    assert world.directory.truth().person(GONE.hsa_id) is None
    assert person(world, ANNA.hsa_id) == ANNA
    held = world.directory.truth().assignment(CARE.hsa_id)
    assert held == CARE
    assert records(world) == {"person": 1, "membership": 1, "sealed_number": 1}
    assert SqlLicenceChecks(world.engine).of([GONE.hsa_id]) == {}


def test_an_erased_id_is_never_given_again(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    with pytest.raises(ChangeRefused, match="used before"):
        world.change(a_person("P077", "Annan Annansson"))


def test_the_past_does_not_tell_of_her_and_tells_the_rest(world: World) -> None:
    with_somebody_who_left(world)
    then, now = world.journal.records(1, 1)[0].at, world.clock.now()
    assert world.directory.as_it_was(then).person(GONE.hsa_id) is not None, "and it is kept for the next who asks"

    a_retention(world, DECISION).carry_out()

    for looking in (world, started(world.another())):
        past = looking.directory.as_it_was(then)
        assert past.person(GONE.hsa_id) is None
        assert past.person(ANNA.hsa_id) == ANNA
    assert world.directory.as_it_was(now).person(GONE.hsa_id) is None


def test_a_follower_from_the_beginning_hears_no_name(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    for following in (world, started(world.another())):
        told = [
            commit
            for since in range(following.directory.feed.reached)
            for commit in following.directory.feed.after(since, 1)
        ]
        assert len(told) == following.directory.feed.reached
        assert [trace for trace in TRACES if trace in repr(told)] == []
        assert [change.hsa_id for change in told[-1].changes if change.after is None] == [GONE.hsa_id]
        others = [change for commit in told for change in commit.changes if change.hsa_id != GONE.hsa_id]
        assert str(GONE.hsa_id) not in repr(others), "she may have been protected, which nothing tells any more"


def test_nothing_brings_her_back(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()
    newest = world.directory.truth().revision

    with pytest.raises(UndoRefused):
        world.directory.undo(newest, actor="a", reason="r")
    for revision in range(2, newest):
        with pytest.raises(UndoRefused):
            world.directory.undo(revision, actor="a", reason="r")
    assert world.directory.truth().revision == newest


def test_a_membership_that_was_erased_does_not_come_back_either(world: World) -> None:
    old = Membership(GONE.hsa_id, Period(None, cutoff(Besides.MEMBERSHIP, world.clock.now())))
    world.change(GONE)
    world.change(replace(CARE, memberships=(*CARE.memberships, old)))
    a_retention(world, DECISION).carry_out()

    with pytest.raises(UndoRefused, match="does not come back"):
        world.directory.undo(world.directory.truth().revision, actor="a", reason="r")


def test_what_still_stands_is_served_after_a_new_start(world: World) -> None:
    with_somebody_who_left(world)
    a_retention(world, DECISION).carry_out()

    again = started(world.another())

    assert set(again.directory.snapshot().entries()) == set(world.directory.snapshot().entries())
    assert again.directory.drift() == ()
