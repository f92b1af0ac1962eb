"""A planned change is judged when it is planned, and again when it falls due, by the powers of that day."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Person
from directory.planning import Planning
from tests.directory.http.planning_parts import DUE
from tests.directory.parts import a_planning
from tests.hub.administration.parts import (
    BAY,
    BODENS,
    EMERGENCY,
    HEAD_OF_WARD,
    HOME_CARE,
    HOSPITAL,
    JONAS,
    KRISTINA,
    LULEA_NURSING,
    MARJA,
    NURSE,
    NURSING,
    TORA,
    WARD,
    WHOLE_REGION,
    WILMA,
    Administered,
    send,
)
from vocabulary.stockholm import parse_instant

Steps = list[dict[str, Any]]


def come(county: Administered, planning: Planning) -> None:
    """The date comes, and what is due is carried out upon a directory that has just been confirmed."""
    clock = county.clock
    clock.pass_(seconds=(parse_instant(DUE) - clock.now()).total_seconds())
    county.world.directory.poll()
    planning.carry_out_due()


@pytest.fixture
def planning(county: Administered) -> Planning:
    return a_planning(county.world, county.administration)


def renaming(hsa_id: object) -> Steps:
    return [{"do": "change", "entry": str(hsa_id), "set": {"name": "Nytt namn"}}]


def planned(county: Administered, who: Person, steps: Steps, address: str = "planned-changes") -> tuple[int, Any]:
    answer = send(county.browser(), who, "POST", address, {"due": DUE, "steps": steps, "reason": "flytt i juni"})
    return answer.status_code, answer.json()


def stands(county: Administered, who: Person, number: int) -> Any:
    return send(county.browser(), who, "GET", f"planned-changes/{number}").json()


def test_an_administrator_plans_where_she_administers(county: Administered, planning: Planning) -> None:
    status, told = planned(county, JONAS, renaming(NURSING.hsa_id))
    assert status == 201
    assert county.records() == []

    come(county, planning)

    assert stands(county, JONAS, told["id"])["state"] == "done"
    (record,) = county.records()
    assert (record["permit"], record["rule"], record["person"]) == (True, "administers", str(JONAS.hsa_id))
    assert county.world.directory.snapshot().unit(NURSING.hsa_id) == replace(NURSING, name="Nytt namn")


@pytest.mark.parametrize(
    ("who", "unit"), [(JONAS, LULEA_NURSING), (WILMA, EMERGENCY), (WILMA, HOSPITAL), (NURSE, NURSING)]
)
def test_nobody_plans_where_she_may_not_change(county: Administered, who: Person, unit: Any) -> None:
    status, _ = planned(county, who, renaming(unit.hsa_id))

    assert status == 403
    (record,) = county.records()
    assert (record["permit"], record["person"]) == (False, str(who.hsa_id))


@pytest.mark.parametrize("unit", [LULEA_NURSING, EMERGENCY])
def test_nobody_reorganises_what_is_not_hers(county: Administered, unit: Any) -> None:
    answer = send(
        county.browser(), WILMA, "POST", "reorganisations",
        {"due": DUE, "do": "close", "unit": str(unit.hsa_id), "reason": "stängs"},
    )  # fmt: skip

    assert answer.status_code in (403, 404), answer.text


def test_a_unit_is_not_moved_out_of_her_part_of_the_tree(county: Administered) -> None:
    out = [{"do": "move", "entry": str(BAY.hsa_id), "to": str(EMERGENCY.hsa_id)}]

    assert planned(county, WILMA, out)[0] == 403
    assert planned(county, KRISTINA, out)[0] == 201


def test_who_is_no_administrator_any_more_when_the_date_comes_has_planned_nothing(
    county: Administered, planning: Planning
) -> None:
    _, told = planned(county, JONAS, renaming(NURSING.hsa_id))
    county.world.change(replace(BODENS, memberships=()))

    come(county, planning)

    assert stands(county, KRISTINA, told["id"])["state"] == "failed"
    (record,) = county.records()
    assert (record["permit"], record["person"]) == (False, str(JONAS.hsa_id))
    assert county.world.directory.snapshot().unit(NURSING.hsa_id) == NURSING


def test_a_power_that_is_only_planned_plans_nothing(county: Administered) -> None:
    widened = [{"do": "change", "entry": str(HEAD_OF_WARD.hsa_id), "set": {"areas": [str(HOSPITAL.hsa_id)]}}]
    assert planned(county, KRISTINA, widened)[0] == 201

    assert planned(county, WILMA, renaming(EMERGENCY.hsa_id))[0] == 403
    assert planned(county, WILMA, renaming(BAY.hsa_id))[0] == 201


def test_nobody_plans_a_power_for_herself(county: Administered) -> None:
    herself = [{"do": "assign", "entry": str(WHOLE_REGION.hsa_id), "person": str(WILMA.hsa_id)}]

    assert planned(county, WILMA, herself)[0] == 403


def test_what_is_planned_is_changed_further_by_who_administers_it_then(county: Administered) -> None:
    """The unit is not there yet: it is judged where it will stand."""
    unit = {"name": "Avdelning 9", "parent": str(NURSING.hsa_id)}
    status, made = planned(county, JONAS, [{"do": "create", "kind": "unit", "set": unit}])
    assert status == 201, made
    new = made["steps"][0]["set"]["hsa_id"]

    status, told = planned(county, JONAS, renaming(new))

    assert status == 201, told
    assert planned(county, WILMA, renaming(new))[0] == 422


def test_others_cancel_only_what_they_may_do(county: Administered) -> None:
    _, told = planned(county, KRISTINA, renaming(WARD.hsa_id))
    address = f"planned-changes/{told['id']}/cancel"

    refused = send(county.browser(), JONAS, "POST", address, {"reason": "nej"})
    done = send(county.browser(), WILMA, "POST", address, {"reason": "nej"})

    assert refused.status_code == 404
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")


def test_nobody_hears_of_plans_in_another_part_of_the_tree(county: Administered) -> None:
    _, told = planned(county, JONAS, renaming(HOME_CARE.hsa_id))

    assert send(county.browser(), WILMA, "GET", f"planned-changes/{told['id']}").status_code == 404
    assert send(county.browser(), WILMA, "GET", "planned-changes").json()["items"] == []
    assert send(county.browser(), MARJA, "GET", "planned-changes").json()["items"] == []
    assert len(send(county.browser(), JONAS, "GET", "planned-changes").json()["items"]) == 1
    assert send(county.browser(), TORA, "GET", f"planned-changes/{told['id']}").status_code == 404
