"""Each kind of administrator: what she sees, what she changes, and where it ends."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Entry, Membership, Person
from directory.core.administration import Act
from directory.core.changes import Change
from directory.core.entries import NAMES
from directory.core.visibility import Visibility
from directory.refusals import DirectoryUnavailable, NotAllowed
from tests.hub.administration.asking import ended, held_by, may, renamed, sees
from tests.hub.administration.parts import (
    ASSIGNER,
    BAY,
    BERIT,
    BODEN,
    BODEN_CARE,
    BODEN_HIDDEN,
    BODEN_SOCIAL,
    BODENS,
    CARE_CENTRE,
    COUNTY,
    CREATOR,
    EMERGENCY,
    EMERGENCY_WORK,
    FLOATING_NURSE,
    HEAD_OF_WARD,
    HIDDEN,
    HOSP,
    HOSPITAL,
    JONAS,
    KRISTINA,
    LENA,
    LICENCES,
    LULEA,
    LULEA_HIDDEN,
    LULEA_NURSING,
    LULEAS,
    MARJA,
    NURSE,
    NURSING,
    NURSING_WORK,
    READER,
    REGION,
    REGION_CARE,
    ROLE,
    TABLE,
    TORA,
    WARD,
    WARD_NURSE,
    WARD_WORK,
    WHOLE_REGION,
    WILMA,
    Administered,
    a_unit,
    administering,
    in_days,
    logged_in,
    of_boden,
    of_region,
    send,
    somebody,
    work,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller
from vocabulary.duties import Duty
from vocabulary.period import Period


def test_the_regions_administrator_sees_and_changes_everything_but_licences_and_her_own(county: Administered) -> None:
    beyond = {WHOLE_REGION.hsa_id, LICENCES.hsa_id}
    for entry in COUNTY:
        assert sees(county, KRISTINA, entry), entry
        assert may(county, KRISTINA, renamed(entry)) is (entry.hsa_id not in beyond), entry
    assert may(county, KRISTINA, ended(county, LICENCES)) and not may(county, KRISTINA, held_by(LICENCES, NURSE))
    assert not may(county, KRISTINA, (NURSE, replace(NURSE, licences=("SJ",))))


def test_a_members_administrator_ends_at_the_member(county: Administered) -> None:
    for entry in COUNTY:
        home = entry.hsa_id.prefix == BODEN.hsa_id.prefix
        hidden = isinstance(entry, Person) and entry.protected
        about_boden = home or entry.hsa_id == WHOLE_REGION.hsa_id or entry.hsa_id == of_region("A003")
        assert sees(county, JONAS, entry) is (about_boden and not hidden), entry
        mine = entry.hsa_id in (BODENS.hsa_id,) or NAMES[type(entry)] in ("system_role", "code_table")
        assert may(county, JONAS, renamed(entry)) is (home and not hidden and not mine), entry


@pytest.mark.parametrize("entry", [WARD, BAY], ids=["the ward", "a bay of it"])
def test_whoever_administers_a_unit_describes_it_and_what_is_below(county: Administered, entry: Any) -> None:
    assert sees(county, WILMA, entry) and may(county, WILMA, renamed(entry))
    for above in (HOSPITAL, EMERGENCY, CARE_CENTRE, REGION, REGION_CARE, NURSING):
        assert not sees(county, WILMA, above) and not may(county, WILMA, renamed(above))


def test_what_a_unit_is_part_of_decides_whether_and_where_it_stands(county: Administered) -> None:
    new = a_unit("E900", REGION, WARD, REGION_CARE)

    assert may(county, WILMA, (None, new))
    assert may(county, WILMA, ended(county, BAY))
    assert not may(county, WILMA, (None, replace(new, parent=HOSPITAL.hsa_id)))
    assert not may(county, WILMA, ended(county, WARD))
    assert not may(county, WILMA, (WARD, replace(WARD, parent=CARE_CENTRE.hsa_id)))
    assert not may(county, WILMA, (WARD, replace(WARD, archived=True)))
    assert not may(county, WILMA, (EMERGENCY, replace(EMERGENCY, parent=WARD.hsa_id)))
    assert not may(county, WILMA, (BAY, replace(BAY, parent=EMERGENCY.hsa_id)))


def test_which_care_provider_a_unit_belongs_to_is_said_by_the_members_administrator(county: Administered) -> None:
    county.change(administering("A050", BODEN, (NURSING,), (Duty.ADMINISTER,), MARJA))
    below = a_unit("E900", BODEN, NURSING)
    social = replace(below, care_provider=BODEN_SOCIAL.hsa_id)

    assert may(county, MARJA, (None, below))
    assert may(county, MARJA, (None, replace(below, care_provider=BODEN_CARE.hsa_id)))
    assert not may(county, MARJA, (None, social))
    assert may(county, JONAS, (None, social))
    county.change(below)
    assert not may(county, MARJA, (below, social))
    assert may(county, MARJA, (below, replace(below, care_provider=BODEN_CARE.hsa_id)))
    assert may(county, JONAS, (NURSING, replace(NURSING, care_provider=BODEN_SOCIAL.hsa_id)))


def test_a_person_belongs_to_her_member_and_is_looked_after_where_alone_she_works(county: Administered) -> None:
    assert sees(county, WILMA, WARD_NURSE) and may(county, WILMA, renamed(WARD_NURSE))
    assert sees(county, WILMA, FLOATING_NURSE) and not may(county, WILMA, renamed(FLOATING_NURSE))
    assert not sees(county, WILMA, NURSE) and not may(county, WILMA, renamed(NURSE))
    for changed in (
        ended(county, WARD_NURSE)[1],
        replace(WARD_NURSE, protected=True),
        replace(WARD_NURSE, number_lookup="1:" + "a" * 64),
        replace(WARD_NURSE, licences=("SJ",)),
    ):
        assert not may(county, WILMA, (WARD_NURSE, changed)), changed
    assert not may(county, WILMA, (None, somebody("P900", REGION)))
    assert may(county, JONAS, (None, somebody("P900", BODEN)))
    assert may(county, JONAS, ended(county, MARJA))


def test_who_is_a_test_person_is_said_by_whoever_administers_the_member(county: Administered) -> None:
    marked = replace(WARD_NURSE, feigned=True)
    county.change(administering("A051", BODEN, (NURSING,), (Duty.ADMINISTER,), TORA), somebody("P901", BODEN))
    tested = somebody("P902", BODEN, feigned=True)

    for who in (WILMA, CREATOR, ASSIGNER, HOSP, READER):
        assert not may(county, who, (WARD_NURSE, marked)), who.full_name
    assert not may(county, TORA, (MARJA, replace(MARJA, feigned=True)))
    assert may(county, KRISTINA, (WARD_NURSE, marked))
    assert may(county, JONAS, (MARJA, replace(MARJA, feigned=True))) and may(county, JONAS, (None, tested))
    county.change(marked)
    assert not may(county, WILMA, (marked, WARD_NURSE)), "nor does she take the mark away"
    assert may(county, WILMA, renamed(marked)), "the rest is hers as before"
    assert may(county, KRISTINA, (marked, WARD_NURSE))


def test_a_wards_administrator_hides_nobody_from_ordinary_answers(county: Administered) -> None:
    http, her = county.browser(), f"people/{WARD_NURSE.hsa_id}"

    done = send(http, WILMA, "PATCH", her, {"reason": "r", "title": "vikarie"})
    refused = send(http, WILMA, "PATCH", her, {"reason": "r", "feigned": True})
    planned = {
        "due": "2026-06-01",
        "reason": "r",
        "steps": [{"do": "change", "entry": str(WARD_NURSE.hsa_id), "set": {"feigned": True}}],
    }

    assert (done.status_code, refused.status_code) == (200, 403), refused.text
    assert send(http, WILMA, "POST", "planned-changes?dry_run=true", planned).status_code == 403
    listed = send(http, NURSE, "GET", "people?limit=100").json()["items"]
    assert str(WARD_NURSE.hsa_id) in [person["hsa_id"] for person in listed]


def test_where_her_other_work_is_over_she_is_wholly_the_wards(county: Administered) -> None:
    county.change(replace(EMERGENCY_WORK, period=Period(None, in_days(county.clock, 1))))

    assert not may(county, WILMA, renamed(FLOATING_NURSE))
    county.clock.pass_(days=1)
    county.world.directory.poll()
    assert may(county, WILMA, renamed(FLOATING_NURSE))


def test_who_creates_assignments_does_not_say_who_holds_them(county: Administered) -> None:
    new = work("M900", WARD)

    assert may(county, CREATOR, (None, new))
    assert may(county, CREATOR, (WARD_WORK, replace(WARD_WORK, rights=("Läsa;alla;VG",))))
    assert may(county, CREATOR, ended(county, WARD_WORK))
    assert may(county, CREATOR, (WARD_WORK, replace(WARD_WORK, unit=EMERGENCY.hsa_id)))
    assert not may(county, CREATOR, held_by(WARD_WORK, NURSE))
    assert not may(county, CREATOR, (None, work("M900", WARD, NURSE)))
    assert not may(county, CREATOR, renamed(WARD)) and not may(county, CREATOR, renamed(ROLE))
    assert not may(county, CREATOR, (None, work("M900", CARE_CENTRE)))
    assert sees(county, CREATOR, WARD_WORK) and not sees(county, CREATOR, WARD)


def test_who_assigns_people_makes_no_assignment(county: Administered) -> None:
    assert may(county, ASSIGNER, held_by(WARD_WORK, NURSE))
    assert may(county, ASSIGNER, (WARD_WORK, replace(WARD_WORK, memberships=())))
    assert not may(county, ASSIGNER, (None, work("M900", WARD)))
    assert not may(county, ASSIGNER, renamed(WARD_WORK))
    assert not may(county, ASSIGNER, ended(county, WARD_WORK))
    assert not may(county, ASSIGNER, held_by(HEAD_OF_WARD, NURSE))
    assert not may(county, ASSIGNER, held_by(NURSING_WORK, NURSE))


def test_system_roles_are_the_regions_and_who_holds_them_the_members(county: Administered) -> None:
    county.change(administering("A060", BODEN, (BODEN,), (Duty.ASSIGN_PEOPLE,), MARJA))

    assert may(county, JONAS, held_by(ROLE, BERIT)) and may(county, MARJA, held_by(ROLE, BERIT))
    assert not may(county, BERIT, held_by(ROLE, JONAS)), "a role stands at the member, not in a unit"
    assert not may(county, JONAS, (ROLE, replace(ROLE, role="chef"))) and may(county, KRISTINA, renamed(ROLE))
    assert not may(county, JONAS, renamed(TABLE)) and may(county, KRISTINA, renamed(TABLE))


def test_licences_are_written_by_whoever_keeps_them_and_by_nobody_else(county: Administered) -> None:
    licensed = (WARD_NURSE, replace(WARD_NURSE, licences=("SJ",), specialities=("SJ;10;Medicin",)))

    assert may(county, HOSP, licensed)
    for other in (KRISTINA, WILMA, JONAS, READER, NURSE):
        assert not may(county, other, licensed), other
    assert not may(county, HOSP, renamed(WARD_NURSE))
    assert not may(county, HOSP, (WARD_NURSE, replace(licensed[1], title="chef"))), "each class needs its own duty"
    assert sees(county, HOSP, WARD_NURSE) and not sees(county, HOSP, WARD)


def test_both_duties_together_are_one_change(county: Administered) -> None:
    county.change(administering("A061", REGION, (), (Duty.ADMINISTER, Duty.KEEP_LICENCES), NURSE))

    assert may(county, NURSE, (WARD_NURSE, replace(WARD_NURSE, licences=("SJ",), title="sjuksköterska")))


def test_who_reads_sees_and_changes_nothing(county: Administered) -> None:
    for entry in (WARD, WARD_WORK, WARD_NURSE, HEAD_OF_WARD):
        assert sees(county, READER, entry) and not may(county, READER, renamed(entry))
    assert not sees(county, READER, NURSING) and not county.reach(READER).sees_protected(HIDDEN)


def test_protected_people_exist_for_the_duty_and_for_themselves(county: Administered) -> None:
    county.change(administering("A062", REGION, (WARD,), (Duty.SEE_PROTECTED,), NURSE))
    county.change(administering("A063", REGION, (WARD,), (Duty.ASSIGN_PEOPLE, Duty.SEE_PROTECTED), MARJA))

    seen = {
        who: county.reach(who).sees_protected(HIDDEN) for who in (KRISTINA, WILMA, NURSE, MARJA, HIDDEN, JONAS, LENA)
    }
    assert [who for who, found in seen.items() if found] == [KRISTINA, MARJA, HIDDEN], "alone the duty gives nothing"
    assert county.reach(LENA).sees_protected(LULEA_HIDDEN) and not county.reach(LENA).sees_protected(BODEN_HIDDEN)
    assert may(county, KRISTINA, renamed(HIDDEN)) and not may(county, WILMA, renamed(WARD_NURSE), renamed(HIDDEN))


def test_nobody_marks_whom_she_could_not_see_afterwards(county: Administered) -> None:
    marked = (MARJA, replace(MARJA, protected=True))

    assert not may(county, JONAS, marked) and may(county, KRISTINA, marked)
    assert may(county, LENA, (LULEA_HIDDEN, replace(LULEA_HIDDEN, protected=False)))


@pytest.mark.parametrize(
    "changed",
    [
        {"period": Period(None, None), "archived": True},
        {"duties": ("rule_the_world",)},
        {"duties": ()},
        {"areas": (str(of_boden("E999")),)},
        {"areas": (str(LULEA.hsa_id),)},
        {"areas": ()},
        {"memberships": ()},
    ],
    ids=[
        "put away",
        "an unknown duty",
        "no duty",
        "an area that is not",
        "another member's area",
        "no area",
        "not hers",
    ],
)
def test_what_gives_nothing(county: Administered, changed: dict[str, Any]) -> None:
    from directory.core.snapshot import Snapshot

    snapshot = county.world.directory.snapshot().succeeded_by([replace(BODENS, **changed)], 2)
    reach = county.administration.of_person(logged_in(JONAS), JONAS.hsa_id, snapshot)
    assert isinstance(snapshot, Snapshot)

    assert reach.circle(NURSING) is Visibility.STAFF
    with pytest.raises(NotAllowed):
        reach.demand(Act.CHANGE, NURSING, {"telephone"})
    with pytest.raises(NotAllowed):
        reach.demand(Act.CHANGE, LULEA_NURSING, {"telephone"})


@pytest.mark.parametrize("bounding", ["assignment", "membership", "person", "owner"])
def test_periods_count_to_the_instant(county: Administered, bounding: str) -> None:
    tomorrow = Period(in_days(county.clock, 1), in_days(county.clock, 2))
    changed: Entry = {
        "assignment": replace(LULEAS, period=tomorrow),
        "membership": replace(LULEAS, memberships=(Membership(LENA.hsa_id, tomorrow),)),
        "person": replace(LENA, period=tomorrow),
        "owner": replace(LULEA, period=tomorrow),
    }[bounding]
    county.change(changed)
    found = []
    for pause in ({}, {"days": 1, "microseconds": -1}, {"microseconds": 1}, {"days": 1, "microseconds": -1},
                  {"microseconds": 1}):  # fmt: skip
        county.clock.pass_(**pause)
        county.world.directory.poll()
        found.append(may(county, LENA, renamed(LULEA_NURSING)))

    assert found == [False, False, True, True, False]


def test_two_factors_are_needed_and_level_two_is_enough(county: Administered) -> None:
    for level, enough in ((AssuranceLevel.NONE, False), (AssuranceLevel.LOA2, True), (AssuranceLevel.LOA3, True)):
        assert may(county, JONAS, renamed(NURSING), level=level) is enough
        circle = county.reach(JONAS, level=level).circle(NURSING)
        assert (circle is Visibility.ADMINISTRATORS) is enough


def test_scopes_and_the_applications_members_bound_the_person(county: Administered) -> None:
    reading = frozenset({"tillit:directory"})

    assert not may(county, KRISTINA, renamed(NURSING), scopes=reading)
    assert county.reach(KRISTINA, scopes=reading).circle(NURSING) is Visibility.STAFF
    assert county.reach(KRISTINA, scopes=frozenset({"openid"})).circle(NURSING) is Visibility.OPEN
    only_lulea = frozenset({LULEA.hsa_id})
    assert not may(county, KRISTINA, renamed(NURSING), members=only_lulea)
    assert may(county, KRISTINA, renamed(LULEA_NURSING), members=only_lulea)
    assert county.reach(KRISTINA, members=only_lulea).circle(NURSING) is Visibility.STAFF
    assert not county.reach(KRISTINA, members=only_lulea).sees_protected(BODEN_HIDDEN)


def test_an_application_that_calls_for_itself_has_the_reach_of_its_scopes(county: Administered) -> None:
    scopes = frozenset({"tillit:admin"})
    alone = county.reach_of(Caller("admin", None, scopes, frozenset({BODEN.hsa_id})))

    assert alone.circle(NURSING) is Visibility.ADMINISTRATORS and alone.circle(WARD) is Visibility.STAFF
    alone.demand_changes([Change(*renamed(NURSING))], dry_run=False)
    with pytest.raises(NotAllowed):
        alone.demand_changes([Change(*renamed(NURSING)), Change(*renamed(WARD))], dry_run=False)
    assert county.records() == []


def test_a_directory_that_is_not_confirmed_shows_what_staff_see_and_changes_nothing(county: Administered) -> None:
    county.clock.pass_(seconds=6)
    reach = county.reach(KRISTINA)

    assert reach.circle(NURSING) is Visibility.STAFF and not reach.sees_protected(HIDDEN)
    for demand in (
        lambda: reach.demand(Act.CHANGE, NURSING, {"telephone"}),
        lambda: reach.demand_changes([Change(*renamed(NURSING))], dry_run=False),
        lambda: county.administration.administrators(BODEN.hsa_id, county.world.directory.snapshot()),
    ):
        with pytest.raises(DirectoryUnavailable):
            demand()
    county.world.directory.poll()
    assert county.reach(KRISTINA).circle(NURSING) is Visibility.ADMINISTRATORS


def test_a_tree_that_cannot_be_followed_is_a_doubt_for_parts_and_none_for_the_whole(county: Administered) -> None:
    circle = [replace(WARD, parent=BAY.hsa_id), replace(BAY, parent=WARD.hsa_id)]
    snapshot = county.world.directory.snapshot().succeeded_by(circle, 2)

    def reach(who: Person) -> Any:
        return county.administration.of_person(logged_in(who), who.hsa_id, snapshot)

    assert reach(WILMA).circle(circle[1]) is Visibility.STAFF
    with pytest.raises(DirectoryUnavailable):
        reach(WILMA).demand(Act.CHANGE, circle[1], {"telephone"})
    reach(KRISTINA).demand(Act.CHANGE, circle[1], {"telephone"})


def test_an_attribute_without_a_class_is_nobodys_to_change(county: Administered) -> None:
    with pytest.raises(NotAllowed):
        county.reach(KRISTINA).demand(Act.CHANGE, NURSING, {"no_such_attribute"})
