"""Processes on one directory: each hears of what the others did, and they write in turn without losing anything."""

from dataclasses import replace

import pytest

from directory.refusals import DirectoryUnavailable, OutcomeUnknown, RevisionMoved
from tests.directory.parts import ANNA, NEW, World, agree, faulty


def test_another_process_sees_the_change_at_its_next_poll(world: World) -> None:
    other = world.another()
    other.directory.start()
    heard: list[int] = []
    other.directory.on_commit(lambda commit: heard.append(commit.revision))

    world.change(NEW)
    other.directory.poll()

    assert other.directory.snapshot().person(NEW.hsa_id) == NEW
    assert heard == [2]


def test_two_processes_write_in_turn_without_losing_anything(world: World) -> None:
    other = world.another()
    other.directory.start()

    world.change(NEW)
    revision = other.change(replace(ANNA, title="chef"))
    with pytest.raises(RevisionMoved):
        world.directory.change([replace(NEW, title="x")], actor="a", reason="r", door="d", expected_revision=2)

    assert revision == 3
    assert agree(other)


def test_what_another_process_abandoned_is_finished_by_the_next_writer(world: World) -> None:
    other = world.another()
    other.directory.start()
    faulty(world).lose_request()
    with pytest.raises(OutcomeUnknown):
        world.change(NEW)

    with pytest.raises(DirectoryUnavailable):
        other.change(replace(ANNA, title="chef"))
    world.clock.pass_(seconds=11)
    revision = other.change(replace(ANNA, title="chef"))

    assert revision == 3
    assert agree(other)
