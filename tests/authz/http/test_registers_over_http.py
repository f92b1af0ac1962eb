"""The registers' routers: who may, what is shown, and that a personal number stands in request bodies only."""

from typing import Any

import httpx
import pytest

from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.written import Written
from authz.actions.keep_other_registers import keep_task
from tests.authz.actions.world import CHILD, HOME_NURSING, INSULIN, KATARINA, MARIA, World

PATIENT = {"kind": "personnummer", "value": CHILD.reveal()}
REGION, BODEN, READER = ({"authorization": f"Bearer {name}"} for name in ("region", "boden", "reader"))
RELATIONSHIP = {"patient": PATIENT, "person": "SE2321000230-P1001", "unit": "SE2321000230-E1041"}
BLOCK = {"patient": PATIENT, "provider": "SE2321000230-VG01", "unit": "SE2321000230-E1041", "except": ["lak"]}
CONSENT = {"patient": PATIENT, "unit": "SE2120002767-E2001", "ground": "CONSENT_3_1"}


def post(client: httpx.Client, path: str, body: Any, who: dict[str, str] = REGION) -> httpx.Response:
    return client.post(f"/api/v1/{path}", json=body, headers=who)


@pytest.mark.parametrize(
    ("register", "body", "ending"),
    [("care-relationships", RELATIONSHIP, "end"), ("blocks", BLOCK, "revoke"), ("consents", CONSENT, "end")],
)
def test_what_is_registered_is_shown_found_and_ended(
    client: httpx.Client, register: str, body: dict[str, Any], ending: str
) -> None:
    made = post(client, register, body)
    row = made.json()["id"]
    shown = client.get(made.headers["location"], headers=REGION).json()
    found = post(client, f"{register}/query", {"patient": PATIENT}).json()["items"]
    ended = post(client, f"{register}/{row}/{ending}", {"reason": "patienten vill"}).json()

    assert made.status_code == 201
    assert shown == made.json()
    assert row in [item["id"] for item in found]
    assert (ended["ended"]["by"], ended["ended"]["reason"], ended["version"]) == ("client:region", "patienten vill", 2)
    assert CHILD.reveal() not in made.text + str(found) + str(ended)
    assert post(client, f"{register}/{row}/{ending}", {"reason": "igen"}).json()["code"] == "already_ended"


def test_a_consent_is_annulled(client: httpx.Client) -> None:
    row = post(client, "consents", CONSENT, BODEN).json()["id"]

    annulled = post(client, f"consents/{row}/annul", {"reason": "fel patient"}, BODEN).json()

    assert annulled["ended"]["annulled"] is True


def test_a_block_is_lifted_and_the_lift_ended(client: httpx.Client) -> None:
    block = post(client, "blocks", BLOCK).json()["id"]
    lift = {
        "unit": "SE2321000230-E1101",
        "reason": "PatientsConsent",
        "text": "patienten samtycker",
        "from": "2026-03-02T09:00:00Z",
        "to": "2026-03-04T09:00:00Z",
    }

    made = post(client, f"blocks/{block}/lifts", lift)
    too_long = post(client, f"blocks/{block}/lifts", {**lift, "to": "2026-04-04T09:00:00Z"})
    elsewhere = post(client, f"blocks/x/lifts/{made.json()['id']}/end", {"reason": "klart"})
    ended = post(client, f"blocks/{block}/lifts/{made.json()['id']}/end", {"reason": "klart"})

    assert (made.status_code, made.json()["note"]) == (201, "patienten samtycker")
    assert too_long.json()["code"] == "lift_too_long"
    assert elsewhere.json()["code"] == "unknown_record"
    assert ended.json()["ended"]["reason"] == "klart"


def test_delegations_are_listed_by_person_and_revoked(client: httpx.Client, world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    signed = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), world.days(30), (CHILD,))
    row = register_on_paper(world.desk, Paper(signed), by="x").id

    listed = client.get(f"/api/v1/delegations?person={MARIA}", headers=BODEN).json()["items"]
    revoked = post(client, f"delegations/{row}/revoke", {"reason": "återkallad"}, BODEN).json()

    assert [item["id"] for item in listed] == [row]
    assert revoked["ended"]["reason"] == "återkallad"
    assert client.get(f"/api/v1/delegations/{row}", headers=BODEN).json()["ended"] is not None


def test_another_members_records_do_not_exist_for_the_caller(client: httpx.Client) -> None:
    row = post(client, "care-relationships", RELATIONSHIP).json()["id"]

    assert post(client, "care-relationships", RELATIONSHIP, BODEN).json()["code"] == "not_allowed"
    assert post(client, "blocks", BLOCK, BODEN).json()["code"] == "not_allowed"
    assert client.get(f"/api/v1/care-relationships/{row}", headers=BODEN).status_code == 404
    assert post(client, f"care-relationships/{row}/end", {"reason": "x"}, BODEN).status_code == 404
    found = post(client, "care-relationships/query", {"patient": PATIENT}, BODEN).json()["items"]
    assert row not in [item["id"] for item in found]


def test_the_scope_is_needed(client: httpx.Client) -> None:
    for path in ("care-relationships", "blocks", "consents"):
        assert post(client, f"{path}/query", {"patient": PATIENT}, READER).json()["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"surprise": 1}, 422),
        ({"patient": {"kind": "personnummer", "value": "202104142380"}}, 400),
        ({"unit": "x"}, 400),
        ({"to": "2020-01-01T00:00:00Z"}, 422),
        ({"to": "2027-01-01T00:00:00"}, 422),
        ({"patient": None}, 422),
    ],
)
def test_what_cannot_be_registered_is_refused(client: httpx.Client, changes: dict[str, Any], status: int) -> None:
    assert post(client, "care-relationships", {**RELATIONSHIP, **changes}).status_code == status


def test_a_guardian_does_not_block(client: httpx.Client) -> None:
    assert post(client, "blocks", {**BLOCK, "asked_by_guardian": True}).json()["code"] == "guardian_may_not_block"


@pytest.mark.parametrize("path", ["consents", "blocks", "care-relationships"])
def test_who_is_logged_in_registers_through_her_application(client: httpx.Client, path: str) -> None:
    answer = post(client, f"{path}/query", {"patient": PATIENT}, {"authorization": "Bearer katarina"})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
