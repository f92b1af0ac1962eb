"""Every way round to more than one has, tried over HTTP: each is refused, and nothing has changed."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Membership
from directory.edge.memory.store import MemoryStore
from federation.refusals import PersonUnknown, ScopeMissing, StaffUnavailable
from hub.bridges.administrators_let_people_in import AdministratorsLetPeopleIn
from tests.hub.administration.parts import (
    BAY,
    BERIT,
    BODEN,
    BODEN_HIDDEN,
    BODENS,
    BODENS_OTHER,
    EMERGENCY,
    HEAD_OF_WARD,
    HOSP,
    JONAS,
    KRISTINA,
    LICENCES,
    LULEA_NURSING,
    MARJA,
    NURSE,
    NURSING,
    NURSING_WORK,
    REGION,
    ROLE,
    STINA,
    WARD,
    WARD_NURSE,
    WARD_WORK,
    WHOLE_REGION,
    WILMA,
    Administered,
    administering,
    in_days,
    logged_in,
    send,
    somebody,
    told,
    work,
)
from vocabulary.duties import Duty
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

NUMBER = {"kind": "personnummer", "value": "191212121212"}


def refused(county: Administered, who: Any, method: str, path: str, **body: Any) -> Any:
    before = county.world.directory.snapshot().revision

    answer = send(county.browser(), who, method, path, {"reason": "r", **body})

    assert answer.status_code in (403, 404), answer.text
    assert county.world.directory.snapshot().revision == before
    return told(answer)


def done(county: Administered, who: Any, method: str, path: str, **body: Any) -> Any:
    answer = send(county.browser(), who, method, path, {"reason": "r", **body})
    assert answer.status_code < 300, answer.text
    return told(answer)


@pytest.mark.parametrize(("who", "mine"), [(JONAS, BODENS), (WILMA, HEAD_OF_WARD), (KRISTINA, WHOLE_REGION)])
def test_the_admin_assignment_that_she_holds_is_not_hers_to_change(county: Administered, who: Any, mine: Any) -> None:
    path = f"admin-assignments/{mine.hsa_id}"

    for changed in (
        {"duties": [*mine.duties, "keep_licences"]},
        {"areas": [str(REGION.hsa_id)]},
        {"areas": []},
        {"description": "mitt"},
        {"period": {"start": None, "end": None}},
        {"period": {"start": None, "end": in_days(county.clock, 9).isoformat()}},
    ):
        if changed.get("areas") == list(mine.areas) or changed.get("period") == {"start": None, "end": None}:
            continue
        refused(county, who, "PATCH", path, **changed)
    refused(county, who, "POST", f"{path}/memberships", person=str(NURSE.hsa_id))
    refused(county, who, "POST", f"{path}/memberships/end", person=str(who.hsa_id))
    refused(county, who, "POST", f"{path}/end")


def test_one_that_has_ended_is_not_taken_back_by_her(county: Administered) -> None:
    mine = replace(BODENS, areas=(str(BODEN.hsa_id),), period=Period(None, county.clock.now()))
    again = administering("A070", BODEN, (BODEN,), (Duty.ADMINISTER,), JONAS)
    past = administering("A071", BODEN, (NURSING,), (Duty.ADMINISTER,), JONAS, period=Period(None, county.clock.now()))
    county.change(mine, again, past)

    refused(county, JONAS, "POST", f"admin-assignments/{mine.hsa_id}/restore")
    refused(county, JONAS, "POST", f"admin-assignments/{past.hsa_id}/restore")
    refused(county, JONAS, "POST", f"admin-assignments/{past.hsa_id}/archive")


def test_a_new_one_is_not_for_herself(county: Administered) -> None:
    made = done(
        county, JONAS, "POST", "admin-assignments", name="Min", member=str(BODEN.hsa_id),
        areas=[str(NURSING.hsa_id)], duties=["read"],
    )  # fmt: skip

    refused(county, JONAS, "POST", f"admin-assignments/{made['hsa_id']}/memberships", person=str(JONAS.hsa_id))
    done(county, JONAS, "POST", f"admin-assignments/{made['hsa_id']}/memberships", person=str(MARJA.hsa_id))


@pytest.mark.parametrize("path", [f"assignments/{NURSING_WORK.hsa_id}", f"system-roles/{ROLE.hsa_id}"])
def test_nobody_lets_herself_hold_anything(county: Administered, path: str) -> None:
    refused(county, JONAS, "POST", f"{path}/memberships", person=str(JONAS.hsa_id))


def test_what_she_holds_she_does_not_widen(county: Administered) -> None:
    mine = replace(NURSING_WORK, memberships=(*NURSING_WORK.memberships, Membership(JONAS.hsa_id)))
    county.change(mine)
    path = f"assignments/{mine.hsa_id}"

    refused(county, JONAS, "PATCH", path, rights=["Läsa;alla;SJF"])
    refused(county, JONAS, "PATCH", path, purpose="Statistik")
    refused(county, JONAS, "PATCH", path, period={"start": None, "end": in_days(county.clock, 9).isoformat()})
    refused(county, JONAS, "POST", f"{path}/end")
    refused(county, JONAS, "POST", f"{path}/memberships/end", person=str(JONAS.hsa_id))
    done(county, JONAS, "PATCH", path, description="dagtid")
    done(county, JONAS, "POST", f"{path}/memberships", person=str(BERIT.hsa_id))


def test_her_second_employee_record_is_herself(county: Administered) -> None:
    number = PersonalIdentityNumber.parse(NUMBER["value"])
    twin = somebody("P070", BODEN)
    county.change(twin)
    county.world.directory.change(
        [JONAS, twin], actor="a", reason="r", door="d", numbers={JONAS.hsa_id: number, twin.hsa_id: number}
    )

    refused(county, JONAS, "POST", f"assignments/{NURSING_WORK.hsa_id}/memberships", person=str(twin.hsa_id))
    refused(county, JONAS, "POST", f"admin-assignments/{BODENS_OTHER.hsa_id}/memberships", person=str(twin.hsa_id))
    refused(county, JONAS, "PUT", f"people/{twin.hsa_id}/personal-number", personal_number=NUMBER)
    refused(county, JONAS, "POST", f"people/{twin.hsa_id}/end")
    refused(county, JONAS, "PUT", f"people/{MARJA.hsa_id}/personal-number", personal_number=NUMBER)
    refused(
        county, JONAS, "POST", "people", member=str(BODEN.hsa_id), family_name="Ny", given_name="Post",
        personal_number=NUMBER,
    )  # fmt: skip


def test_of_her_own_entry_she_changes_what_describes_her(county: Administered) -> None:
    county.change(administering("A072", BODEN, (BODEN,), (Duty.KEEP_LICENCES,), KRISTINA, JONAS))
    mine = f"people/{JONAS.hsa_id}"

    done(county, JONAS, "PATCH", mine, title="samordnare")
    refused(county, JONAS, "PATCH", mine, period={"start": None, "end": in_days(county.clock, 9).isoformat()})
    refused(county, JONAS, "PATCH", mine, protected=True)
    refused(county, JONAS, "PATCH", mine, feigned=True)
    refused(county, JONAS, "PUT", f"{mine}/licences", licences=["SJ"])
    refused(county, JONAS, "POST", f"{mine}/end")
    done(county, JONAS, "PUT", f"people/{MARJA.hsa_id}/licences", licences=["SJ"])


def test_merging_hands_her_nothing(county: Administered) -> None:
    strong = administering("A073", BODEN, (BODEN,), (Duty.ADMINISTER, Duty.SEE_PROTECTED), MARJA)
    held = replace(NURSING_WORK, memberships=(Membership(BERIT.hsa_id),))
    county.change(strong, held)

    refused(county, JONAS, "POST", f"people/{MARJA.hsa_id}/merge", into=str(JONAS.hsa_id))
    refused(county, JONAS, "POST", f"people/{BERIT.hsa_id}/merge", into=str(JONAS.hsa_id))
    refused(county, JONAS, "POST", f"people/{JONAS.hsa_id}/merge", into=str(BERIT.hsa_id))
    refused(county, JONAS, "POST", f"people/{MARJA.hsa_id}/merge", into=str(BERIT.hsa_id))
    refused(county, JONAS, "POST", f"people/{BERIT.hsa_id}/merge", into=str(MARJA.hsa_id))
    done(county, KRISTINA, "POST", f"people/{MARJA.hsa_id}/merge", into=str(BERIT.hsa_id))


def test_a_merge_that_touches_what_she_may_not_know_of_says_no_more_than_no(county: Administered) -> None:
    hidden = administering("A074", REGION, (LULEA_NURSING,), (Duty.READ,), BERIT)
    county.change(hidden)

    answer = refused(county, JONAS, "POST", f"people/{BERIT.hsa_id}/merge", into=str(MARJA.hsa_id))

    assert str(hidden.hsa_id) not in str(answer) and hidden.name not in str(answer)


def test_no_unit_is_moved_or_merged_into_her_area(county: Administered) -> None:
    refused(county, WILMA, "POST", f"units/{EMERGENCY.hsa_id}/move", to=str(WARD.hsa_id))
    refused(county, WILMA, "POST", f"units/{EMERGENCY.hsa_id}/merge", into=str(WARD.hsa_id))
    refused(county, WILMA, "POST", f"units/{EMERGENCY.hsa_id}/merge", into=str(BAY.hsa_id))
    refused(county, WILMA, "POST", f"units/{WARD.hsa_id}/move", to=str(EMERGENCY.hsa_id))
    refused(county, WILMA, "POST", f"assignments/{work('M002', EMERGENCY).hsa_id}/move", to=str(WARD.hsa_id))


def test_no_member_becomes_the_region(county: Administered) -> None:
    refused(county, JONAS, "PATCH", f"members/{BODEN.hsa_id}", municipality_code="25")
    refused(county, JONAS, "PATCH", f"members/{BODEN.hsa_id}", id_prefixes=["SE2120002767", "SE2120002742"])
    done(county, JONAS, "PATCH", f"members/{BODEN.hsa_id}", web_page="https://boden.example")
    done(county, KRISTINA, "PATCH", f"members/{BODEN.hsa_id}", municipality_code="2582", web_page=None)


def test_a_stronger_ones_identity_is_not_hers_to_take(county: Administered) -> None:
    county.change(administering("A075", REGION, (), (Duty.ADMINISTER,), MARJA))

    refused(county, JONAS, "PUT", f"people/{MARJA.hsa_id}/personal-number", personal_number=NUMBER)
    done(county, KRISTINA, "PUT", f"people/{MARJA.hsa_id}/personal-number", personal_number=NUMBER)


def test_a_stronger_one_is_not_hidden_as_a_test_person_by_her(county: Administered) -> None:
    county.change(administering("A078", REGION, (), (Duty.ADMINISTER,), MARJA))

    refused(county, JONAS, "PATCH", f"people/{MARJA.hsa_id}", feigned=True)
    done(county, KRISTINA, "PATCH", f"people/{MARJA.hsa_id}", feigned=True)
    refused(county, JONAS, "PATCH", f"people/{MARJA.hsa_id}", feigned=False)


def test_a_stronger_one_who_has_left_is_not_taken_back_by_her(county: Administered) -> None:
    gone = replace(MARJA, period=Period(None, county.clock.now()))
    county.change(administering("A076", REGION, (), (Duty.ADMINISTER,), MARJA), gone)

    refused(county, JONAS, "POST", f"people/{MARJA.hsa_id}/restore")
    done(county, KRISTINA, "POST", f"people/{MARJA.hsa_id}/restore")
    done(county, JONAS, "POST", f"people/{MARJA.hsa_id}/end")


def test_whom_she_lets_in_may_not_administer_more(county: Administered) -> None:
    county.change(administering("A077", REGION, (), (Duty.ADMINISTER,), MARJA))
    admission = AdministratorsLetPeopleIn(county.world.directory, county.administration)
    answers = {}
    for who in (JONAS, BERIT, WILMA, NURSE, KRISTINA, HOSP):
        for person in (MARJA, BERIT, JONAS, BODEN_HIDDEN, WARD_NURSE):
            try:
                admission.demand(logged_in(who), person.hsa_id, dry_run=True)
                answers[who.family_name, str(person.hsa_id)[-4:], person.member == BODEN.hsa_id] = "yes"
            except (ScopeMissing, PersonUnknown) as refusal:
                answers[who.family_name, str(person.hsa_id)[-4:], person.member == BODEN.hsa_id] = refusal.code

    allowed = {(str(who), person) for (who, person, _), answer in answers.items() if answer == "yes"}
    assert allowed == {
        ("P001", "P002"), ("P001", "P003"), ("P001", "P001"), ("P001", "P009"), ("P001", "P011"),
    }, "Jonas lets in Berit; Kristina everybody but herself"  # fmt: skip
    assert answers["P001", "P009", True] == "yes"


def test_one_by_one_whom_a_members_administrator_lets_in(county: Administered) -> None:
    county.change(administering("A077", REGION, (), (Duty.ADMINISTER,), MARJA))
    admission = AdministratorsLetPeopleIn(county.world.directory, county.administration)

    def answer(who: Any, person: Any, **caller: Any) -> str:
        try:
            admission.demand(logged_in(who, **caller), person.hsa_id, dry_run=False)
        except (ScopeMissing, PersonUnknown, StaffUnavailable) as refusal:
            return refusal.code
        return "yes"

    assert answer(JONAS, BERIT) == "yes"
    assert answer(JONAS, MARJA) == "scope_missing", "she may administer the whole region"
    assert answer(JONAS, JONAS) == "scope_missing", "she has her own ways to a new password"
    assert answer(JONAS, BODEN_HIDDEN) == answer(JONAS, somebody("P999", BODEN)) == "person_unknown"
    assert answer(JONAS, WARD_NURSE) == "scope_missing"
    assert answer(WILMA, WARD_NURSE) == "scope_missing", "a person is her member's to let in"
    assert answer(KRISTINA, MARJA) == answer(KRISTINA, BODEN_HIDDEN) == answer(KRISTINA, STINA) == "yes"
    assert answer(KRISTINA, HOSP) == "scope_missing", "she keeps licences, which Kristina does not"
    assert answer(KRISTINA, BERIT, scopes=frozenset({"tillit:directory"})) == "scope_missing"
    assert answer(NURSE, BERIT) == "scope_missing"
    permits = [record["person"] for record in county.records() if record["permit"]]
    assert permits == [str(JONAS.hsa_id)] + [str(KRISTINA.hsa_id)] * 3
    county.clock.pass_(seconds=6)
    assert answer(KRISTINA, BERIT) == "staff_unavailable"


def test_licences_are_handed_out_by_nobody_who_lacks_the_duty(county: Administered) -> None:
    refused(county, KRISTINA, "POST", f"admin-assignments/{LICENCES.hsa_id}/memberships", person=str(NURSE.hsa_id))
    refused(
        county, KRISTINA, "POST", "admin-assignments", name="Ny", member=str(REGION.hsa_id), duties=["keep_licences"]
    )
    refused(county, KRISTINA, "PUT", f"people/{WARD_NURSE.hsa_id}/licences", licences=["SJ"])
    done(county, HOSP, "PUT", f"people/{WARD_NURSE.hsa_id}/licences", licences=["SJ"])
    done(county, KRISTINA, "POST", f"admin-assignments/{LICENCES.hsa_id}/end")


def test_what_another_region_administrator_gives_is_given(county: Administered) -> None:
    strong = administering("A078", BODEN, (BODEN,), (Duty.ADMINISTER, Duty.SEE_PROTECTED), STINA)
    county.change(strong)

    done(county, KRISTINA, "POST", f"admin-assignments/{strong.hsa_id}/memberships", person=str(JONAS.hsa_id))
    assert send(county.browser(), JONAS, "GET", f"people/{BODEN_HIDDEN.hsa_id}").status_code == 200
    assert send(county.browser(), JONAS, "GET", f"assignments/{WARD_WORK.hsa_id}").status_code == 200


def test_settling_a_foreign_write_is_no_way_to_ones_own_powers(county: Administered) -> None:
    """What somebody wrote past us narrows at once; to take it back is a change like any other."""
    second = administering("A079", BODEN, (NURSING,), (Duty.ADMINISTER,), JONAS)
    county.change(second)
    shortened = replace(second, period=Period(None, county.clock.now()))
    assert isinstance(county.world.store, MemoryStore)
    county.world.store.write_past([shortened])
    county.world.directory.poll()

    for verb in ("revert", "adopt"):
        refused(county, JONAS, "POST", f"drift/{second.hsa_id}/{verb}")
    done(county, KRISTINA, "POST", f"drift/{second.hsa_id}/revert")
    assert {record["person"] for record in county.records() if record["permit"]} == {str(KRISTINA.hsa_id)}
