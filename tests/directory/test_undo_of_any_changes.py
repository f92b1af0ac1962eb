"""Whatever is changed in whatever order, undoing restores what nobody touched since, and nothing else."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Entry, Membership
from directory.core.sameness import differing
from directory.refusals import AlreadyUndone, LaterChanges, UndoRefused
from hub.database import make_engine
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, ROOM, World, a_county
from tests.directory.undoing_parts import NILS, OLGA, everything, undo
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId

TITLES = st.sampled_from([None, "chef", "vikarie", "läkare"])
PEOPLE = (ANNA, EVA, NILS, OLGA)
RIGHTS = ("Läsa;alla;VE", "Läsa;lak;VG", "Skriva;lak;VE", "Signera;lak;VE")


@st.composite
def edits(draw: st.DrawFn) -> tuple[Entry, ...]:
    """Some entries as they shall stand: new ones, changed ones, and ones that stand so already."""
    people = draw(st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3))
    changed: list[Entry] = [
        replace(person, title=draw(TITLES), mail=draw(st.sampled_from([None, "a@example.se"]))) for person in people
    ]
    if draw(st.booleans()):
        rights = tuple(draw(st.lists(st.sampled_from(RIGHTS), unique=True, min_size=1)))
        holders = draw(st.lists(st.sampled_from((ANNA, EVA)), unique=True))
        held = tuple(Membership(person.hsa_id) for person in holders)
        changed.append(replace(CARE, rights=rights, memberships=held))
    if draw(st.booleans()):
        changed.append(replace(ROOM, name=draw(st.sampled_from(["Laboratoriet", "Labb", "Björknäs hälsocentral"])),
                               parent=draw(st.sampled_from([None, CENTRE.hsa_id]))))  # fmt: skip
    return tuple(changed)


@contextmanager
def a_fresh_world() -> Iterator[World]:
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'tillit.db'}")
        try:
            yield a_county(engine, HeldClock())
        finally:
            engine.dispose()


def before_and_after(world: World, sequence: list[tuple[Entry, ...]]) -> list[tuple[int, set[Entry], set[Entry]]]:
    """Make the changes in turn; each that changed something with what stood before and after it."""
    made = []
    for entries in sequence:
        before = everything(world)
        newest = world.journal.newest()
        if entries and world.change(*entries) > newest:
            made.append((newest + 1, before, everything(world)))
    return made


def but_for_the_made(found: set[Entry], before: set[Entry]) -> set[Entry]:
    """What is not merely there, ended, since undoing takes nothing away."""
    known = {entry.hsa_id for entry in before}
    assert all(entry.archived for entry in found if entry.hsa_id not in known)
    return {entry for entry in found if entry.hsa_id in known}


@settings(max_examples=25, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=5))
def test_undoing_the_last_of_any_changes_restores_the_entries(sequence: list[tuple[Entry, ...]]) -> None:
    with a_fresh_world() as world:
        for revision, before, _ in reversed(before_and_after(world, sequence)):
            undo(world, revision)

            assert but_for_the_made(everything(world), before) == before
            with pytest.raises(AlreadyUndone):
                undo(world, revision)


@settings(max_examples=50, deadline=None)
@given(st.lists(edits(), min_size=1, max_size=6), st.data())
def test_undoing_any_change_restores_what_nobody_touched_since_and_nothing_else(
    sequence: list[tuple[Entry, ...]], data: st.DataObject
) -> None:
    with a_fresh_world() as world:
        made = before_and_after(world, sequence)
        if not made:
            return
        index = data.draw(st.integers(0, len(made) - 1))
        revision, before, after = made[index]
        last = everything(world)
        was, stands = by_id(before), by_id(last)
        touched = {e.hsa_id for e in after - before}
        otherwise = {hsa_id for hsa_id in touched if stands[hsa_id] != was.get(hsa_id)}
        later = [step for step in made[index + 1 :] if otherwise & {e.hsa_id for e in step[2] - step[1]}]

        if otherwise and not later:
            undo(world, revision)
            now = by_id(everything(world))
            assert all(now[hsa_id] == was[hsa_id] for hsa_id in touched & was.keys())
            assert all(now[hsa_id].archived for hsa_id in touched - was.keys())
            assert {i: e for i, e in now.items() if i not in touched} == {
                i: e for i, e in stands.items() if i not in touched
            }
            return
        with pytest.raises(UndoRefused) as refusal:
            undo(world, revision)
        assert everything(world) == last
        assert isinstance(refusal.value, LaterChanges) == bool(otherwise)
        if isinstance(refusal.value, LaterChanges):
            assert {conflict.hsa_id for conflict in refusal.value.conflicts} <= otherwise
            assert_kept(world, revision, made[index:], last)


def by_id(entries: set[Entry]) -> dict[HsaId, Entry]:
    return {entry.hsa_id: entry for entry in entries}


def assert_kept(world: World, revision: int, steps: list[tuple[int, set[Entry], set[Entry]]], last: set[Entry]) -> None:
    """With what came later kept: an attribute that only the undone change set is as before, all others as now."""
    try:
        undo(world, revision, keep_later=True)
    except LaterChanges:
        assert everything(world) == last
        return
    was, before, after = by_id(last), by_id(steps[0][1]), by_id(steps[0][2])
    for hsa_id, entry in by_id(everything(world)).items():
        if hsa_id not in before or hsa_id not in after:
            continue
        mine = set(differing(before[hsa_id], after[hsa_id]))
        theirs: set[str] = set()
        for _, one, other in steps[1:]:
            theirs |= set(differing(by_id(one)[hsa_id], by_id(other)[hsa_id]))
        for name in mine - theirs:
            assert getattr(entry, name) == getattr(before[hsa_id], name)
        assert set(differing(entry, was[hsa_id])) <= mine
