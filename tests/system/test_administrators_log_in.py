"""Administrators as people: a login with two factors, a token of their own, and what it opens in a running program."""

import json
from typing import Any

import httpx
import pytest

from hub.demo.login import Player, log_in
from tests.canary import may_see_her
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

CONSOLE = "katalogen"
BODENS_ADMIN_ASSIGNMENT = "SE2120002767-A100001"


class Administrator:
    """Somebody at the console: each request with her own token."""

    def __init__(self, system: System, persona: str) -> None:
        self.system, self.persona = system, system.program.persona(persona)
        player = Player(self.persona["username"], self.persona["password"], self.persona["totp_secret"])
        self.tokens = log_in(system.program.issuer, system.program.client(CONSOLE), player)
        if persona == "region_administrator":
            may_see_her(f"Bearer {self.tokens['access_token']}")

    def ask(self, method: str, path: str, body: object = None, **params: str) -> httpx.Response:
        bearer = {"authorization": f"Bearer {self.tokens['access_token']}"}
        return self.system.http.request(method, path, json=body, params=params, headers=bearer)

    def renames(self, unit: dict[str, Any]) -> httpx.Response:
        return self.ask(
            "PATCH", f"/api/v1/units/{unit['hsa_id']}", {"reason": "test", "short_name": "Ny"}, dry_run="true"
        )


def unit(system: System, name: str) -> dict[str, Any]:
    found: dict[str, Any] = system.get(f"/api/v1/units/{system.program.unit(name)}")
    return found


@pytest.fixture(scope="module")
def jonas(system: System) -> Administrator:
    return Administrator(system, "it_coordinator")


@pytest.fixture(scope="module")
def kristina(system: System) -> Administrator:
    return Administrator(system, "region_administrator")


@pytest.fixture(scope="module")
def nurse(system: System) -> Administrator:
    return Administrator(system, "district_nurse")


def test_each_administers_her_own_part(
    system: System, jonas: Administrator, kristina: Administrator, nurse: Administrator
) -> None:
    boden, lulea = unit(system, "Hemsjukvården Boden"), unit(system, "Hemsjukvården Luleå norra")

    assert "tillit:admin" in nurse.tokens["scope"], "the scope alone gives nothing"
    statuses = {
        who.persona["key"]: [who.renames(place).status_code for place in (boden, lulea)]
        for who in (jonas, kristina, nurse)
    }
    assert statuses == {
        "it_coordinator": [200, 403], "region_administrator": [200, 200], "district_nurse": [403, 403],
    }  # fmt: skip


def test_a_change_stands_in_her_name_and_in_the_trail(system: System, jonas: Administrator) -> None:
    place = unit(system, "Kommunrehab Boden")
    body = {"reason": "nytt nummer", "telephone": "0921-62 111"}

    changed = jonas.ask("PATCH", f"/api/v1/units/{place['hsa_id']}", body)
    back = jonas.ask("PATCH", f"/api/v1/units/{place['hsa_id']}", body | {"telephone": place["telephone"]})

    assert (changed.status_code, back.status_code) == (200, 200), changed.text
    journal = system.get("/api/v1/journal", entry=place["hsa_id"], limit="2")["items"]
    assert {commit["actor"] for commit in journal} == {jonas.persona["hsa_id"]}
    administrators = jonas.ask("GET", "/api/v1/administrators", area=place["member"]).json()["items"]
    mine = next(item for item in administrators if item["person"] == jonas.persona["hsa_id"])
    assert mine["admin_assignment"] == BODENS_ADMIN_ASSIGNMENT
    assert mine["last_use"]["revision"] == journal[0]["revision"]


def test_her_token_opens_nothing_but_the_directory(system: System, jonas: Administrator) -> None:
    patient = {"patient": system.program.patient("elsa")}
    place = system.program.unit("Hemsjukvården Boden")
    for method, path, body in (
        ("POST", "/api/v1/consents", {**patient, "unit": place, "ground": "CONSENT_3_1", "from": None, "to": None}),
        ("POST", "/api/v1/consents/query", patient),
        ("POST", "/api/v1/blocks/query", patient),
        ("POST", "/api/v1/care-relationships", {**patient, "person": jonas.persona["hsa_id"], "unit": place}),
        ("GET", f"/api/v1/delegations?person={jonas.persona['hsa_id']}", None),
        ("GET", "/api/v1/decisions/" + "0" * 32, None),
        ("GET", "/api/v1/sync/sources", None),
        ("GET", "/api/v1/sync/runs", None),
        ("POST", "/access/v1/evaluation", {}),
    ):
        answer = jonas.ask(method, path, body)
        assert answer.status_code == 403, (path, answer.text)


