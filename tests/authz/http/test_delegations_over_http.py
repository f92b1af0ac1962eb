"""Delegations over HTTP: the whole story between a nurse, an assistant and their chief nurse, and who sees nothing."""

import json
from hashlib import sha256
from typing import Any

import httpx
import pytest

from authz.actions.delegating.overseers import CHIEF_NURSE
from authz.actions.keep_other_registers import keep_task
from authz.actions.register_care_relationship import register_care_relationship
from tests.authz.actions.world import BODEN, ELSA, HOME_NURSING, INSULIN, KATARINA, MARIA, World
from tests.authz.http.parts import CHIEF
from vocabulary.period import ALWAYS

NUMBER = ELSA.reveal()
PATIENT = {"kind": "personnummer", "value": NUMBER}


def as_(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}"}


@pytest.fixture(scope="module", autouse=True)
def ready(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    world.staff.offices[CHIEF_NURSE, BODEN] = (CHIEF,)
    for person in (KATARINA, MARIA):
        register_care_relationship(
            world.desk, patient=ELSA, person=person, unit=HOME_NURSING, period=ALWAYS, by="x"
        )  # fmt: skip


def body(world: World, **changes: Any) -> dict[str, Any]:
    period = world.days(100)
    assert period.start is not None and period.end is not None
    return {
        "recipient": str(MARIA),
        "task": INSULIN.code,
        "units": [str(HOME_NURSING)],
        "patients": [PATIENT],
        "from": period.start.isoformat(),
        "to": period.end.isoformat(),
    } | changes


def post(client: httpx.Client, path: str, sent: Any, who: str) -> httpx.Response:
    return client.post(f"/api/v1/delegations{path}", json=sent, headers=as_(who))


def get(client: httpx.Client, path: str, who: str) -> httpx.Response:
    return client.get(f"/api/v1/delegations{path}", headers=as_(who))


def signature(client: httpx.Client, row: str, who: str) -> dict[str, str]:
    return {"document": get(client, f"/{row}/document", who).json()["hash"], "network_zone": "sjunet"}


def test_the_whole_story(client: httpx.Client, world: World) -> None:
    made = post(client, "", body(world), "katarina")
    row = made.json()["id"]
    signed = post(client, f"/{row}/sign", signature(client, row, "katarina"), "katarina")
    accepted = post(client, f"/{row}/accept", signature(client, row, "maria"), "maria")
    report = post(client, f"/{row}/reports", {"weight": "deviation", "text": "fick fel dos"}, "maria").json()
    read = post(client, f"/{row}/reports/{report['id']}/acknowledge", None, "katarina").json()
    vetoed = post(client, f"/{row}/veto", {"reason": "utredning pågår"}, "chief")

    assert (made.status_code, made.headers["location"]) == (201, f"/api/v1/delegations/{row}")
    assert [each.json()["state"] for each in (made, signed, accepted, vetoed)] == [
        "offered", "signed", "in_force", "vetoed",
    ]  # fmt: skip
    assert made.json()["patients"] == [PATIENT]
    assert read["acknowledged"] is True
    assert [each["what"] for each in get(client, f"/{row}", "maria").json()["history"]] == [
        "offered", "signed", "accepted", "vetoed",
    ]  # fmt: skip
    told = client.get("/api/v1/notices", headers=as_("katarina")).json()
    assert [one["what"] for one in told["items"] if one["record"] == row] == ["accepted", "vetoed"]
    again = client.get(f"/api/v1/notices?since={told['since']}", headers=as_("katarina")).json()
    assert again == {"items": [], "since": told["since"]}


def test_each_step_is_taken_once_for_each_key(client: httpx.Client, world: World) -> None:
    def sent(path: str, body: Any, who: str, key: str) -> httpx.Response:
        headers = as_(who) | {"idempotency-key": key}
        return client.post(f"/api/v1/delegations{path}", json=body, headers=headers)

    wanted = body(world, once=True)
    made = [sent("", wanted, "katarina", "story-1") for _ in range(2)]
    row = made[0].json()["id"]
    signed = [sent(f"/{row}/sign", signature(client, row, "katarina"), "katarina", "story-2") for _ in range(2)]
    accepted = [sent(f"/{row}/accept", signature(client, row, "maria"), "maria", "story-3") for _ in range(2)]
    told = {"weight": "event", "text": "åt ingen frukost"}
    reports = [sent(f"/{row}/reports", told, "maria", "story-4") for _ in range(2)]
    done = [sent(f"/{row}/performed", None, "maria", "story-5") for _ in range(2)]

    for pair, status in ((made, 201), (signed, 200), (accepted, 200), (reports, 201), (done, 200)):
        assert [answer.status_code for answer in pair] == [status, status], pair[1].text
        assert pair[0].json() == pair[1].json()
        assert [answer.headers.get("idempotency-replayed") for answer in pair] == [None, "true"]
    assert [act["what"] for act in get(client, f"/{row}", "maria").json()["history"]] == [
        "offered", "signed", "accepted", "spent",
    ]  # fmt: skip
    other = sent(f"/{row}/performed", None, "katarina", "story-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    stranger = sent("", wanted, "anna", "story-1")
    assert stranger.json().get("id") != row


def test_the_hash_is_what_a_reader_computes(client: httpx.Client, world: World) -> None:
    row = post(client, "", body(world), "katarina").json()["id"]

    shown = get(client, f"/{row}/document", "katarina").json()

    canonical = json.dumps(shown["document"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert shown["hash"] == sha256(canonical.encode()).hexdigest()
    assert NUMBER not in json.dumps(shown)


def test_the_printed_paper_says_who_what_for_whom_and_who_signed(client: httpx.Client, world: World) -> None:
    row = post(client, "", body(world), "katarina").json()["id"]
    post(client, f"/{row}/sign", signature(client, row, "katarina"), "katarina")

    page = get(client, f"/{row}/document.html", "maria")
    english = client.get(
        f"/api/v1/delegations/{row}/document.html", headers=as_("maria") | {"accept-language": "en"}
    ).text  # fmt: skip

    assert page.headers["cache-control"] == "no-store"
    for text in ("Katarina Ek", "Maria Niemi", "Hemsjukvården", NUMBER, "Undertecknad av delegerande: Katarina Ek"):
        assert text in page.text
    assert "Signed. Waits for the recipient" in english


@pytest.mark.parametrize("who", ["maria", "katarina", "chief", "boden", "region"])
def test_it_is_shown_to_whom_it_concerns(client: httpx.Client, world: World, who: str) -> None:
    row = post(client, "", body(world), "katarina").json()["id"]

    shown = get(client, f"/{row}", who)
    listed = get(client, f"?person={MARIA}&state=offered", who).json()["items"]

    assert shown.status_code == 200
    assert row in [one["id"] for one in listed]
    assert ("patients" in shown.json()) is (who not in ("boden", "region")), "an application knows her already"


@pytest.mark.parametrize("who", ["anna", "lulea"])
def test_for_everybody_else_there_is_none(client: httpx.Client, world: World, who: str) -> None:
    row = post(client, "", body(world), "katarina").json()["id"]

    for path in (f"/{row}", f"/{row}/document", f"/{row}/document.html", f"/{row}/reports", "/none"):
        answer = get(client, path, who)
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_record")
    for path in ("sign", "accept"):
        sent = {"document": "0" * 64}
        assert post(client, f"/{row}/{path}", sent, who).json() == post(client, f"/none/{path}", sent, who).json()
    for path in ("agree", "performed", f"reports/{row}/acknowledge"):
        assert post(client, f"/{row}/{path}", None, who).status_code == 404
    for path in ("refuse", "disagree", "revoke", "veto", "renounce"):
        assert post(client, f"/{row}/{path}", {"reason": "nej"}, who).status_code == 404
    assert row not in get(client, f"?person={MARIA}", who).text


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"recipient": "x"}, 400, "invalid_value", "/recipient"),
        ({"recipient": str(KATARINA)}, 422, "delegation_to_self", "/recipient"),
        ({"units": ["SE2120002767-E9999"]}, 422, "unknown_staff", "/units"),
        ({"units": ["; drop"]}, 400, "invalid_value", "/units"),
        ({"task": "ingenting"}, 422, "unknown_task", "/task"),
        ({"to": "2029-01-01T00:00:00Z"}, 422, "delegation_too_long", "/period"),
        ({"to": "2026-03-01T00:00:00Z"}, 400, "invalid_value", None),
        ({"renews": "0" * 32}, 404, "unknown_record", "/renews"),
        ({"delegator": str(MARIA), "recipient": str(KATARINA)}, 422, "delegator_not_competent", "/delegator"),
    ],
)
def test_what_cannot_stand_says_which_field(
    client: httpx.Client, world: World, changes: dict[str, Any], status: int, code: str, pointer: str | None
) -> None:
    answer = post(client, "", body(world, **changes), "katarina")

    assert (answer.status_code, answer.json()["code"], answer.json()["pointer"]) == (status, code, pointer)


