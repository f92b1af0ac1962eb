"""Units merge into one that takes over what stood with them, as far as rights stay with their care provider."""

from dataclasses import replace

import pytest

from directory import Assignment
from directory.core.currency import NotCurrent, why_not_current
from directory.core.reorganisation import END, Assignments, Fate, MergeUnits, reorganised
from directory.refusals import CrossesProviders
from tests.directory.parts import ANNA, CARE, CENTRE, ROOM
from tests.directory.reorganising_parts import (
    ADMIN,
    AT,
    DESK,
    HOUSING,
    OTHER,
    SNAPSHOT,
    SOCIAL_CARE,
    VIDEO,
    after,
    refused,
    units_of_assignments,
)
from vocabulary.period import Period


def test_merging_takes_everything_over_and_archives_what_is_gone() -> None:
    merged = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id))

    gone = merged.unit(CENTRE.hsa_id)
    assert gone == replace(CENTRE, merged_into=OTHER.hsa_id, archived=True, public=False, period=Period(None, AT))
    assert units_of_assignments(merged) == {"M001": "E010", "M002": "E002", "M003": "E010", "M004": "E020"}
    assert merged.unit(ROOM.hsa_id) == replace(ROOM, parent=OTHER.hsa_id)
    assert merged.function(DESK.hsa_id) == replace(DESK, unit=OTHER.hsa_id)
    assert merged.video_endpoint(VIDEO.hsa_id) == replace(VIDEO, owner=OTHER.hsa_id)
    assert why_not_current(merged, ANNA.hsa_id, CARE.hsa_id, AT) is None
    assert merged.assignment(CARE.hsa_id) == replace(CARE, unit=OTHER.hsa_id)


def test_who_administered_the_merged_unit_does_not_come_to_administer_the_other() -> None:
    assert after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id)).admin_assignment(ADMIN.hsa_id) == ADMIN


def test_several_units_merge_into_one() -> None:
    merged = after(MergeUnits((ROOM.hsa_id, CENTRE.hsa_id), OTHER.hsa_id))

    assert {str(u.hsa_id)[13:] for u in merged.units() if u.merged_into == OTHER.hsa_id} == {"E001", "E002"}
    assert set(units_of_assignments(merged).values()) == {"E010", "E020"}


def test_a_merge_may_end_the_assignments_or_leave_them_elsewhere() -> None:
    ended = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id, END))
    left = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id, Assignments(Fate.LEAVE, ROOM.hsa_id)))

    assert why_not_current(ended, ANNA.hsa_id, CARE.hsa_id, AT) is NotCurrent.ASSIGNMENT_NOT_NOW
    assert units_of_assignments(left)["M001"] == "E002"


def test_a_merge_across_providers_is_refused_unless_assignments_end_or_are_left() -> None:
    alone = SNAPSHOT.succeeded_by([replace(ROOM, parent=OTHER.hsa_id)], 2)
    merge = MergeUnits((CENTRE.hsa_id,), HOUSING.hsa_id)
    with pytest.raises(CrossesProviders):
        reorganised(merge, alone, AT)

    ended = after(replace(merge, assignments=END), alone)
    left = after(replace(merge, assignments=Assignments(Fate.LEAVE, OTHER.hsa_id)), alone)

    assert ended.assignment(CARE.hsa_id) == replace(CARE, period=Period(None, AT), archived=True)
    assert units_of_assignments(left)["M001"] == "E010"
    for snapshot in (ended, left):
        gone = snapshot.unit(CENTRE.hsa_id)
        assert gone is not None and gone.merged_into == HOUSING.hsa_id and gone.archived
        assert snapshot.function(DESK.hsa_id) == replace(DESK, unit=HOUSING.hsa_id)
        assert not [a for a in snapshot.below(HOUSING.hsa_id) if isinstance(a, Assignment) and a != SOCIAL_CARE]


def test_a_merge_across_providers_takes_no_units_below_along() -> None:
    said = refused(MergeUnits((CENTRE.hsa_id,), HOUSING.hsa_id, END), CrossesProviders)

    assert "move or close them first" in said


def test_a_unit_is_not_merged_into_itself_or_into_what_stands_below_it() -> None:
    refused(MergeUnits((CENTRE.hsa_id,), CENTRE.hsa_id))
    refused(MergeUnits((CENTRE.hsa_id,), ROOM.hsa_id))
