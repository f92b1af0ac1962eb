"""The report of who administers a place: by which admin assignment, until when, and when it was last used there."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Membership
from tests.hub.administration.parts import (
    BAY,
    BERIT,
    BODEN,
    BODEN_HIDDEN,
    BODENS,
    BODENS_OTHER,
    EMERGENCY,
    HOSPITAL,
    JONAS,
    KRISTINA,
    LICENCES,
    LULEA,
    LULEAS,
    NURSING,
    NURSING_WORK,
    REGION,
    STINA,
    WARD,
    WHOLE_REGION,
    WILMA,
    Administered,
    administering,
    in_days,
    send,
)
from vocabulary.duties import Duty
from vocabulary.period import Period


def told(county: Administered, who: Any, place: Any) -> list[dict[str, Any]]:
    answer = send(county.browser(), who, "GET", f"administrators?area={place.hsa_id}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def who_in(items: list[dict[str, Any]]) -> set[tuple[str, str, bool]]:
    return {(item["person"], item["admin_assignment"], item["whole"]) for item in items}


def held(person: Any, assignment: Any, *, whole: bool = True) -> tuple[str, str, bool]:
    return str(person.hsa_id), str(assignment.hsa_id), whole


def test_everybody_whose_area_contains_the_place_or_a_part_of_it(county: Administered) -> None:
    region_wide = {held(KRISTINA, WHOLE_REGION), held(STINA, WHOLE_REGION)}
    licences = {one for one in who_in(told(county, KRISTINA, BODEN)) if one[1] == str(LICENCES.hsa_id)}

    assert who_in(told(county, KRISTINA, BODEN)) == region_wide | licences | {
        held(JONAS, BODENS), held(BERIT, BODENS_OTHER, whole=False),
    }  # fmt: skip
    assert len(licences) == 1
    assert held(BERIT, BODENS_OTHER) in who_in(told(county, BERIT, NURSING))
    ward = {assignment: whole for _, assignment, whole in who_in(told(county, KRISTINA, WARD))}
    assert {suffix[-4:] for suffix in ward} == {"A001", "A002", "A003", "A004", "A005", "A006"} and all(ward.values())
    assert {suffix[-4:] for _, suffix, whole in who_in(told(county, KRISTINA, HOSPITAL)) if not whole} == {"A002"}


def test_it_tells_duties_areas_and_until_when(county: Administered) -> None:
    until = in_days(county.clock, 30)
    county.change(replace(BODENS, memberships=(Membership(JONAS.hsa_id, Period(None, until)),)))

    (mine,) = [item for item in told(county, JONAS, BODEN) if item["person"] == str(JONAS.hsa_id)]

    assert (mine["duties"], mine["areas"], mine["member"]) == (["administer"], [str(BODEN.hsa_id)], str(BODEN.hsa_id))
    assert mine["period"]["end"].startswith(until.date().isoformat())
    assert (mine["last_use"], mine["looked_back_to"]) == (None, None)


@pytest.mark.parametrize("over", [{"archived": True}, {"memberships": ()}])
def test_only_what_counts_is_told(county: Administered, over: dict[str, Any]) -> None:
    county.change(replace(BODENS, **over))

    assert held(JONAS, BODENS) not in who_in(told(county, KRISTINA, BODEN))


def test_it_ends_with_the_instant(county: Administered) -> None:
    county.change(replace(BODENS, period=Period(None, in_days(county.clock, 1))))
    assert held(JONAS, BODENS) in who_in(told(county, KRISTINA, BODEN))

    county.clock.pass_(days=1)
    county.world.directory.poll()

    assert held(JONAS, BODENS) not in who_in(told(county, KRISTINA, BODEN))


def test_the_last_use_is_the_newest_change_in_that_place(county: Administered) -> None:
    http, body = county.browser(), {"reason": "r", "description": "ny"}
    for number, path in enumerate((f"units/{NURSING.hsa_id}", f"units/{WARD.hsa_id}")):
        county.clock.pass_(hours=1)
        county.world.directory.poll()
        answer = send(http, KRISTINA, "PATCH", path, {**body, "description": f"ny {number}"})
        assert answer.status_code == 200, answer.text

    def last(place: Any) -> int | None:
        mine = [item for item in told(county, KRISTINA, place) if item["person"] == str(KRISTINA.hsa_id)]
        use = mine[0]["last_use"]
        return None if use is None else int(use["revision"])

    assert (last(BODEN), last(NURSING), last(REGION), last(HOSPITAL), last(WARD)) == (2, 2, 3, 3, 3)
    assert last(EMERGENCY) is None and last(BAY) is None and last(LULEA) is None


def test_a_change_of_somebody_who_works_there_is_one_there(county: Administered) -> None:
    answer = send(
        county.browser(), JONAS, "POST", f"assignments/{NURSING_WORK.hsa_id}/memberships",
        {"reason": "r", "person": str(BERIT.hsa_id)},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text

    (mine,) = [item for item in told(county, KRISTINA, NURSING) if item["person"] == str(JONAS.hsa_id)]

    assert mine["last_use"]["revision"] == 2


def test_a_protected_administrator_is_told_to_whoever_may_see_her(county: Administered) -> None:
    county.change(administering("A080", BODEN, (BODEN,), (Duty.ADMINISTER,), BODEN_HIDDEN))

    names = {who: {item["person"] for item in told(county, who, BODEN)} for who in (JONAS, KRISTINA)}

    assert names[KRISTINA] - names[JONAS] == {str(BODEN_HIDDEN.hsa_id)}


def test_an_admin_assignment_of_elsewhere_too_is_told_for_what_is_here(county: Administered) -> None:
    both = administering("A081", REGION, (BODEN, LULEA), (Duty.READ,), WILMA)
    county.change(both)

    assert held(WILMA, both) in who_in(told(county, JONAS, BODEN))
    assert str(LULEAS.hsa_id) not in {assignment for _, assignment, _ in who_in(told(county, JONAS, BODEN))}


@pytest.mark.parametrize("area", ["", "x", "SE2120002767-E99%", "SE2120002767-" + "E" * 40])
def test_what_is_no_id_is_refused(county: Administered, area: str) -> None:
    assert send(county.browser(), KRISTINA, "GET", f"administrators?area={area}").status_code in (400, 422)
