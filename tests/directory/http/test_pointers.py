"""A pointer of a refusal leads to the field in the body that was sent (RFC 6901, RFC 9457), whoever refused it."""

from typing import Any

import pytest

from tests.directory.http.parts import ADMIN, Browser, send
from tests.directory.parts import ANNA, CARE, CENTRE, REGION, ROOM

UNIT = f"units/{CENTRE.hsa_id}"
PLANNED = {"due": "2026-06-01", "reason": "r"}
SET = {"do": "change", "entry": str(ANNA.hsa_id), "set": {}}


def pointers(told: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in told["errors"]]


def reached_by(pointer: str, body: Any) -> Any:
    """What the pointer leads to; fails where it leads nowhere."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        body = body[int(name)] if isinstance(body, list) else body[name]
    return body


@pytest.mark.parametrize(
    ("field", "of_wrong_type", "that_breaks_a_rule"),
    [("mail", 7, "ingen adress"), ("opening_hours", "måndag", ["måndag"]), ("telephone", 1, "ring")],
)
def test_a_wrong_type_and_a_broken_rule_point_alike(
    http: Browser, field: str, of_wrong_type: object, that_breaks_a_rule: object
) -> None:
    wrong = send(http, "PATCH", UNIT, {field: of_wrong_type, "reason": "r"})
    broken = send(http, "PATCH", UNIT, {field: that_breaks_a_rule, "reason": "r"})

    assert (wrong[0], broken[0]) == (400, 422)
    assert pointers(wrong[1]) == pointers(broken[1]) == [f"/{field}"]
    assert wrong[1]["pointer"] == broken[1]["pointer"] == f"/{field}"


@pytest.mark.parametrize(
    ("method", "path", "body", "at"),
    [
        ("PATCH", UNIT, {"coordinates": {"north": "x", "east": 1}, "reason": "r"}, "x"),
        ("PATCH", UNIT, {"opening_hours": ["1-5#08:00#17:00", 5], "reason": "r"}, 5),
        ("PATCH", UNIT, {"name": "Ny", "a/b~c": 1, "reason": "r"}, 1),
        ("POST", "planned-changes", {**PLANNED, "steps": [SET, {**SET, "more": "x"}]}, "x"),
        ("POST", "planned-changes", {**PLANNED, "steps": [{**SET, "set": {"title": 7}}]}, 7),
        ("POST", "planned-changes", {**PLANNED, "steps": [{**SET, "entry": 7}]}, 7),
        ("POST", "reorganisations", {"do": "merge", "units": [8], "into": str(ROOM.hsa_id), "reason": "r"}, 8),
        ("POST", f"assignments/{CARE.hsa_id}/memberships", {"person": 9, "reason": "r"}, 9),
        ("POST", "people/lookup", {"kind": "personnummer", "value": 10}, 10),
    ],
)
def test_a_pointer_leads_to_what_is_wrong_in_what_was_sent(
    http: Browser, method: str, path: str, body: dict[str, Any], at: object
) -> None:
    status, told = send(http, method, path, body)

    assert status == 400
    assert at in [reached_by(pointer, body) for pointer in pointers(told)]


def test_a_pointer_to_what_is_missing_is_where_it_would_stand(http: Browser) -> None:
    merge = {"do": "merge", "units": [str(ROOM.hsa_id)], "reason": "r"}
    new = {"member": str(REGION.hsa_id), "coordinates": {"north": 1}}

    assert pointers(send(http, "POST", "reorganisations", merge)[1]) == ["/into"]
    assert {"/name", "/reason", "/coordinates/east"} <= set(pointers(send(http, "POST", "units", new)[1]))


def test_a_parameter_is_pointed_to_by_its_name(http: Browser) -> None:
    for path, name in (("units?limit=0", "limit"), ("units?at=igår", "at"), (f"{UNIT}?dry_run=kanske", "dry_run")):
        method = "PATCH" if "dry_run" in path else "GET"
        answered = http.ask(method, f"/api/v1/{path}", {"reason": "r"}, {"authorization": ADMIN})
        assert answered.status_code == 400 and answered.json()["pointer"] == f"/{name}"


def test_what_is_no_json_is_pointed_to_as_a_whole(http: Browser) -> None:
    status, told = send(http, "PATCH", UNIT, [])  # type: ignore[arg-type]  # a list where an object is asked for

    assert status == 400 and pointers(told) == [""]
