"""The preview of a reorganisation names everything that it touches, and nothing else."""

from collections.abc import Callable

import pytest

from directory import Entry
from directory.core.effects import Effects, What, effects_of
from directory.core.reorganisation import (
    END,
    Children,
    CloseUnit,
    MergeUnits,
    MoveUnit,
    Part,
    Reorganisation,
    SplitUnit,
    reorganised,
)
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, region
from tests.directory.reorganising_parts import AT, HOUSING, OTHER, SNAPSHOT, SOCIAL


def effects(what: Reorganisation) -> Effects:
    return effects_of(reorganised(what, SNAPSHOT, AT), SNAPSHOT, AT)


def named(told: Effects) -> dict[str, set[str]]:
    """By what happens to them, and the people as words."""
    found: dict[str, set[str]] = {}
    for each in told.entries:
        found.setdefault(each.what.value, set()).add(str(each.hsa_id)[13:])
    found["people"] = {f"{str(p.person)[13:]} {str(p.assignment)[13:]} {p.to and str(p.to)[13:]}" for p in told.people}
    return found


PREVIEWS: list[tuple[Callable[[], Reorganisation], dict[str, set[str]]]] = [
    (lambda: MoveUnit(CENTRE.hsa_id, OTHER.hsa_id), {"moved": {"E001"}, "people": set()}),
    (
        lambda: MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id),
        {
            "merged": {"E001"}, "moved": {"E002", "M001", "M003", "F001"}, "changed": {"V001"},
            "names_what_ends": {"A001"}, "people": {"P001 M001 E010", "P002 M001 E010"},
        },
    ),
    (
        lambda: CloseUnit(CENTRE.hsa_id, Children.CLOSE),
        {
            "ended": {"E001", "E002", "M001", "M002", "F001"}, "names_what_ends": {"A001", "V001"},
            "people": {"P001 M001 None", "P002 M001 None", "P001 M002 None"},
        },
    ),
    (
        lambda: SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra", (CARE.hsa_id,)),)),
        {"made": {"E101"}, "moved": {"M001"}, "people": {"P001 M001 E101", "P002 M001 E101"}},
    ),
    (
        lambda: MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, END),
        {
            "moved": {"E001"}, "care_provider_changed": {"E002"}, "ended": {"M001", "M002"}, "changed": {"M003"},
            "people": {"P001 M001 None", "P002 M001 None", "P001 M002 None"},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "expected"), PREVIEWS, ids=["move", "merge", "close", "split", "provider"])
def test_the_preview_names_everything_that_is_touched(
    what: Callable[[], Reorganisation], expected: dict[str, set[str]]
) -> None:
    assert named(effects(what())) == expected


def test_units_that_end_or_change_provider_are_left_by_what_hangs_on_them() -> None:
    def left(what: Reorganisation) -> set[str]:
        return {str(unit)[13:] for unit in effects(what).units_left()}

    assert left(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id)) == set()
    assert left(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, END)) == {"E001", "E002"}
    assert left(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id)) == {"E001"}
    assert left(CloseUnit(CENTRE.hsa_id, Children.CLOSE)) == {"E001", "E002"}
    assert left(SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),))) == set()


def test_a_preview_tells_nothing_of_what_is_not_touched() -> None:
    same: list[Entry] = [CENTRE, ANNA, EVA]

    told = effects_of(same, SNAPSHOT, AT)

    assert (told.entries, told.people, told.units_left(), told.assignments()) == ((), (), frozenset(), frozenset())
    assert What.MADE.value == "made"
