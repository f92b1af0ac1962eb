"""Retention over HTTP: rules with law and period, what is due of the caller's own, the record of what was erased."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from directory import Membership
from directory.core.retention import DOOR, RULES, cutoff
from directory.edge.sql.erasures import SqlErasures
from directory.ports import Erasure
from directory.retention import Decisions
from hub.cli.retention import held_line, member_line, what_happens
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, application, get, send
from tests.directory.http.two_members import HOME_CARE, THEIRS, with_something_of_bodens
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, REGION, ROOM, World, a_person, a_retention
from vocabulary.period import Period

PATH = "/api/v1/retention"
NILS = a_person("P041", "Nils Nilsson")


def due(http: Browser, who: str) -> dict[str, tuple[int | None, int | None]]:
    return {rule["kind"]: (rule["due"], rule["held_back"]) for rule in get(http, PATH, who)["rules"]}


def test_every_rule_is_told_with_its_law_and_what_it_counts_from(http: Browser, world: World) -> None:
    told = get(http, PATH, READER)

    assert told["decision"] is None
    assert {rule["kind"]: (rule["years"], rule["law"]) for rule in told["rules"]} == {
        kind: (rule.years, rule.law) for kind, rule in RULES.items()
    }
    assert all(rule["why"] and rule["counts_from"] for rule in told["rules"])


def test_how_much_is_due_is_told_of_what_one_administers(http: Browser, world: World) -> None:
    with_something_of_bodens(world)
    over = Period(None, cutoff("assignment", world.clock.now()))
    world.change(replace(CARE, period=over), replace(THEIRS, period=over), replace(EVA, period=over))

    assert due(http, ADMIN)["assignment"] == (2, 0)
    assert due(http, ADMIN)["person"] == (1, 0)
    assert due(http, BODENS_ADMIN)["assignment"] == (1, 0)
    assert due(http, BODENS_ADMIN)["person"] == (0, 0), "she is another member's, and protected besides"
    assert due(http, READER)["assignment"] == (0, 0)
    assert due(http, ADMIN)["journal"] == (None, None)


def test_what_is_held_back_is_due_and_told_so(http: Browser, world: World) -> None:
    world.change(replace(CENTRE, period=Period(None, cutoff("unit", world.clock.now()))))

    assert due(http, ADMIN)["unit"] == (1, 1)
    (held,) = get(http, PATH, ADMIN)["held"]
    assert (held["kind"], held["hsa_id"], held["by_plan"], held["parts"]) == ("unit", str(CENTRE.hsa_id), None, None)
    assert held["by_entry"] in {str(ROOM.hsa_id), str(CARE.hsa_id)}
    assert get(http, PATH, READER)["held"] == get(http, PATH, BODENS_ADMIN)["held"] == []


def test_whom_a_planned_change_keeps_is_told_with_its_number(http: Browser, world: World) -> None:
    world.change(NILS)
    far = a_plan(http, {"do": "change", "entry": str(NILS.hsa_id), "set": {"title": "x"}}, due="2060-01-01")
    near = a_plan(http, {"do": "change", "entry": str(NILS.hsa_id), "set": {"given_name": "N"}})
    send(http, "POST", f"planned-changes/{near}/cancel", {"reason": "nej"})
    world.change(replace(NILS, period=Period(None, cutoff("person", world.clock.now()))))

    assert due(http, ADMIN)["person"] == (1, 1)
    waits = {"kind": "person", "hsa_id": str(NILS.hsa_id), "parts": None, "by_entry": None, "by_plan": far}
    assert get(http, PATH, ADMIN)["held"] == [waits]
    assert held_line(waits) == (
        f"person {NILS.hsa_id} is held back by planned change {far} (tillit directory plan show {far})"
    )
    send(http, "POST", f"planned-changes/{far}/cancel", {"reason": "nej"})
    assert get(http, PATH, ADMIN)["held"] == [waits], "the last of them by its date, now that none waits"


def test_a_plan_that_one_may_not_know_of_is_not_told_of(http: Browser, world: World) -> None:
    with_something_of_bodens(world)
    keeps = {"do": "change", "entry": str(HOME_CARE.hsa_id), "set": {"telephone": "0921-1"}}
    a_plan(http, keeps, {"do": "change", "entry": str(EVA.hsa_id), "set": {"title": "x"}})
    over = Period(None, cutoff("assignment", world.clock.now()))
    world.change(replace(THEIRS, period=over), replace(HOME_CARE, period=over))

    told = get(http, PATH, BODENS_ADMIN)["held"]

    assert [(held["hsa_id"], held["by_plan"], held["by_entry"]) for held in told] == [
        (str(HOME_CARE.hsa_id), None, None)
    ]
    assert held_line(told[0]).endswith("is held back by what you may not know of")


def test_parts_in_what_a_planned_change_names_are_held_back_too(http: Browser, world: World) -> None:
    over = Period(None, cutoff("membership", world.clock.now()))
    world.change(replace(CARE, memberships=(Membership(ANNA.hsa_id), Membership(NILS.hsa_id, over))), NILS)
    plan = a_plan(http, {"do": "change", "entry": str(CARE.hsa_id), "set": {"name": "Nytt namn"}})

    assert due(http, ADMIN)["membership"] == (1, 1)
    (held,) = get(http, PATH, ADMIN)["held"]
    assert (held["kind"], held["hsa_id"], held["parts"], held["by_plan"]) == ("membership", str(CARE.hsa_id), 1, plan)
    assert held_line(held).startswith(f"1 membership of {CARE.hsa_id} is held back by planned change {plan}")


def a_plan(http: Browser, *steps: dict[str, Any], due: str = "2026-06-01") -> int:
    status, told = send(http, "POST", "planned-changes", {"due": due, "reason": "r", "steps": list(steps)})
    assert status == 201, told
    number: int = told["id"]
    return number


BODENS, REGIONS = "Arkivnämnden i Boden, dnr 17", "Regionarkivet, dnr 18"


def members(http: Browser, who: str) -> dict[str, dict[str, Any]]:
    return {member["hsa_id"]: member for member in get(http, PATH, who)["members"]}


@pytest.mark.law("Arkivlag (1990:782) 8 §")
def test_of_each_member_it_is_told_by_what_decision_and_what_of_its_is_due(world: World) -> None:
    with_something_of_bodens(world)
    over = Period(None, cutoff("assignment", world.clock.now()))
    world.change(replace(CARE, period=over), replace(THEIRS, period=over), replace(CENTRE, period=over))
    http = Browser(application(world, decisions=Decisions(own={BODEN.hsa_id: BODENS})))

    theirs, ours = members(http, ADMIN)[str(BODEN.hsa_id)], members(http, ADMIN)[str(REGION.hsa_id)]

    assert (theirs["name"], theirs["decision"], theirs["joint"]) == (BODEN.name, BODENS, False)
    assert (theirs["due"], theirs["held_back"], theirs["undecided"]) == ({"assignment": 1}, {}, {})
    assert (ours["decision"], ours["joint"]) == (None, False)
    assert ours["due"] == {"assignment": 1, "unit": 1}
    assert (ours["held_back"], ours["undecided"]) == ({"unit": 1}, {"assignment": 1})
    assert {rule["kind"]: rule["undecided"] for rule in get(http, PATH, ADMIN)["rules"]}["assignment"] == 1
    assert get(http, PATH, ADMIN)["common_decisions"] == []


def test_how_much_is_due_of_others_is_not_told_and_that_they_have_decided_is(world: World) -> None:
    with_something_of_bodens(world)
    world.change(replace(EVA, period=Period(None, cutoff("person", world.clock.now()))))
    own = {BODEN.hsa_id: BODENS, REGION.hsa_id: REGIONS}
    http = Browser(application(world, decisions=Decisions(own=own)))

    for who in (BODENS_ADMIN, READER):
        told = members(http, who)[str(REGION.hsa_id)]
        assert (told["decision"], told["due"], told["held_back"], told["undecided"]) == (REGIONS, {}, {}, {})
    assert members(http, ADMIN)[str(REGION.hsa_id)]["due"] == {"person": 1, "membership": 1}
    assert get(http, PATH, READER)["common_decisions"] == [BODENS, REGIONS]


def test_a_joint_decision_is_told_as_that_of_everybody_who_has_none_of_its_own(world: World) -> None:
    http = Browser(application(world, decisions=Decisions("dnr 1", {BODEN.hsa_id: BODENS})))

    told = {name: (member["decision"], member["joint"]) for name, member in members(http, READER).items()}

    assert told == {str(REGION.hsa_id): ("dnr 1", True), str(BODEN.hsa_id): (BODENS, False)}
    assert get(http, PATH, READER)["decision"] == "dnr 1"


def test_the_record_says_whose_it_was_and_by_whose_decision(world: World) -> None:
    with_something_of_bodens(world)
    world.change(replace(THEIRS, period=Period(None, cutoff("assignment", world.clock.now()))))
    decisions = Decisions(own={BODEN.hsa_id: BODENS})
    a_retention(world, decisions).carry_out()

    told = get(Browser(application(world, decisions=decisions)), PATH, READER)

    (erased,) = told["record"]
    assert (erased["kind"], erased["member"], erased["decision"]) == ("assignment", str(BODEN.hsa_id), BODENS)


def test_the_command_says_of_each_member_how_it_stands(world: World) -> None:
    over = Period(None, cutoff("unit", world.clock.now()))
    world.change(replace(CENTRE, period=over), replace(EVA, period=over))
    partly = get(Browser(application(world, decisions=Decisions(own={BODEN.hsa_id: BODENS}))), PATH, ADMIN)
    lines = {member["hsa_id"]: member_line(member) for member in partly["members"]}

    assert lines[str(BODEN.hsa_id)] == f"{BODEN.hsa_id} Bodens kommun: own decision {BODENS}"
    assert lines[str(REGION.hsa_id)] == (
        f"{REGION.hsa_id} Region Norrbotten: no decision; due 1 membership, 1 person, 1 unit; "
        "of that held back 1 unit; undecided 1 membership, 1 person"
    )


@pytest.mark.parametrize(
    ("decisions", "says"),
    [
        (Decisions(), "Nothing is erased: no decision of an archive authority stands"),
        (Decisions(own={BODEN.hsa_id: BODENS}), "Of 1 of 2 members what is due is erased within the hour"),
        (Decisions(own={BODEN.hsa_id: BODENS, REGION.hsa_id: REGIONS}), "by each member's own decision"),
        (Decisions("dnr 1"), "by the decision dnr 1"),
    ],
)
def test_the_command_says_in_a_sentence_what_the_decisions_lead_to(
    world: World, decisions: Decisions, says: str
) -> None:
    assert says in what_happens(get(Browser(application(world, decisions=decisions)), PATH, READER))


def test_what_was_erased_is_told_page_by_page_newest_first(http: Browser, world: World) -> None:
    now = world.clock.now()
    made = [Erasure(now + timedelta(days=day), "person", day, "en lag", now, "dnr 17", day) for day in range(1, 6)]
    SqlErasures(world.engine).note(made)

    first = get(http, f"{PATH}?limit=3", READER)
    second = get(http, f"{PATH}?limit=3&cursor={first['next_cursor']}", READER)

    assert [item["count"] for item in first["record"] + second["record"]] == [5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    assert first["record"][0]["decision"] == "dnr 17" and first["record"][0]["revision"] == 5


def test_what_is_erased_stands_in_the_record(http: Browser, world: World) -> None:
    world.change(replace(EVA, period=Period(None, cutoff("person", world.clock.now()))))

    a_retention(world, "dnr 17").carry_out()

    told = get(http, PATH, READER)
    assert {item["kind"]: item["count"] for item in told["record"]} == {"person": 1, "membership": 1}
    assert str(EVA.hsa_id) not in str(told)
    assert due(http, ADMIN)["person"] == (0, 0)


def test_the_journal_tells_that_she_was_erased_and_nothing_of_what_she_was(http: Browser, world: World) -> None:
    world.change(replace(ANNA, period=Period(None, cutoff("person", world.clock.now())), archived=True))
    a_retention(world, "dnr 17").carry_out()

    (head,) = get(http, f"/api/v1/journal?door={DOOR}", ADMIN)["items"]
    undone = send(http, "POST", f"journal/{head['revision']}/undo", {"reason": "r"}, ADMIN)

    told = {change["kind"]: change["what"] for change in head["changes"]}
    assert told == {"person": "erased"}
    assert ANNA.family_name not in str(get(http, f"/api/v1/journal?entry={ANNA.hsa_id}", ADMIN))
    assert undone[0] == 409 and "does not come back" in undone[1]["title"]


@pytest.mark.parametrize("query", ["cursor=x", "cursor=-1", "cursor=%00", "limit=0", "limit=501", "cursor=" + "9" * 21])
def test_a_bad_question_is_told_what_is_wrong(http: Browser, query: str) -> None:
    answer = http.get(f"{PATH}?{query}", headers={"authorization": READER})

    assert answer.status_code == 400, answer.text
    assert answer.json()["errors"] or answer.json()["pointer"]
