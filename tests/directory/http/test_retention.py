"""Retention over HTTP: rules with law and period, what is due of the caller's own, the record of what was erased."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory.core.retention import DOOR, RULES, cutoff
from directory.edge.sql.erasures import SqlErasures
from directory.ports import Erasure
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, get, send
from tests.directory.http.two_members import THEIRS, with_something_of_bodens
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, World, a_retention
from vocabulary.period import Period

PATH = "/api/v1/retention"


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
