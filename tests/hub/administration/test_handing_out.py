"""Who gives admin assignments to whom, who ends them, and for whom they exist."""

from dataclasses import replace

from tests.hub.administration.asking import ended, held_by, may, renamed, sees
from tests.hub.administration.parts import (
    ASSIGNER,
    BAY,
    BERIT,
    BODEN,
    BODENS,
    HOSP,
    HOSPITAL,
    JONAS,
    KRISTINA,
    LENA,
    LICENCES,
    LULEA,
    LULEA_NURSING,
    LULEAS,
    MARJA,
    NURSE,
    NURSING,
    NURSING_WORK,
    READER,
    REGION,
    TORA,
    WARD_NURSE,
    WHOLE_REGION,
    WILMA,
    Administered,
    administering,
    of_boden,
)
from vocabulary.duties import Duty
from vocabulary.period import Period


def test_an_admin_assignment_is_handed_out_within_ones_own(county: Administered) -> None:
    mine = administering("A900", BODEN, (NURSING,), (Duty.ADMINISTER,), MARJA)

    assert may(county, JONAS, (None, mine))
    assert may(county, JONAS, (None, replace(mine, areas=(str(BODEN.hsa_id),), duties=(Duty.ASSIGN_PEOPLE, Duty.READ))))
    for wider in (
        replace(mine, duties=(Duty.ADMINISTER, Duty.SEE_PROTECTED)),
        replace(mine, duties=(Duty.KEEP_LICENCES,)),
        replace(mine, areas=(str(NURSING.hsa_id), str(LULEA_NURSING.hsa_id))),
        replace(mine, areas=()),
        replace(mine, areas=(str(of_boden("E999")),)),
        administering("A900", REGION, (BODEN,), (Duty.ADMINISTER,), MARJA),
    ):
        assert not may(county, JONAS, (None, wider)), wider
    assert may(county, WILMA, (None, administering("A900", REGION, (BAY,), (Duty.ADMINISTER,), WARD_NURSE)))
    assert not may(county, WILMA, (None, administering("A900", REGION, (HOSPITAL,), (Duty.READ,), WARD_NURSE)))


def test_what_gives_more_than_one_has_is_ended_and_not_changed(county: Administered) -> None:
    stronger = administering("A065", BODEN, (BODEN,), (Duty.ADMINISTER, Duty.SEE_PROTECTED), MARJA)
    county.change(stronger)

    for change in (renamed(stronger), held_by(stronger, BERIT), (stronger, replace(stronger, memberships=()))):
        assert not may(county, JONAS, change) and may(county, KRISTINA, change)
    assert may(county, JONAS, ended(county, stronger)), "what is misused must be stopped by whoever is there"
    assert not may(county, JONAS, ended(county, WHOLE_REGION)) and not may(county, JONAS, ended(county, LULEAS))
    over = replace(stronger, period=Period(None, county.clock.now()))
    county.change(over)
    assert not may(county, JONAS, (over, stronger)) and may(county, KRISTINA, (over, stronger))


def test_admin_assignments_exist_for_whom_they_reach_and_who_holds_them(county: Administered) -> None:
    assert {who.hsa_id for who in (JONAS, BERIT, KRISTINA) if sees(county, who, BODENS)} == {
        JONAS.hsa_id, BERIT.hsa_id, KRISTINA.hsa_id,
    }  # fmt: skip
    for who in (LENA, WILMA, READER, NURSE, MARJA, ASSIGNER):
        assert not sees(county, who, BODENS), who
    assert sees(county, BERIT, WHOLE_REGION), "it reaches everywhere"
    assert sees(county, HOSP, LICENCES), "whoever holds it knows it"


def test_people_of_another_member_are_let_in_by_whoever_may_assign_there_too(county: Administered) -> None:
    assert not may(county, JONAS, held_by(NURSING_WORK, TORA))
    assert may(county, KRISTINA, held_by(NURSING_WORK, TORA))
    county.change(administering("A064", REGION, (BODEN, LULEA), (Duty.ASSIGN_PEOPLE,), NURSE))
    assert may(county, NURSE, held_by(NURSING_WORK, TORA))
