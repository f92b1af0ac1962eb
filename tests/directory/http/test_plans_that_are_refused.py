"""What is no plan, and no question about plans, is refused over HTTP with a pointer to what is wrong."""

from typing import Any

import pytest

from tests.directory.http.parts import ADMIN, Browser, get, send
from tests.directory.http.planning_parts import CHIEF, DUE
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, ROOM, World


@pytest.mark.parametrize(
    "query",
    ["cursor=%00", "cursor=å", "cursor=MSAy.", "limit=0", "limit=201", "state=lost", "due_from=x", "due_until=%00"],
)
def test_a_malformed_query_is_refused(http: Browser, query: str) -> None:
    assert http.get(f"/api/v1/planned-changes?{query}", headers={"authorization": ADMIN}).status_code == 400


@pytest.mark.parametrize("number", ["0", "-1", "7", "x", "9" * 30, "1.0", "%00", "١"])
def test_what_is_no_plan_is_not_found(http: Browser, number: str) -> None:
    get(http, f"/api/v1/planned-changes/{number}", ADMIN, 404)


NEW_UNIT = {"name": "Ny", "parent": str(CENTRE.hsa_id)}
BAD: list[tuple[Any, str]] = [
    ({"due": "2020-01-01"}, "/due"),
    ({"due": "2026-03-02T08:59:59Z"}, "/due"),
    ({"due": "soon"}, "/due"),
    ({"due": None}, "/due"),
    ({"steps": []}, "/steps"),
    ({"steps": [CHIEF] * 201}, "/steps"),
    ({"reason": ""}, "/reason"),
    ({"more": 1}, "/more"),
    ({"steps": [{"do": "fly", "entry": str(ANNA.hsa_id)}]}, "/steps/0"),
    ({"steps": [{**CHIEF, "entry": "nonsense"}]}, "/steps/0/entry"),
    ({"steps": [{**CHIEF, "set": {}}]}, "/steps/0/set"),
    ({"steps": [CHIEF, {**CHIEF, "set": {"titel": "chef"}}]}, "/steps/1/set/titel"),
    ({"steps": [{**CHIEF, "set": {"title": 7}}]}, "/steps/0/set/title"),
    ({"steps": [{**CHIEF, "set": {"hsa_id": str(EVA.hsa_id)}}]}, "/steps/0/set/hsa_id"),
    ({"steps": [{**CHIEF, "set": {"licences": ["LK"]}}]}, "/steps/0/set/licences"),
    ({"steps": [{**CHIEF, "set": {"memberships": []}}]}, "/steps/0/set/memberships"),
    ({"steps": [{**CHIEF, "set": {"number_lookup": "1:a"}}]}, "/steps/0/set/number_lookup"),
    ({"steps": [{**CHIEF, "set": {"reason": "r"}}]}, "/steps/0/set/reason"),
    ({"steps": [{**CHIEF, "set": {"title": "a\u202eb"}}]}, "/steps/0/set/title"),
    ({"steps": [{**CHIEF, "set": {"title": "a\x00b"}}]}, "/steps/0/set/title"),
    ({"steps": [{**CHIEF, "set": {"mail": "*)(uid=*"}}]}, "/steps/0/set/mail"),
    ({"steps": [{"do": "assign", "entry": str(CARE.hsa_id), "person": "@nobody"}]}, "/steps/0/person"),
    ({"steps": [{"do": "create", "kind": "unit", "set": {"name": "X", "parent": "@y"}}]}, "/steps/0/set/parent"),
    ({"steps": [{"do": "create", "kind": "robot", "set": {}}]}, "/steps/0/kind"),
    ({"steps": [{"do": "create", "kind": "person", "set": {}}]}, "/steps/0/set/family_name"),
    ({"steps": [{"do": "move", "entry": str(ROOM.hsa_id), "to": str(BODEN.hsa_id)}]}, "/steps/0/to"),
    ({"steps": [{"do": "move", "entry": str(ANNA.hsa_id), "to": str(CENTRE.hsa_id)}]}, "/steps/0/entry"),
    ({"steps": [{"do": "end", "entry": str(ANNA.hsa_id)}, CHIEF]}, "/steps/1/entry"),
    ({"steps": [{"do": "assign", "entry": str(ROOM.hsa_id), "person": str(ANNA.hsa_id)}]}, "/steps/0/entry"),
    ({"steps": [CHIEF, {"do": "assign", "entry": str(CARE.hsa_id), "person": str(EVA.hsa_id)}]}, "/steps/1/entry"),
    (
        {
            "steps": [
                {"do": "end", "entry": str(ANNA.hsa_id)},
                {"do": "assign", "entry": str(CARE.hsa_id), "person": str(ANNA.hsa_id)},
            ]
        },
        "/steps/1/person",
    ),
    (
        {"steps": [CHIEF, {"do": "create", "kind": "unit", "set": {**NEW_UNIT, "telephone": "ring"}}]},
        "/steps/1/set/telephone",
    ),
    ({"steps": [CHIEF, CHIEF]}, "/steps/1/entry"),
]


@pytest.mark.parametrize(("wrong", "pointer"), BAD, ids=range(len(BAD)))
@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_bad_input_is_refused_with_its_pointer(
    http: Browser, world: World, wrong: dict[str, Any], pointer: str, query: str
) -> None:
    body = {"due": DUE, "steps": [CHIEF], "reason": "planerat"} | wrong

    status, told = send(http, "POST", f"planned-changes{query}", body)

    assert status in (400, 422), told
    pointers = [told.get("pointer"), *(each["pointer"] for each in told.get("errors", []))]
    assert pointer in pointers, told
    assert get(http, "/api/v1/planned-changes", ADMIN)["items"] == []
    assert world.directory.snapshot().revision == 1
