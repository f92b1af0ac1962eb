"""What a search looks at is what stands in the directory, also after it changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from authz.core.unknown import UNKNOWN
from authz.ports import StaffLists
from directory import Assignment, Membership
from hub.bridges.directory_answers_authz import DirectoryStaff
from hub.bridges.directory_lists_staff import DirectoryLists
from tests.directory.parts import (
    ANNA,
    BODEN,
    BODENS_PROVIDER,
    CARE,
    CENTRE,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    World,
    a_county,
    region,
)
from tests.parts import HeldClock
from vocabulary.codes import Purpose

QUALITY = Assignment(
    region("M002"), REGION.hsa_id, ROOM.hsa_id, "Kvalitet", Purpose.QUALITY_ASSURANCE, ("Läsa;alla;VG",),
    (Membership(ANNA.hsa_id),),
)  # fmt: skip


@pytest.fixture
def county(engine: Engine, clock: HeldClock) -> Iterator[World]:
    yield a_county(engine, clock)


@pytest.fixture
def listed(county: World, clock: HeldClock) -> DirectoryLists:
    return DirectoryLists(county.directory, DirectoryStaff(county.directory, clock))


def lists(listed: DirectoryLists) -> StaffLists:
    looked = listed.look()
    assert looked is not UNKNOWN
    return looked[1]


def test_people_units_and_assignments_are_listed_in_order(listed: DirectoryLists) -> None:
    found = lists(listed)

    assert list(found.people_after("")) == [ANNA.hsa_id, EVA.hsa_id]
    assert list(found.people_after(ANNA.hsa_id.key)) == [EVA.hsa_id]
    assert [place.unit for place in found.places()] == [CENTRE.hsa_id, ROOM.hsa_id]
    assert found.assignments_of(ANNA.hsa_id) == (CARE.hsa_id,)
    assert set(found.holders_of(CARE.hsa_id)) == {ANNA.hsa_id, EVA.hsa_id}
    assert set(found.held_at(CENTRE.hsa_id)) == {(ANNA.hsa_id, CARE.hsa_id), (EVA.hsa_id, CARE.hsa_id)}
    assert found.held_at(ROOM.hsa_id) == found.held_for_other_purposes() == ()
    keys = [entry.key for entry in found.entries_after("")]
    assert keys == sorted(keys)
    assert {REGION.hsa_id.key, BODEN.hsa_id.key, PROVIDER.hsa_id.key, ANNA.hsa_id.key, CARE.hsa_id.key} <= set(keys)


def test_assignments_for_other_purposes_follow_every_change(county: World, listed: DirectoryLists) -> None:
    assert lists(listed).held_for_other_purposes() == ()

    county.change(QUALITY)
    made = lists(listed).held_for_other_purposes()
    county.change(replace(QUALITY, purpose=Purpose.CARE))
    changed = lists(listed).held_for_other_purposes()
    county.change(replace(CARE, purpose=Purpose.STATISTICS))
    other = lists(listed).held_for_other_purposes()

    assert made == ((ANNA.hsa_id, QUALITY.hsa_id),)
    assert changed == ()
    assert set(other) == {(ANNA.hsa_id, CARE.hsa_id), (EVA.hsa_id, CARE.hsa_id)}


def test_the_lists_are_of_the_revision_that_is_judged_by(county: World, listed: DirectoryLists) -> None:
    before = listed.look()
    county.change(BODENS_PROVIDER)
    after = listed.look()

    assert before is not UNKNOWN and after is not UNKNOWN
    assert before[0].revision < after[0].revision == county.directory.snapshot().revision


def test_a_directory_that_is_not_confirmed_lists_nobody(listed: DirectoryLists, clock: HeldClock) -> None:
    clock.pass_(seconds=6)

    assert listed.look() is UNKNOWN
