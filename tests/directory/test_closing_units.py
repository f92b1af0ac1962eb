"""A unit is closed with all that stands below it, and what has ended is reorganised no more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory import Unit
from directory.core.currency import NotCurrent, why_not_current
from directory.core.reorganisation import (
    TAKE,
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    Reorganisation,
    SplitUnit,
    reorganised,
)
from directory.refusals import EntryOver
from tests.directory.parts import ANNA, CARE, CENTRE, ROOM, region
from tests.directory.reorganising_parts import (
    AT,
    DESK,
    HOUSING,
    LAB_CARE,
    OTHER,
    SNAPSHOT,
    THEIRS,
    after,
    refused,
    units_of_assignments,
)
from vocabulary.period import Period


def test_closing_ends_the_unit_its_functions_and_its_assignments_at_that_instant() -> None:
    closed = after(CloseUnit(CENTRE.hsa_id, Children.CLOSE))

    for each in (CENTRE, ROOM):
        assert closed.unit(each.hsa_id) == replace(each, period=Period(None, AT), archived=True, public=False)
    assert closed.function(DESK.hsa_id) == replace(DESK, period=Period(None, AT), archived=True, public=False)
    for held in (CARE, LAB_CARE):
        assert closed.assignment(held.hsa_id) == replace(held, period=Period(None, AT), archived=True)
        assert why_not_current(closed, ANNA.hsa_id, held.hsa_id, AT) is NotCurrent.ASSIGNMENT_NOT_NOW
        assert why_not_current(closed, ANNA.hsa_id, held.hsa_id, AT - timedelta(microseconds=1)) is None
    assert closed.person(ANNA.hsa_id) == ANNA


def test_a_unit_with_units_below_is_not_closed_without_saying_what_becomes_of_them() -> None:
    assert str(ROOM.hsa_id) in refused(CloseUnit(CENTRE.hsa_id))

    moved = after(CloseUnit(CENTRE.hsa_id, Children.MOVE, OTHER.hsa_id))

    assert moved.unit(ROOM.hsa_id) == replace(ROOM, parent=OTHER.hsa_id)
    assert moved.assignment(LAB_CARE.hsa_id) == LAB_CARE


def test_a_closed_units_assignments_may_be_left_with_another() -> None:
    left = after(CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, OTHER.hsa_id)))

    assert units_of_assignments(left) == {"M001": "E010", "M002": "E010", "M003": "E001", "M004": "E020"}
    assert why_not_current(left, ANNA.hsa_id, CARE.hsa_id, AT) is None


@pytest.mark.parametrize(
    "what",
    [
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, TAKE),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, ROOM.hsa_id)),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, HOUSING.hsa_id)),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE)),
        CloseUnit(CENTRE.hsa_id, Children.MOVE),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, ROOM.hsa_id),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, HOUSING.hsa_id),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, THEIRS.hsa_id),
    ],
)
def test_a_closing_that_leaves_something_nowhere_is_refused(what: CloseUnit) -> None:
    refused(what)


OVER = [
    replace(CENTRE, archived=True, period=Period(None, AT - timedelta(days=1))),
    replace(CENTRE, period=Period(None, AT)),
    replace(CENTRE, merged_into=OTHER.hsa_id, archived=True, period=Period(None, AT - timedelta(days=1))),
]
ABOUT_CENTRE: list[Reorganisation] = [
    MoveUnit(CENTRE.hsa_id, OTHER.hsa_id),
    MoveUnit(OTHER.hsa_id, CENTRE.hsa_id),
    MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id),
    MergeUnits((OTHER.hsa_id,), CENTRE.hsa_id),
    SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),)),
    CloseUnit(CENTRE.hsa_id, Children.CLOSE),
    CloseUnit(OTHER.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, CENTRE.hsa_id)),
]


@pytest.mark.parametrize("over", OVER, ids=["archived", "ended", "merged"])
@pytest.mark.parametrize("what", ABOUT_CENTRE, ids=lambda what: type(what).__name__)
def test_what_has_ended_is_reorganised_no_more(over: Unit, what: Reorganisation) -> None:
    with_open = replace(CARE, hsa_id=region("M010"), unit=OTHER.hsa_id)

    with pytest.raises(EntryOver):
        reorganised(what, SNAPSHOT.succeeded_by([over, with_open], 2), AT)
