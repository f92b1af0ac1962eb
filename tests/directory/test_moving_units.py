"""Units move with all that stands below them; rights stay with their care provider."""

from dataclasses import replace

import pytest

from directory import Change
from directory.core.reorganisation import END, TAKE, Assignments, Fate, MergeUnits, MoveUnit, reorganised
from directory.core.validation import problems_of
from directory.refusals import CrossesProviders
from tests.directory.parts import BODEN, CARE, CENTRE, PROVIDER, REGION, ROOM, boden, region
from tests.directory.reorganising_parts import (
    AT,
    HOUSING,
    LAB_CARE,
    OFFICE,
    OLD_CARE,
    OTHER,
    SNAPSHOT,
    SOCIAL,
    THEIRS,
    after,
    changed,
    providers_of_assignments,
    refused,
    units_of_assignments,
)
from vocabulary.period import Period


def test_a_unit_moves_with_all_that_stands_below_it() -> None:
    moved = after(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id))

    assert changed(moved) == {"E001"}
    unit = moved.unit(CENTRE.hsa_id)
    assert unit == replace(CENTRE, parent=OTHER.hsa_id)
    assert ROOM in moved.below(CENTRE.hsa_id) and CARE in moved.below(CENTRE.hsa_id)


def test_a_unit_may_move_right_below_its_member() -> None:
    assert after(MoveUnit(ROOM.hsa_id, REGION.hsa_id)).unit(ROOM.hsa_id) == replace(ROOM, parent=None)


def test_a_unit_without_provider_is_a_place_for_any() -> None:
    assert changed(after(MoveUnit(CENTRE.hsa_id, OFFICE.hsa_id))) == {"E001"}


@pytest.mark.parametrize("to", [CENTRE.hsa_id, ROOM.hsa_id])
def test_a_unit_does_not_move_below_itself(to: object) -> None:
    assert "below itself" in refused(MoveUnit(CENTRE.hsa_id, to))  # type: ignore[arg-type]  # an id


@pytest.mark.parametrize("to", [THEIRS.hsa_id, BODEN.hsa_id])
def test_nothing_crosses_members(to: object) -> None:
    assert "another member" in refused(MoveUnit(CENTRE.hsa_id, to))  # type: ignore[arg-type]  # an id
    for fate in (TAKE, END, Assignments(Fate.LEAVE, OTHER.hsa_id)):
        assert "another member" in refused(MergeUnits((CENTRE.hsa_id,), THEIRS.hsa_id, fate))
        assert "another member" in refused(MergeUnits((THEIRS.hsa_id,), CENTRE.hsa_id, fate))


def test_a_move_below_another_providers_unit_is_refused_until_it_is_said_whose_the_unit_shall_be() -> None:
    said = refused(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id), CrossesProviders)
    kept = after(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, PROVIDER.hsa_id))

    assert str(SOCIAL.hsa_id) in said
    assert kept.unit(CENTRE.hsa_id) == replace(CENTRE, parent=HOUSING.hsa_id)
    assert providers_of_assignments(kept) == providers_of_assignments(SNAPSHOT)


def test_a_unit_below_a_department_counts_for_whose_the_department_moves_to() -> None:
    department = replace(OFFICE, hsa_id=region("E031"), name="Avdelningen")
    snapshot = SNAPSHOT.succeeded_by([department, replace(CENTRE, parent=department.hsa_id)], 2)

    with pytest.raises(CrossesProviders):
        reorganised(MoveUnit(department.hsa_id, HOUSING.hsa_id), snapshot, AT)


def test_a_unit_comes_to_another_provider_only_without_its_assignments() -> None:
    there = MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id)
    said = refused(there, CrossesProviders)
    ended = after(replace(there, assignments=END))
    left = after(replace(there, assignments=Assignments(Fate.LEAVE, OTHER.hsa_id)))

    assert "say that assignments end, or where they stay" in said
    assert {ended.unit(each.hsa_id).care_provider for each in (CENTRE, ROOM)} == {SOCIAL.hsa_id}  # type: ignore[union-attr]  # there
    for each in (CARE, LAB_CARE):
        over = ended.assignment(each.hsa_id)
        assert over == replace(each, period=Period(None, AT), archived=True)
    assert units_of_assignments(left) | {"M003": "E001"} == {
        "M001": "E010", "M002": "E010", "M003": "E001", "M004": "E020",
    }  # fmt: skip
    for snapshot in (ended, left):
        before = providers_of_assignments(SNAPSHOT)
        assert all(before[hsa_id] == provider for hsa_id, provider in providers_of_assignments(snapshot).items())


@pytest.mark.parametrize("at", [CENTRE.hsa_id, ROOM.hsa_id, HOUSING.hsa_id])
def test_assignments_are_left_only_where_their_own_provider_is(at: object) -> None:
    leave = Assignments(Fate.LEAVE, at)  # type: ignore[arg-type]  # an id

    refused(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, leave))


def test_a_unit_without_assignments_may_come_to_another_provider() -> None:
    moved = after(MoveUnit(OTHER.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id))

    assert moved.unit(OTHER.hsa_id) == replace(OTHER, parent=HOUSING.hsa_id, care_provider=SOCIAL.hsa_id)


def test_a_providers_unit_is_not_given_to_a_provider_of_another_member() -> None:
    assert "no care provider" in refused(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id, boden("VG1")))


def test_a_units_care_provider_is_not_changed_by_hand_while_assignments_stand_under_it() -> None:
    """The same rule when somebody changes the attribute itself."""
    taken = replace(CENTRE, care_provider=SOCIAL.hsa_id)
    put_away = [replace(each, archived=True, period=Period(None, AT)) for each in (CARE, OLD_CARE)]

    problems = problems_of([Change(CENTRE, taken)], SNAPSHOT)
    without = problems_of([Change(CENTRE, taken), *(Change(None, each) for each in put_away)], SNAPSHOT)

    assert [problem.field for problem in problems] == ["care_provider"]
    assert without == ()
