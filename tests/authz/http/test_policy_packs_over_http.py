"""``/api/v1/policy-packs``: what each step answers, and that it is taken by whom it belongs to and by nobody else."""

from typing import Any

import httpx
import pytest

from tests.authz.http.parts import ONE
from tests.authz.packs import document

PACKS = "/api/v1/policy-packs"
REASON = {"reason": "ny ordning"}
QUESTION = {
    "subject": {"type": "user", "id": "id-of-jan"},
    "action": {"name": "can_create_todo"},
    "resource": {"type": "todo", "id": "todo-1"},
    "context": {"explain": True},
}
STRANGERS = ("boden", "reader", "anna", "gateway", "admin-of-boden", "chief")


def bearer(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}"}


def post(client: httpx.Client, who: str, path: str, body: Any) -> httpx.Response:
    return client.post(f"{PACKS}{path}", json=body, headers=bearer(who))


@pytest.fixture(scope="module", autouse=True)
def uploaded(client: httpx.Client) -> httpx.Response:
    made = post(client, "todo", "", document("todo"))
    assert made.status_code == 201, made.text
    return made


def test_a_draft_is_uploaded_shown_and_tested_by_its_application(client: httpx.Client, uploaded: Any) -> None:
    one = client.get(uploaded.headers["location"], headers=bearer("todo")).json()
    tested = post(client, "todo", "/todo/versions/1/test", None).json()
    listed = client.get(PACKS, headers=bearer("todo")).json()

    assert (one["pack"], one["version"], one["uploaded_by"]) == ("todo", 1, "client:todo")
    assert one["document"] == document("todo")
    assert one["history"][0]["what"] == "uploaded"
    assert (tested["passed"], tested["failed"], tested["rules_without_case"]) == (7, [], [])
    assert [item["pack"] for item in listed["items"]] == ["todo"]


def test_an_administrator_activates_and_whoever_asks_is_told_why(client: httpx.Client) -> None:
    made = post(client, "region", "/todo/versions/1/activate", REASON).json()

    told = client.post(ONE, json=QUESTION, headers=bearer("todo")).json()

    assert made["state"] == "active"
    assert told["decision"] is False
    assert told["context"]["policy_version"] == "todo/1"
    assert told["context"]["reason_user"]["sv"] == "Applikationens regler ger dig inte åtkomst."
    assert [gate["gate"] for gate in told["context"]["gates"]] == ["permits"]


def test_what_was_asked_is_asked_again(client: httpx.Client) -> None:
    post(client, "region", "/todo/versions/1/activate", REASON)
    client.post(ONE, json=QUESTION, headers=bearer("todo"))
    tested = post(client, "todo", "/todo/versions/1/test?days=31", None).json()["recorded"]
    too_many = post(client, "todo", "/todo/versions/1/test?days=32", None)

    assert (tested["compared"] > 0, tested["changed"], tested["would_change"]) == (True, 0, [])
    assert too_many.status_code == 422


def test_it_is_rolled_back_and_deactivated(client: httpx.Client) -> None:
    second = document("todo", obligations=[{"id": "tell-the-owner", "actions": ["can_delete_todo"]}])
    post(client, "region", "/todo/versions/1/activate", REASON)
    number = post(client, "todo", "", second).json()["version"]
    activated = post(client, "region", f"/todo/versions/{number}/activate", REASON)
    again = post(client, "region", f"/todo/versions/{number}/activate", REASON)
    back = post(client, "region", "/todo/rollback", REASON)
    off = post(client, "region", "/todo/deactivate", REASON)
    shown = client.get(f"{PACKS}/todo", headers=bearer("region")).json()

    assert [one.status_code for one in (activated, again, back, off)] == [200, 409, 200, 200]
    assert (back.json()["version"], off.json()["state"]) == (1, "retired")
    assert (shown["active"], shown["newest"]) == (None, number)


def test_trying_a_document_out_keeps_nothing(client: httpx.Client) -> None:
    failing = document("todo")
    failing["cases"][0] |= {"expect": "deny", "rule": None}

    tried = post(client, "todo", "?dry_run=true", failing)

    assert (tried.status_code, tried.json()["dry_run"]) == (200, True)
    assert [fault["name"] for fault in tried.json()["failed"]] == ["whoever is known sees people"]
    assert len(client.get(f"{PACKS}/todo", headers=bearer("todo")).json()["versions"]) < tried.json()["version"]


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_learn_and_change_nothing(client: httpx.Client, who: str) -> None:
    refused = [
        post(client, who, "", document("todo")),
        client.get(f"{PACKS}/todo", headers=bearer(who)),
        client.get(f"{PACKS}/todo/versions/1", headers=bearer(who)),
        *(post(client, who, f"/todo/{step}", REASON) for step in ("rollback", "deactivate", "versions/1/activate")),
        post(client, who, "/todo/versions/1/test", None),
    ]
    listed = client.get(PACKS, headers=bearer(who))

    assert {answer.status_code for answer in refused} <= {403, 404}
    assert listed.status_code == 403 or listed.json() == {"items": []}


def test_an_application_puts_nothing_in_force_itself(client: httpx.Client) -> None:
    for step in ("versions/1/activate", "rollback", "deactivate"):
        assert post(client, "todo", f"/todo/{step}", REASON).json()["code"] == "not_allowed"


def test_what_is_not_there_is_told_so(client: httpx.Client) -> None:
    assert client.get(f"{PACKS}/nobody", headers=bearer("region")).status_code == 404
    assert client.get(f"{PACKS}/todo/versions/99", headers=bearer("region")).status_code == 404
    assert post(client, "region", "/todo/versions/1/activate", {"reason": ""}).status_code in (400, 409)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"pack":"todo","pack":"todo"}',
        b'{"pack":NaN}',
        b"\xff",
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"pack":"todo","rules":[' + b'{"not":' * 3_000 + b"1" + b"}" * 3_000 + b"]}",
    ],
)
def test_bad_documents_are_refused_with_a_reason(client: httpx.Client, body: bytes) -> None:
    answer = client.post(PACKS, content=body, headers=bearer("region") | {"content-type": "application/json"})

    assert answer.status_code in (400, 422)
    assert answer.json()["title"]


def test_faults_come_with_pointers(client: httpx.Client) -> None:
    answer = post(client, "todo", "", document("todo", rules=[{"id": "r", "effect": "allow"}]))

    assert (answer.status_code, answer.json()["pointer"]) == (422, "/rules/0/effect")
