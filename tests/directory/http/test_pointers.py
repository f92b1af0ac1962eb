"""A pointer of a refusal leads to the field in the body that was sent (RFC 6901, RFC 9457), whoever refused it."""

from dataclasses import replace
from typing import Any

import pytest

from directory.core.entries import AdminAssignment
from tests.directory.http.parts import ADMIN, Browser, send
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, REGION, ROOM, World, a_planning, region

UNIT = f"units/{CENTRE.hsa_id}"
PLANNED = {"due": "2026-06-01", "reason": "r"}
SOMEBODY = {
    "do": "create", "kind": "person", "as": "nils",
    "set": {"member": str(REGION.hsa_id), "given_name": "Nils", "family_name": "Ny"},
}  # fmt: skip
NILS = {"person": "@nils"}
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


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "units", {}, "it is not there, and is needed"),
        ("PATCH", UNIT, {"nam": "x", "reason": "r"}, "there is no such field here"),
        ("PATCH", UNIT, {"public": "kanske", "reason": "r"}, "it is `true` or `false`"),
        ("PATCH", UNIT, {"name": 7, "reason": "r"}, "it is a text, in quotes"),
        ("PATCH", UNIT, {"name": "x", "reason": ""}, "it has at least 1 characters"),
        ("PATCH", UNIT, {"coordinates": 7, "reason": "r"}, "it is an object, in `{}`"),
        ("PATCH", UNIT, {"coordinates": {"north": 1.5, "east": 1}, "reason": "r"}, "it is a whole number"),
        ("PATCH", UNIT, {"services": "1", "reason": "r"}, "it is a list, in `[]`"),
        ("POST", f"{UNIT}/end", {"at": "2027-02-30", "reason": "r"}, "there is no such day as `2027-02-30`"),
        ("POST", f"{UNIT}/end", {"at": 7, "reason": "r"}, "a point in time is a text"),
        ("POST", "reorganisations", {"do": "fly", "reason": "r"}, "`do` is one of `move`, `merge`, `split`, `close`"),
        ("POST", "reorganisations", {"reason": "r"}, "`do` is not there, and is needed"),
        ("POST", "planned-changes", {**PLANNED, "steps": []}, "there are at least 1"),
        ("POST", "planned-changes", {**PLANNED, "steps": [{**SET, "set": {"title": 7}}]}, "it is a text, in quotes"),
        ("GET", "units?limit=0", {}, "it is at least 1"),
        (
            "POST", "people/lookup", {"kind": "x", "value": "1"},
            "it is one of `personnummer`, `samordningsnummer` or `reserve`",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_form_is_said_in_our_words(
    http: Browser, method: str, path: str, body: dict[str, Any], said: str
) -> None:
    status, told = send(http, method, path, body)

    assert status == 400 and said in [error["detail"] for error in told["errors"]], told


@pytest.mark.parametrize("written", ["2027-09-01", "2027-09-01T00:00:00+02:00"])
def test_a_point_in_time_is_a_date_or_an_instant_wherever_it_stands(http: Browser, written: str) -> None:
    assign = {"do": "assign", "entry": str(CARE.hsa_id), "person": str(EVA.hsa_id), "until": written}
    ended = send(http, "POST", f"{UNIT}/end?dry_run=true", {"at": written, "reason": "r"})
    period = send(http, "PATCH", f"{UNIT}?dry_run=true", {"period": {"end": written}, "reason": "r"})
    table = {"code": "1", "text": "x", "period": {"end": written}}
    codes = {"table": "t", "name": "T", "member": str(REGION.hsa_id), "codes": [table], "reason": "r"}

    planned = send(http, "POST", "planned-changes?dry_run=true", {**PLANNED, "steps": [SOMEBODY, {**assign, **NILS}]})

    assert planned[0] == 200 and planned[1]["steps"][1]["until"] == "2027-08-31T22:00:00Z"
    assert ended[1]["period"]["end"] == period[1]["period"]["end"] == planned[1]["steps"][1]["until"]
    assert send(http, "POST", "code-tables?dry_run=true", codes)[0] == 200


NOBODY = str(region("P999999"))


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        (f"assignments/{CARE.hsa_id}/memberships", {"person": NOBODY}, "/person"),
        (f"{UNIT}/move", {"to": str(ANNA.hsa_id)}, "/to"),
        (f"{UNIT}/merge", {"into": str(CENTRE.hsa_id)}, "/into"),
        (f"{UNIT}/archive", {}, ""),
        ("reorganisations", {"do": "merge", "units": [str(CENTRE.hsa_id)], "into": str(CENTRE.hsa_id)}, "/into"),
        ("reorganisations", {"do": "close", "unit": str(CENTRE.hsa_id)}, "/children"),
    ],
)
def test_a_rule_that_a_verb_breaks_points_to_what_the_verb_takes(
    http: Browser, path: str, body: dict[str, Any], pointer: str
) -> None:
    for query in ("", "?dry_run=true"):
        status, told = send(http, "POST", f"{path}{query}", {**body, "reason": "r"})
        assert status == 422, told
        assert told["pointer"] == pointer and pointers(told)[0] == pointer
        assert reached_by(pointer, {**body, "children": "none"}) is not None


