"""AuthZEN 1.0 over HTTP: shapes, batches, metadata, and who may ask."""

import copy
import json
from typing import Any

import httpx
import pytest

from authz.actions.register_care_relationship import register_care_relationship
from tests.authz.actions.world import ANNA, ELSA, WARD, World
from tests.authz.http.parts import ISSUER, MANY, ONE, QUESTION
from vocabulary.period import ALWAYS

PEEPHOLE = {"authorization": "Bearer peephole", "content-type": "application/json"}


@pytest.fixture(scope="module", autouse=True)
def related(world: World) -> None:
    register_care_relationship(world.desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x")


def changed(path: str, value: Any) -> dict[str, Any]:
    """The question with the member at ``path`` set; ``...`` takes it away."""
    made = copy.deepcopy(QUESTION)
    *way, last = path.split(".")
    place = made
    for name in way:
        place = place[name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return made


def ask(client: httpx.Client, question: Any, path: str = ONE, **headers: str) -> httpx.Response:
    return client.post(path, content=json.dumps(question), headers={**PEEPHOLE, **headers})


@pytest.mark.spec("AuthZEN 1.0 6.2")
def test_a_terse_answer_is_the_decision_alone(client: httpx.Client) -> None:
    answer = ask(client, QUESTION)

    assert (answer.status_code, answer.json()) == (200, {"decision": True})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


def test_a_denial_is_200(client: httpx.Client) -> None:
    answer = ask(client, changed("action.name", "brew"))

    assert (answer.status_code, answer.json()) == (200, {"decision": False})


def test_an_explained_answer_tells_reasons_in_two_voices(client: httpx.Client) -> None:
    permit = ask(client, changed("context.explain", True)).json()
    question = changed("context.explain", True)
    question["resource"]["properties"]["patient"]["value"] = "191212121212"
    deny = ask(client, question).json()

    assert permit["context"]["reason_admin"]["code"] == "own_unit"
    assert permit["context"]["obligations"] == ["log"]
    assert deny["context"]["reason_user"]["code"] == "no_care_relationship"
    assert [step["code"] for step in deny["context"]["next_steps"]] == ["register_care_relationship"]
    assert deny["context"]["final"] is False
    assert set(deny["context"]) >= {"decision_id", "policy_version", "facts_revision", "valid_until"}


@pytest.mark.spec("AuthZEN 1.0 10.1.4")
def test_a_request_id_is_echoed(client: httpx.Client) -> None:
    assert ask(client, QUESTION, **{"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert ask(client, [], **{"x-request-id": "abc-2"}).headers["x-request-id"] == "abc-2"
    assert ask(client, QUESTION, **{"x-request-id": "x" * 4_000}).headers["x-request-id"] == "x" * 4_000


BAD = [
    ("subject", ...),
    ("subject", None),
    ("subject", "anna"),
    ("subject", []),
    ("subject.type", ...),
    ("subject.type", 1),
    ("subject.id", ...),
    ("subject.id", ""),
    ("subject.id", {"a": 1}),
    ("subject.properties", []),
    ("subject.properties.assignment", 7),
    ("subject.id", "x" * 1_001),
    ("action", ...),
    ("action", "read"),
    ("action.name", ...),
    ("action.name", 1),
    ("action.properties", "x"),
    ("resource", ...),
    ("resource", None),
    ("resource.type", ...),
    ("resource.id", ...),
    ("resource.id", 12),
    ("resource.properties", "x"),
    ("resource.properties.patient", "193805172388"),
    ("resource.properties.patient", {"kind": "personnummer", "value": "193805172389"}),
    ("resource.properties.patient", {"kind": "samordningsnummer", "value": "193805172388"}),
    ("resource.properties.patient", {"kind": "passport", "value": "193805172388"}),
    ("resource.properties.patient", {"kind": 1, "value": "193805172388"}),
    ("resource.properties.patient", {"kind": "personnummer"}),
    ("resource.properties.from", "2026-13-01"),
    ("resource.properties.from", "20260101"),
    ("resource.properties.investigation", "yes"),
    ("context", "x"),
    ("context", []),
    ("context.explain", "yes"),
    ("context.subject_token", 1),
    ("context.network_zone", 1),
    ("context.purpose", ["x"]),
]


@pytest.mark.parametrize(("path", "value"), BAD)
def test_a_wrong_shape_is_400_and_never_repeats_a_number(client: httpx.Client, path: str, value: Any) -> None:
    answer = ask(client, changed(path, value))

    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_question"
    assert "1938051723" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"subject":{},"subject":{}}',
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":' + b"9" * 5_000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"\\udc00":1}',
        b'{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"a":' + b'{"b":' * 40 + b"1" + b"}" * 41,
        b"[" * 60_000,
        b'{"a":"\x00"}',
        b"{} {}",
    ],
)
def test_what_is_not_strict_json_is_400(client: httpx.Client, body: bytes) -> None:
    for path in (ONE, MANY):
        assert client.post(path, content=body, headers=PEEPHOLE).status_code == 400


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_content_type_is_400(client: httpx.Client, content_type: str) -> None:
    answer = client.post(ONE, content=json.dumps(QUESTION), headers={**PEEPHOLE, "content-type": content_type})

    assert answer.status_code == 400


def test_json_with_a_charset_is_json(client: httpx.Client) -> None:
    assert ask(client, QUESTION, **{"content-type": "Application/JSON; charset=utf-8"}).json() == {"decision": True}


def test_a_body_that_is_too_large_is_refused(client: httpx.Client) -> None:
    large = json.dumps({**QUESTION, "padding": "x" * 70_000})

    def chunks() -> Any:
        yield from (large[n : n + 1000].encode() for n in range(0, len(large), 1000))

    assert client.post(ONE, content=large, headers=PEEPHOLE).status_code == 413
    assert client.post(ONE, content=chunks(), headers=PEEPHOLE).status_code == 413
    assert client.post(MANY, content=large, headers=PEEPHOLE).status_code == 200
    assert client.post(MANY, content=b" " * 1_100_000, headers=PEEPHOLE).status_code == 413


@pytest.mark.parametrize(
    ("authorization", "status"), [("", 401), ("Bearer nobody", 401), ("Basic cGVlcA==", 401), ("Bearer other", 403)]
)
def test_who_may_not_ask_is_told_so(client: httpx.Client, authorization: str, status: int) -> None:
    answer = ask(client, QUESTION, authorization=authorization)

    assert answer.status_code == status
    assert answer.headers["www-authenticate"].startswith("Bearer ")


def test_an_application_that_does_not_vouch_needs_the_subjects_token(client: httpx.Client) -> None:
    without = changed("context.subject_token", ...)

    assert ask(client, without, authorization="Bearer portal").json() == {"decision": False}
    assert ask(client, without).json() == {"decision": True}


@pytest.mark.spec("AuthZEN 1.0 9")
def test_addresses_in_the_metadata_come_from_configuration(client: httpx.Client) -> None:
    told = client.get("/.well-known/authzen-configuration", headers={"host": "evil.example"})

    assert told.json() == {
        "policy_decision_point": ISSUER,
        "access_evaluation_endpoint": ISSUER + ONE,
        "access_evaluations_endpoint": ISSUER + MANY,
        "search_subject_endpoint": ISSUER + "/access/v1/search/subject",
        "search_resource_endpoint": ISSUER + "/access/v1/search/resource",
        "search_action_endpoint": ISSUER + "/access/v1/search/action",
    }
    assert told.headers["cache-control"] == "public, max-age=3600"


def test_other_methods_are_405(client: httpx.Client) -> None:
    assert client.get(ONE, headers=PEEPHOLE).status_code == 405
    assert client.post("/.well-known/authzen-configuration").status_code == 405


@pytest.mark.spec("AuthZEN 1.0 7.1.1")
def test_defaults_of_a_batch_are_replaced_whole_and_never_merged(client: httpx.Client) -> None:
    item = {"resource": {"type": "patient_information", "id": "*", "properties": {}}}

    answer = ask(client, {**QUESTION, "evaluations": [{}, item, {"action": {"name": "brew"}}]}, MANY)

    assert answer.json() == {"evaluations": [{"decision": True}, {"decision": False}, {"decision": False}]}


@pytest.mark.parametrize("nothing", [{}, {"evaluations": []}, {"evaluations": None}])
def test_a_batch_without_evaluations_is_a_single_evaluation(client: httpx.Client, nothing: dict[str, Any]) -> None:
    assert ask(client, {**QUESTION, **nothing}, MANY).json() == {"decision": True}


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        ("execute_all", [True, False, True]),
        ("deny_on_first_deny", [True, False]),
        ("permit_on_first_permit", [True]),
    ],
)
def test_a_batch_ends_as_its_semantic_says(client: httpx.Client, semantic: str, decisions: list[bool]) -> None:
    items = [{}, {"action": {"name": "brew"}}, {}]
    body = {**QUESTION, "evaluations": items, "options": {"evaluations_semantic": semantic}}

    answer = ask(client, body, MANY)

    assert [item["decision"] for item in answer.json()["evaluations"]] == decisions


