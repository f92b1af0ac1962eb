"""AuthZEN 1.0 searches over HTTP, section by section: entities, pages, empty answers, errors, and who may search."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from authz.actions.keep_other_registers import keep_task
from authz.actions.register_care_relationship import register_care_relationship
from authz.edge.http import access_app
from authz.edge.trail import scan
from tests.authz.actions.world import (
    ANNA,
    ANNA_WARD,
    CHILD,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    KATARINA_NURSING,
    MARIA,
    MARIA_NURSING,
    WARD,
    BrokenTrail,
    World,
)
from tests.authz.http.parts import BOX, ISSUER, authenticate_pep, serving
from vocabulary.period import ALWAYS

PEEPHOLE = {"authorization": "Bearer peephole", "content-type": "application/json"}
SUBJECT, RESOURCE, ACTION = (f"/access/v1/search/{sought}" for sought in ("subject", "resource", "action"))

_PATIENT = {"kind": "personnummer", "value": ELSA.reveal()}
_RECORD = {
    "type": "patient_information",
    "id": "*",
    "properties": {
        "patient": _PATIENT,
        "information_type": "voo",
        "care_unit": HOME_NURSING.value,
        "care_provider": "SE2120002767-VG01",
    },
}
_KATARINA = {"type": "employee", "id": KATARINA.value, "properties": {"assignment": KATARINA_NURSING.value}}
_MARIA = {"type": "employee", "id": MARIA.value, "properties": {"assignment": MARIA_NURSING.value}}
_CONTEXT = {"network_zone": "sjunet"}

WHO: dict[str, Any] = {"subject": {"type": "employee"}, "action": {"name": "read"}, "resource": _RECORD,
                       "context": _CONTEXT}  # fmt: skip
WHAT: dict[str, Any] = {"subject": _KATARINA, "action": {"name": "read"},
                        "resource": {"type": "patient_information", "properties": {"patient": _PATIENT}},
                        "context": _CONTEXT}  # fmt: skip
WHICH: dict[str, Any] = {"subject": _KATARINA, "resource": _RECORD, "context": _CONTEXT}
EVERY = [(SUBJECT, WHO), (RESOURCE, WHAT), (ACTION, WHICH)]


@pytest.fixture(scope="module", autouse=True)
def related(world: World) -> None:
    for person, unit in ((KATARINA, HOME_NURSING), (MARIA, HOME_NURSING), (ANNA, WARD)):
        register_care_relationship(world.desk, patient=ELSA, person=person, unit=unit, period=ALWAYS, by="x")
    register_care_relationship(world.desk, patient=CHILD, person=KATARINA, unit=HOME_NURSING, period=ALWAYS, by="x")
    keep_task(world.desk, INSULIN, by="x")


def search(client: httpx.Client, path: str, body: Any, **headers: str) -> httpx.Response:
    return client.post(path, content=json.dumps(body), headers={**PEEPHOLE, **headers})


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """``body`` with the member at ``path`` set; ``...`` takes it away."""
    made = copy.deepcopy(body)
    *way, last = path.split(".")
    place = made
    for name in way:
        place = place.setdefault(name, {})
    if value is ...:
        place.pop(last, None)
    else:
        place[last] = value
    return made


def pages(client: httpx.Client, path: str, body: dict[str, Any], limit: int) -> Iterator[dict[str, Any]]:
    page: dict[str, Any] = {"limit": limit}
    for _ in range(200):
        answer = search(client, path, {**body, "page": page}).raise_for_status().json()
        yield answer
        if answer["page"]["next_token"] == "":
            return
        page = {"token": answer["page"]["next_token"]}
    raise AssertionError("the pages never end")


@pytest.mark.spec("AuthZEN 1.0 8.4")
def test_subjects_are_found_with_the_assignment_by_which_they_may(client: httpx.Client) -> None:
    answer = search(client, SUBJECT, WHO)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == {"results": [_KATARINA, _MARIA]}


@pytest.mark.spec("AuthZEN 1.0 8.4.1")
def test_the_sought_entitys_id_is_ignored(client: httpx.Client) -> None:
    for path, body, stated in ((SUBJECT, WHO, "subject.id"), (RESOURCE, WHAT, "resource.id")):
        plain = search(client, path, body).json()

        assert search(client, path, changed(body, stated, ANNA.value)).json() == plain != {"results": []}


@pytest.mark.spec("AuthZEN 1.0 8.5")
def test_resources_are_found_by_what_was_left_open(client: httpx.Client, world: World) -> None:
    found = search(client, RESOURCE, WHAT).json()["results"]
    narrow = changed(WHAT, "resource.properties.information_type", "lak")
    patients = changed(narrow, "resource.properties.patient", ...)

    assert len(found) == 13, "every type, at her own unit"
    assert {one["properties"]["care_unit"] for one in found} == {HOME_NURSING.value}
    assert len(search(client, RESOURCE, narrow).json()["results"]) == 1
    assert [one["properties"]["patient"] for one in search(client, RESOURCE, patients).json()["results"]] == [
        {"kind": "personnummer", "value": number.reveal()}
        for number in sorted((ELSA, CHILD), key=world.desk.seal.lookup)
    ]


@pytest.mark.spec("AuthZEN 1.0 8.6")
def test_actions_are_found_and_need_none_stated(client: httpx.Client) -> None:
    assert search(client, ACTION, WHICH).json() == {"results": [{"name": name} for name in
                                                               ("print", "read", "sign", "write")]}  # fmt: skip
    task = {"type": "task", "id": "give_insulin", "properties": {"patient": _PATIENT}}
    assert search(client, ACTION, {**WHICH, "resource": task}).json() == {
        "results": [{"name": "perform"}, {"name": "sign"}]
    }


@pytest.mark.spec("AuthZEN 1.0 8.1")
@pytest.mark.parametrize(("path", "body"), EVERY)
def test_each_result_asked_alone_is_permitted(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    sought = path.rpartition("/")[2]

    for result in search(client, path, body).json()["results"]:
        single = {"action": {"name": "read"}, **body, sought: result}
        assert client.post("/access/v1/evaluation", content=json.dumps(single), headers=PEEPHOLE).json() == {
            "decision": True
        }


@pytest.mark.spec("AuthZEN 1.0 8.5")
@pytest.mark.parametrize(
    ("kind", "action", "ids"),
    [("task", "perform", ["give_insulin"]), ("application", "use", []), ("directory_object", "read", None)],
)
def test_other_types_are_searched(
    client: httpx.Client, world: World, kind: str, action: str, ids: list[str] | None
) -> None:
    properties = {"patient": _PATIENT} if kind == "task" else {}
    body = {**WHAT, "action": {"name": action}, "resource": {"type": kind, "properties": properties}}

    found = [one["id"] for one in search(client, RESOURCE, body).json()["results"]]

    assert found == (sorted(each.value for each in world.staff.readers) if ids is None else ids)


def test_who_may_use_an_application_is_found(client: httpx.Client) -> None:
    body = {**WHO, "action": {"name": "use"}, "resource": {"type": "application", "id": "svp"}}

    assert search(client, SUBJECT, body).json()["results"] == [
        {"type": "employee", "id": ANNA.value, "properties": {"assignment": ANNA_WARD.value}}
    ]


def test_the_citizen_is_found_for_her_own_record(client: httpx.Client) -> None:
    resource = {"type": "own_record", "id": "*", "properties": {"patient": _PATIENT}}
    body = {"subject": {"type": "patient"}, "action": {"name": "read"}, "resource": resource}

    assert search(client, SUBJECT, body).json()["results"] == [
        {"type": "patient", "id": ELSA.reveal(), "properties": {"patient": _PATIENT}}
    ]
    assert search(client, SUBJECT, {**body, "action": {"name": "write"}}).json() == {"results": []}


@pytest.mark.spec("AuthZEN 1.0 8.2.2")
def test_pages_hold_no_more_than_the_limit_and_together_everything(client: httpx.Client) -> None:
    whole = search(client, RESOURCE, WHAT).json()["results"]

    told = list(pages(client, RESOURCE, WHAT, 5))

    assert [page["page"]["count"] for page in told] == [5, 5, 3]
    assert [result for page in told for result in page["results"]] == whole
    assert next(iter(told[0])) == "page", "the page comes first"
    assert told[-1]["page"]["next_token"] == ""


@pytest.mark.spec("AuthZEN 1.0 8.2.1")
def test_a_limit_of_nothing_gives_nothing_and_says_that_there_is_more(client: httpx.Client) -> None:
    answer = search(client, RESOURCE, {**WHAT, "page": {"limit": 0}}).json()

    assert answer["results"] == [] and answer["page"]["count"] == 0 and answer["page"]["next_token"]


@pytest.mark.spec("AuthZEN 1.0 8.2.1")
def test_a_page_of_another_search_is_refused(client: httpx.Client) -> None:
    token = next(pages(client, RESOURCE, WHAT, 5))["page"]["next_token"]
    went_on = {**WHAT, "page": {"token": token}}
    others = [
        changed(went_on, "subject.id", MARIA.value),
        changed(went_on, "action.name", "print"),
        changed(went_on, "resource.properties.information_type", "lak"),
        changed(went_on, "context.network_zone", "lumiora"),
        changed(went_on, "page.limit", 6),
        changed(went_on, "page.properties", {"sort": "id"}),
        changed(went_on, "page.token", token[:-4] + "AAAA"),
        changed(went_on, "page.token", "not one of ours"),
        changed(went_on, "page.token", "å" * 40),
    ]

    assert search(client, RESOURCE, changed(went_on, "page.limit", 5)).status_code == 200
    assert search(client, RESOURCE, changed(went_on, "context.subject_token", "katarina")).status_code == 200
    assert [search(client, RESOURCE, other).status_code for other in others] == [400] * len(others)
    assert search(client, SUBJECT, {**WHO, "page": {"token": token}}).status_code == 400


def test_a_page_token_tells_nothing(client: httpx.Client, world: World) -> None:
    open_patients = changed(WHAT, "resource.properties.patient", ...)
    token = next(pages(client, RESOURCE, open_patients, 1))["page"]["next_token"]

    assert ELSA.reveal() not in token and world.desk.seal.lookup(ELSA) not in token
    assert token != next(pages(client, RESOURCE, open_patients, 1))["page"]["next_token"]


EMPTY = [
    (SUBJECT, WHO, "subject.type", "robot"),
    (SUBJECT, WHO, "resource.type", "book"),
    (SUBJECT, WHO, "action.name", "brew"),
    (SUBJECT, WHO, "resource.properties.care_unit", "SE2321000230-E9999"),
    (SUBJECT, WHO, "resource.properties.patient", ...),
    (SUBJECT, WHO, "resource.properties.care_unit", "no HSA-id"),
    (RESOURCE, WHAT, "subject.type", "robot"),
    (RESOURCE, WHAT, "subject.id", "SE2321000230-P9999"),
    (RESOURCE, WHAT, "subject.properties.assignment", ...),
    (RESOURCE, WHAT, "subject.properties.assignment", ANNA_WARD.value),
    (RESOURCE, WHAT, "resource.type", "book"),
    (RESOURCE, WHAT, "action.name", "brew"),
    (ACTION, WHICH, "subject.type", "robot"),
    (ACTION, WHICH, "subject.id", "SE2321000230-P9999"),
    (ACTION, WHICH, "resource.type", "book"),
]


@pytest.mark.spec("AuthZEN 1.0 8.3")
@pytest.mark.parametrize(("path", "body", "where", "value"), EMPTY)
def test_what_nobody_knows_gives_an_empty_list(
    client: httpx.Client, path: str, body: dict[str, Any], where: str, value: Any
) -> None:
    answer = search(client, path, changed(body, where, value))

    assert (answer.status_code, answer.json()) == (200, {"results": []})


BAD = [
    *((path, body, member, ...) for path, body in EVERY for member in ("subject", "resource")),
    *((path, body, member, value) for path, body in EVERY for member in ("subject", "resource", "context", "page")
      for value in ("text", [], 1, True)),
    (SUBJECT, WHO, "action", ...),
    (RESOURCE, WHAT, "action", ...),
    (SUBJECT, WHO, "action.name", ...),
    (SUBJECT, WHO, "subject.type", ...),
    (SUBJECT, WHO, "subject.type", 1),
    (SUBJECT, WHO, "resource.id", ...),
    (RESOURCE, WHAT, "subject.id", ...),
    (RESOURCE, WHAT, "resource.type", ...),
    (ACTION, WHICH, "subject.id", ...),
    (ACTION, WHICH, "resource.id", ...),
    *((path, body, "page.limit", value) for path, body in EVERY for value in (-1, 1.5, "5", True, [])),
    *((path, body, "page.token", value) for path, body in EVERY for value in (1, {}, "x" * 20_000)),
    (SUBJECT, WHO, "page.properties", []),
    (RESOURCE, WHAT, "resource.properties.patient", "193805172388"),
]  # fmt: skip


@pytest.mark.spec("AuthZEN 1.0 10.1.2")
@pytest.mark.parametrize(("path", "body", "where", "value"), BAD)
def test_a_search_of_wrong_shape_is_400(
    client: httpx.Client, path: str, body: dict[str, Any], where: str, value: Any
) -> None:
    answer = search(client, path, changed(body, where, value))

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_question")
    assert "1938051723" not in answer.text


@pytest.mark.spec("AuthZEN 1.0 10.1")
@pytest.mark.parametrize(("path", "body"), EVERY)
def test_transport_rules_hold_for_searches(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    whole = json.dumps(body)

    assert client.get(path, headers=PEEPHOLE).status_code == 405
    assert search(client, path, body, **{"content-type": "text/plain"}).status_code == 400
    assert search(client, path, body, authorization="Bearer nobody").status_code == 401
    assert search(client, path, body, authorization="Bearer other").status_code == 403
    assert search(client, path, {**body, "padding": "x" * 70_000}).status_code == 413
    assert client.post(path, content="[" + whole + "]", headers=PEEPHOLE).status_code == 400
    assert search(client, path, body, **{"x-request-id": "abc"}).headers["x-request-id"] == "abc"
    assert search(client, path, {**body, "unknown": {"a": 1}}).json() == search(client, path, body).json()


def test_without_the_subjects_token_only_who_vouches_finds_anything(client: httpx.Client) -> None:
    for path, body in EVERY:
        assert search(client, path, body, authorization="Bearer portal").json() == {"results": []}
    hers = changed(WHAT, "context.subject_token", "katarina")
    other = changed(WHAT, "context.subject_token", "maria")
    own = changed(changed(hers, "subject.properties.assignment", ...), "context.network_zone", "sjunet")

    assert len(search(client, RESOURCE, hers, authorization="Bearer portal").json()["results"]) == 13
    assert len(search(client, RESOURCE, own, authorization="Bearer portal").json()["results"]) == 13
    assert search(client, RESOURCE, other, authorization="Bearer portal").json() == {"results": []}
    who = changed(WHO, "context.subject_token", "maria")
    assert search(client, SUBJECT, who, authorization="Bearer portal").json()["results"] == [_MARIA]


def test_an_explained_search_tells_rules_and_why_nothing_could_be_searched(client: httpx.Client) -> None:
    told = search(client, SUBJECT, changed(WHO, "context.explain", True)).json()
    refused = search(client, SUBJECT, changed(WHO, "context.explain", True), authorization="Bearer portal").json()

    assert list(told) == ["page", "context", "results"]
    assert told["context"]["rules"] == ["own_unit", "own_unit"]
    assert set(told["context"]) >= {"search_id", "looked_at", "policy_version", "facts_revision", "valid_until"}
    assert refused["context"]["reason_user"]["code"] == "subject_token_missing"


def test_a_page_is_one_record_that_says_what_was_sought_and_found(client: httpx.Client, world: World) -> None:
    before = sum(1 for _ in scan(world.folder))

    told = list(pages(client, RESOURCE, WHAT, 5))

    records = list(scan(world.folder))[before:]
    assert [record["kind"] for record in records] == ["search"] * len(told)
    assert [record["found"] for record in records] == [5, 5, 3]
    assert records[0] | {"sought": "resource", "person": KATARINA.value, "more": True} == records[0]
    assert records[0]["patient"] == world.desk.seal.lookup(ELSA)
    assert records[0]["resource"]["type"] == "patient_information"
    assert ELSA.reveal() not in json.dumps(records)


def test_a_search_that_cannot_be_recorded_tells_nothing(world: World, tmp_path: Any) -> None:
    searches = world.searches(BrokenTrail(tmp_path / "full"))
    app = access_app(world.pdp(), searches, BOX, authenticate_pep, ISSUER)
    with serving(app) as url, httpx.Client(base_url=url) as client:
        answer = search(client, SUBJECT, WHO)

    assert answer.status_code == 503
    assert KATARINA.value not in answer.text


def test_what_could_not_be_looked_for_is_not_told_as_what_is_not_there(client: httpx.Client, world: World) -> None:
    world.staff.stale = True
    try:
        silent = [search(client, path, body) for path, body in EVERY]
    finally:
        world.staff.stale = False
    heard = world.clock.monotonic_seconds()
    world.clock.pass_(seconds=6)
    unheard = [search(client, path, body) for path, body in EVERY]
    world.model.refresh()

    assert world.clock.monotonic_seconds() > heard
    assert [answer.status_code for answer in silent + unheard] == [503] * 6
    assert {answer.json()["code"] for answer in silent} == {"staff_unavailable"}
    assert {answer.json()["code"] for answer in unheard} == {"registers_unavailable"}
    assert search(client, SUBJECT, WHO).json() == {"results": [_KATARINA, _MARIA]}
