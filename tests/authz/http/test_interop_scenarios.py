"""The AuthZEN working group's interop scenarios as policy packs: to-do list, gateway routes, record search."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from authz.actions.packs.put_in_force import activate_pack
from authz.actions.packs.upload_pack import upload_pack
from tests.authz.actions.world import World
from tests.authz.http.parts import MANY, ONE
from tests.authz.packs import document
from vocabulary.assurance import AssuranceLevel

TABLES = document("who_may")
SCENARIOS = tuple(TABLES)
SUBJECTS = {"todo": ("user", "id-of-{}"), "gateway": ("identity", "id-of-{}"), "records": ("user", "{}")}


@pytest.fixture(scope="module", autouse=True)
def _active(world: World) -> None:
    for scenario in SCENARIOS:
        row = upload_pack(world.pack_desk, document(scenario), by="client:region")
        assert row.version == 1
        activate_pack(world.pack_desk, scenario, 1, by="x", reason="scenariot", level=AssuranceLevel.NONE)


def questions(scenario: str) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every person of the scenario with every row of its table, and whether she may."""
    of_type, form = SUBJECTS[scenario]
    for row in TABLES[scenario]["rows"]:
        properties = {"ownerID": row["owner"]} if "owner" in row else {}
        for person in TABLES[scenario]["everybody"]:
            question = {
                "subject": {"type": of_type, "id": form.format(person)},
                "action": {"name": row["action"]},
                "resource": {"type": row["resource"], "id": row["id"], "properties": properties},
                "context": {},
            }
            yield question, person in row["may"]


def ask(client: httpx.Client, scenario: str, path: str, body: Any) -> Any:
    return client.post(path, json=body, headers={"authorization": f"Bearer {scenario}"}).json()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_published_decision_is_given_one_by_one(client: httpx.Client, scenario: str) -> None:
    wrong = [
        (question, expected)
        for question, expected in questions(scenario)
        if ask(client, scenario, ONE, question) != {"decision": expected}
    ]

    assert wrong == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_each_published_decision_is_given_in_one_call(client: httpx.Client, scenario: str) -> None:
    asked, expected = zip(*questions(scenario), strict=True)

    answers = ask(client, scenario, MANY, {"evaluations": asked})["evaluations"]

    assert answers == [{"decision": permit} for permit in expected]


def test_the_boxcar_of_the_todo_scenario_takes_its_defaults(client: httpx.Client) -> None:
    batch = {
        "subject": {"type": "user", "id": "id-of-moa"},
        "action": {"name": "can_update_todo"},
        "resource": {},
        "context": {},
        "evaluations": [
            {"resource": {"type": "todo", "id": id_, "properties": {"ownerID": f"{owner}@lista.example"}}}
            for id_, owner in (("9f", "gunnar"), ("9e", "moa"))
        ],
    }

    assert ask(client, "todo", MANY, batch) == {"evaluations": [{"decision": False}, {"decision": True}]}


@pytest.mark.parametrize("semantic", ["deny_on_first_deny", "permit_on_first_permit"])
def test_a_batch_about_own_things_ends_early_too(client: httpx.Client, semantic: str) -> None:
    asked = [question for question, _ in questions("records") if question["action"]["name"] == "edit"]

    answers = ask(client, "records", MANY, {"evaluations": asked, "options": {"evaluations_semantic": semantic}})[
        "evaluations"
    ]

    ends = semantic == "permit_on_first_permit"
    assert answers[-1] == {"decision": ends}
    assert {"decision": ends} not in answers[:-1]
    assert len(answers) < len(asked)