def test_a_malformed_item_is_its_own_error_and_ends_a_batch_that_ends_at_a_denial(client: httpx.Client) -> None:
    items = [{}, {"action": {"name": 7}}, {}]
    whole = ask(client, {**QUESTION, "evaluations": items}, MANY).json()["evaluations"]
    options = {"evaluations_semantic": "deny_on_first_deny"}
    short = ask(client, {**QUESTION, "evaluations": items, "options": options}, MANY).json()["evaluations"]

    assert [item["decision"] for item in whole] == [True, False, True]
    assert whole[1]["context"]["error"]["status"] == 400
    assert short == whole[:2]


@pytest.mark.parametrize(
    "more",
    [
        {"evaluations": {}},
        {"evaluations": [1]},
        {"evaluations": [{}] * 1_001},
        {"options": []},
        {"options": {"evaluations_semantic": "sometimes"}},
        {"options": {"evaluations_semantic": ["execute_all"]}},
    ],
)
def test_a_batch_of_wrong_shape_is_400(client: httpx.Client, more: dict[str, Any]) -> None:
    assert ask(client, {**QUESTION, **more}, MANY).status_code == 400


def test_a_record_is_read_back_by_an_administrator_and_the_reading_is_logged(client: httpx.Client) -> None:
    decision_id = ask(client, changed("context.explain", True)).json()["context"]["decision_id"]

    read = client.get(f"/api/v1/decisions/{decision_id}", headers={"authorization": "Bearer region"})
    refused = client.get(f"/api/v1/decisions/{decision_id}", headers={"authorization": "Bearer boden"})
    unknown = client.get("/api/v1/decisions/nothing", headers={"authorization": "Bearer region"})

    assert read.json()["rule"] == "own_unit"
    assert refused.json()["code"] == "not_allowed"
    assert unknown.status_code == 404