def test_a_plan_that_cannot_be_tried_again_points_to_nothing_that_was_sent(http: Browser, world: World) -> None:
    chief = {**SET, "set": {"title": "chef"}}
    _, planned = send(http, "POST", "planned-changes", {**PLANNED, "steps": [chief]})
    world.change(replace(ANNA, title="samordnare"))
    world.clock.pass_(days=200)
    a_planning(world).carry_out_due()

    status, told = send(http, "POST", f"planned-changes/{planned['id']}/retry", {})

    assert status == 422 and told["pointer"] == "" and pointers(told) == [""], told


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_a_refusal_names_no_id_that_nobody_has(http: Browser, query: str) -> None:
    new = {"name": "Ny", "parent": str(CENTRE.hsa_id), "telephone": "ring"}
    step = {"do": "create", "kind": "unit", "set": new}

    made = send(http, "POST", f"units{query}", {**new, "reason": "r"})
    planned = send(http, "POST", f"planned-changes{query}", {**PLANNED, "steps": [step]})

    assert made[0] == planned[0] == 422
    assert "E000000" not in str(made) + str(planned) and made[1]["title"].startswith("a telephone number is digits")


@pytest.mark.parametrize(
    ("method", "path", "body", "wrong"),
    [
        ("PATCH", UNIT, {"telephone": "abc", "public": "maybe"}, ["/public", "/telephone"]),
        (
            "PATCH",
            UNIT,
            {"manager": "ingen", "mail": "x", "care_provider": "y"},
            ["/care_provider", "/manager", "/mail"],
        ),
        ("PATCH", UNIT, {"manager": "ingen", "public": 7, "mail": None}, ["/public", "/manager"]),
        ("PATCH", UNIT, {"name": None, "nam": "x", "telephone": "abc"}, ["/nam", "/name", "/telephone"]),
        ("PATCH", UNIT, {"coordinates": {"north": 1, "east": 1}, "public": 7}, ["/public", "/coordinates"]),
        ("PATCH", UNIT, {"period": {"start": "2027-01-01", "end": "2026-01-01"}, "public": 7}, ["/public", "/period"]),
        ("POST", "people", {"mail": "x", "licences": ["ZZ"]}, ["/family_name", "/licences", "/mail"]),
    ],
)
def test_types_and_rules_are_told_at_once(
    http: Browser, method: str, path: str, body: dict[str, Any], wrong: list[str]
) -> None:
    status, told = send(http, method, path, {**body, "reason": "r"})

    assert status == 400 and sorted(pointers(told)) == sorted(wrong), told
    assert told["pointer"] == pointers(told)[0]


def test_what_is_wrong_in_a_step_is_told_at_once(http: Browser) -> None:
    steps = [{**SET, "set": {"title": "chef"}}, {"do": "change", "entry": str(CENTRE.hsa_id), "set": {}}]
    steps[1]["set"] = {"manager": "ingen", "care_provider": "x", "mail": "y"}

    status, told = send(http, "POST", "planned-changes", {**PLANNED, "steps": steps})

    expected = [f"/steps/1/set/{name}" for name in ("care_provider", "manager", "mail")]
    assert status == 400 and sorted(pointers(told)) == sorted(expected)


@pytest.mark.parametrize(
    ("path", "body", "choice"),
    [
        (f"assignments/{CARE.hsa_id}", {"purpose": "vård"}, "`Vård och behandling`"),
        (f"admin-assignments/{region('A001')}", {"duties": ["allt"]}, "`administer`"),
    ],
)
def test_what_may_be_chosen_is_told(http: Browser, world: World, path: str, body: dict[str, Any], choice: str) -> None:
    world.change(AdminAssignment(region("A001"), REGION.hsa_id, "Katalogansvarig", (str(CENTRE.hsa_id),)))

    status, told = send(http, "PATCH", path, {**body, "reason": "r"})

    assert status == 422 and choice in told["title"]