def test_she_lets_in_her_own_people_and_nobody_stronger(
    system: System, jonas: Administrator, kristina: Administrator, nurse: Administrator
) -> None:
    def code(who: Administrator, persona: str) -> int:
        person = system.program.persona(persona)["hsa_id"]
        return who.ask("POST", f"/api/v1/people/{person}/activation", dry_run="true").status_code

    assert code(jonas, "home_care_assistant") == 200
    assert code(jonas, "region_administrator") == code(jonas, "it_coordinator") == 403
    assert code(kristina, "it_coordinator") == 200
    assert code(nurse, "home_care_assistant") == 403


def test_what_ends_is_felt_at_once_and_comes_back(system: System, jonas: Administrator) -> None:
    place, path = unit(system, "Hemsjukvården Boden"), f"/api/v1/admin-assignments/{BODENS_ADMIN_ASSIGNMENT}"
    person = {"reason": "test", "person": jonas.persona["hsa_id"]}
    application = system.bearer("admin")
    held = next(m for m in system.get(path)["memberships"] if m["person"] == jonas.persona["hsa_id"])

    ended = system.http.post(f"{path}/memberships/end", json=person, headers=application)
    refused = jonas.renames(place)
    again = {**person, "start": ended.json()["memberships"][0]["period"]["end"]}
    given = system.http.post(f"{path}/memberships", json=again, headers=application)

    assert (ended.status_code, refused.status_code, given.status_code) == (200, 403, 200), given.text
    assert held["period"]["end"] is None and jonas.renames(place).status_code == 200


def test_the_command_line_does_it_as_her(system: System) -> None:
    boden, lulea = (system.program.unit(name) for name in ("Hemsjukvården Boden", "Hemsjukvården Luleå norra"))

    tillit, as_jonas = system.program.tillit, ("--as", "jonas.rantatalo")

    found = [tillit("unit", "show", boden, "--json", *as_jonas) for _ in range(2)]
    changes = ("short_name=Ny", "-r", "test", "--dry-run", *as_jonas)
    tried = [tillit("unit", "set", place, *changes) for place in (boden, lulea)]
    told = tillit("directory", "administrators", "SE2120002767-HM01", *as_jonas)
    nobody = tillit("unit", "show", boden, "--as", "ingen.alls")

    assert [done.returncode for done in found] == [0, 0], found[1].stderr
    assert json.loads(found[0].stdout)["hsa_id"] == boden
    assert [done.returncode for done in tried] == [0, 1]
    assert "the entry lies outside of what you administer" in tried[1].stderr
    assert "Kataloghandläggning, Bodens kommun" in told.stdout and "last used" in told.stdout
    assert nobody.returncode == 2


def test_the_decision_point_answers_for_her_too(system: System, jonas: Administrator) -> None:
    def may(place: str, **properties: Any) -> bool:
        question = {
            "subject": {"type": "employee", "id": jonas.persona["hsa_id"]},
            "action": {"name": "change"},
            "resource": {"type": "directory_object", "id": place, "properties": properties},
            "context": {"subject_token": jonas.tokens["access_token"]},
        }
        answer = system.http.post("/access/v1/evaluation", json=question, headers=system.bearer("pep"))
        assert answer.status_code == 200, answer.text
        return bool(answer.json()["decision"])

    assert may(system.program.unit("Hemsjukvården Boden"), attribute_classes=["open"])
    assert may("ou=Kommunrehab Boden,ou=Socialförvaltningen\\2C Bodens kommun,o=Bodens kommun,l=Norrbottens län,c=SE")
    assert not may(system.program.unit("Hemsjukvården Luleå norra"), attribute_classes=["open"])
    assert not may(system.program.persona("home_care_assistant")["hsa_id"], attribute_classes=["licences"])