def test_a_paper_is_registered_by_an_application_of_the_delegators_member(client: httpx.Client, world: World) -> None:
    sent = body(world, delegator=str(KATARINA), accepted=True)

    made = post(client, "/on-paper", sent, "boden")

    assert (made.status_code, made.json()["state"]) == (201, "in_force")
    assert post(client, "/on-paper", sent, "katarina").json()["code"] == "not_allowed"
    assert post(client, "/on-paper", sent, "lulea").json()["code"] == "not_allowed"
    assert post(client, "/on-paper", sent | {"accepted": False}, "boden").json()["code"] == "delegation_not_accepted"


def test_the_catalogue_of_tasks_is_kept_by_administrators_and_read_by_all_who_register(client: httpx.Client) -> None:
    task = {
        "name": "Ge ögondroppar", "delegable": True, "required_licences": ["SJ"], "gives_sight_of": ["lak"],
        "signing_level": "loa3",
    }  # fmt: skip
    path = "/api/v1/delegation-tasks/eye_drops"

    kept = client.put(path, json=task, headers=as_("region"))
    changed = client.put(path, json=task | {"delegable": False}, headers=as_("region"))
    shown = client.get(path, headers=as_("katarina")).json()

    assert (kept.status_code, kept.json()["version"], changed.json()["version"]) == (200, 1, 2)
    assert (shown["delegable"], shown["signing_level"], len(shown["history"])) == (False, "loa3", 2)
    listed = client.get("/api/v1/delegation-tasks", headers=as_("maria")).json()["items"]
    assert "eye_drops" in [one["code"] for one in listed]
    assert client.put(path, json=task, headers=as_("boden")).status_code == 403
    wrong = client.put(path, json=task | {"signing_level": "loa9"}, headers=as_("region"))
    assert (wrong.status_code, wrong.json()["pointer"]) == (422, "/signing_level")
    assert client.get("/api/v1/delegation-tasks/none", headers=as_("maria")).status_code == 404


def test_notices_are_told_to_whom_they_are_for(client: httpx.Client, world: World) -> None:
    row = post(client, "", body(world), "katarina").json()["id"]
    post(client, f"/{row}/sign", signature(client, row, "katarina"), "katarina")
    marias = client.get(f"/api/v1/notices?person={MARIA}&limit=500", headers=as_("boden")).json()["items"]
    seen = {"what": "signed", "register": "delegations", "record": row}

    assert row in [one["record"] for one in marias]
    assert client.get(f"/api/v1/notices?person={MARIA}", headers=as_("katarina")).status_code == 403
    assert client.get("/api/v1/notices", headers=as_("boden")).status_code == 403
    assert client.get(f"/api/v1/notices?person={MARIA}", headers=as_("lulea")).status_code == 404
    assert client.post("/api/v1/notices/seen", json=seen, headers=as_("katarina")).status_code == 404
    assert client.post("/api/v1/notices/seen", json=seen, headers=as_("maria")).status_code == 204
    assert client.post("/api/v1/notices/seen", json=seen, headers=as_("maria")).status_code == 404
