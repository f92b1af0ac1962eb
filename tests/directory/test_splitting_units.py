"""A split makes units like the old one and hands out to them what is named."""

from dataclasses import replace

import pytest

from directory.core.currency import why_not_current
from directory.core.reorganisation import Part, SplitUnit
from tests.directory.parts import ANNA, CARE, CENTRE, ROOM, region
from tests.directory.reorganising_parts import AT, DESK, LAB_CARE, OTHER, SNAPSHOT, after, refused, units_of_assignments
from vocabulary.period import Period


def test_splitting_makes_units_like_the_old_one_and_hands_out_what_is_named() -> None:
    parts = (Part(region("E101"), "Norra", (CARE.hsa_id, DESK.hsa_id)), Part(region("E102"), "Södra", (ROOM.hsa_id,)))
    split = after(SplitUnit(CENTRE.hsa_id, parts))

    north, south = split.unit(region("E101")), split.unit(region("E102"))
    assert north == replace(CENTRE, hsa_id=region("E101"), name="Norra", period=Period(AT, None))
    assert south is not None and split.unit(CENTRE.hsa_id) == CENTRE
    assert units_of_assignments(split) == {"M001": "E101", "M002": "E002", "M003": "E001", "M004": "E020"}
    assert split.unit(ROOM.hsa_id) == replace(ROOM, parent=south.hsa_id)
    assert why_not_current(split, ANNA.hsa_id, CARE.hsa_id, AT) is None


def test_what_only_the_old_unit_has_stays_with_it() -> None:
    marked = replace(
        CENTRE, source="hr", source_id="4410", prescription_code="12345", short_name="BHC", merged_into=None
    )
    snapshot = SNAPSHOT.succeeded_by([marked], 2)

    part = after(SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),)), snapshot).unit(region("E101"))

    assert part is not None
    assert (part.source, part.source_id, part.prescription_code, part.short_name) == (None, None, None, None)


@pytest.mark.parametrize("takes", [LAB_CARE.hsa_id, OTHER.hsa_id, ANNA.hsa_id, region("M999"), CENTRE.hsa_id])
def test_a_part_takes_only_what_stands_right_below(takes: object) -> None:
    parts = (Part(region("E101"), "Norra", (takes,)),)  # type: ignore[arg-type]  # an id

    assert "does not stand right below" in refused(SplitUnit(CENTRE.hsa_id, parts))


def test_nothing_goes_to_two_parts() -> None:
    parts = (Part(region("E101"), "Norra", (ROOM.hsa_id,)), Part(region("E102"), "Södra", (ROOM.hsa_id,)))

    assert "two parts" in refused(SplitUnit(CENTRE.hsa_id, parts))
