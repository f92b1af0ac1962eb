"""A planted canary: somebody with protected personal data, whom most callers cannot tell from somebody who is not.

The program that the tests share holds her all the time (``tests.canary``), and every answer that any of them gets is
searched for her. Here everything that is published is asked about her, and about somebody who is nobody.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from ldap3 import Connection

from hub.demo.login import Player, log_in
from tests.canary import Canary
from tests.system_parts import CANARYS_UNIT, System, ldap_entries

pytestmark = pytest.mark.xdist_group("system")

NOBODY = "SE2321000230-P999999"
NOT_HER_WORDS = "Xyzvintberg"
NOT_HER_NUMBER = "189001039800"
NOT_HER_TELEPHONE = "0979-79 79 79"
IDS = frozenset({"entry", "actor", "area", "person", "unit", "member"})
"""Parameters of addresses that may hold an HSA-id."""
WORDS = frozenset({"q", "reason", "function"})

CLIENTS = ("informationsutbytet", "pep", "boden-sync", "journalarkivet")

Ask = Callable[..., httpx.Response]


@dataclass(frozen=True)
class Asker:
    name: str
    ask: Ask


@pytest.fixture(scope="module")
def askers(system: System) -> list[Asker]:
    """Everybody who may not see her, with as much else as the demo gives anybody."""
    return [
        *(Asker(client, _as_client(system, client)) for client in CLIENTS),
        *(Asker(persona, _as_person(system, persona)) for persona in ("it_coordinator", "district_nurse")),
        Asker("stranger", system.http.request),
    ]  # fmt: skip


def _as_client(system: System, client_id: str) -> Ask:
    return lambda method, path, **sent: system.http.request(method, path, headers=system.bearer(client_id), **sent)


def _as_person(system: System, key: str) -> Ask:
    persona = system.program.persona(key)
    player = Player(persona["username"], persona["password"], persona["totp_secret"])
    token = log_in(system.program.issuer, system.program.client("katalogen"), player)["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    return lambda method, path, **sent: system.http.request(method, path, headers=bearer, **sent)


def _operations(system: System) -> Iterator[tuple[str, str, set[str]]]:
    for path, operations in system.http.get("/api/v1/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, {each["name"] for each in operation.get("parameters", [])}


def _alike(canary: Canary, text: str) -> str:
    """An answer without what was asked for, and without what differs from one moment to the next."""
    for mine, others in (
        (canary.hsa_id, NOBODY),
        (canary.family_name, NOT_HER_WORDS),
        (canary.telephone, NOT_HER_TELEPHONE),
    ):
        text = re.sub(f"{re.escape(mine)}|{re.escape(others)}", "…", text, flags=re.IGNORECASE)
    return re.sub(r'"(at|revision|next_cursor|decision_id)":("[^"]*"|\d+)', "", text)


def _pairs(
    canary: Canary, path: str, parameters: set[str]
) -> Iterator[tuple[str, dict[str, str], str, dict[str, str]]]:
    """The address with her in one place after another, each beside the same with nobody in that place."""
    plain = re.sub(r"\{[^}]*\}", "1", path)
    if "{hsa_id}" in path:
        yield path.replace("{hsa_id}", canary.hsa_id), {}, path.replace("{hsa_id}", NOBODY), {}
    for name in sorted(parameters):
        if name in IDS:
            yield plain, {name: canary.hsa_id}, plain, {name: NOBODY}
        elif name in WORDS:
            yield plain, {name: canary.family_name}, plain, {name: NOT_HER_WORDS}
        elif name == "phone":
            yield plain, {name: canary.telephone}, plain, {name: NOT_HER_TELEPHONE}


def test_whatever_is_asked_about_her_is_answered_as_about_nobody(
    system: System, canary: Canary, askers: list[Asker]
) -> None:
    wrong, asked = [], 0
    for method, path, parameters in _operations(system):
        for hers, her_query, nobodys, nobodys_query in _pairs(canary, path, parameters):
            dry = {"dry_run": "true"} if "dry_run" in parameters else {}
            if method not in ("GET", "HEAD") and not dry:
                continue  # Asked with bodies below; these have none of the form that they take.
            body = {} if method == "GET" else {"json": {"reason": "test"}}
            for asker in askers:
                mine = asker.ask(method, hers, params=her_query | dry, **body)
                others = asker.ask(method, nobodys, params=nobodys_query | dry, **body)
                asked += 1
                if (mine.status_code, _alike(canary, mine.text)) != (others.status_code, _alike(canary, others.text)):
                    wrong.append((asker.name, method, path, her_query, mine.text[:200], others.text[:200]))

    assert not wrong, "\n".join(map(str, wrong))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 500


def _bodies(system: System, canary: Canary, person: str, number: str) -> Iterator[tuple[str, str, Any]]:
    unit, mine = system.program.unit("Hemsjukvården Boden"), canary.assignment
    told = {"reason": "test", "person": person}
    colleague = system.program.persona("home_care_assistant")["hsa_id"]
    kind = {"kind": "personnummer", "value": number}
    for held in (mine, "SE2120002767-A100001"):
        address = "admin-assignments" if "-A1" in held else "assignments"
        yield "POST", f"/api/v1/{address}/{held}/memberships?dry_run=true", told
        yield "POST", f"/api/v1/{address}/{held}/memberships/end?dry_run=true", told
    yield "POST", f"/api/v1/people/{colleague}/merge?dry_run=true", {"reason": "test", "into": person}
    yield "PUT", f"/api/v1/people/{person}/personal-number?dry_run=true", {"reason": "test", "personal_number": kind}
    yield "PUT", f"/api/v1/people/{person}/licences?dry_run=true", {"reason": "test", "licences": []}
    yield "PATCH", f"/api/v1/units/{unit}?dry_run=true", {"reason": "test", "manager": person}
    boden, care = "SE2120002767-HM01", "Läsa;alla;"
    for held in ("SE2120002767-M100001", mine):
        yield "PATCH", f"/api/v1/assignments/{held}?dry_run=true", {"reason": "test", "rights": [f"{care}{person}"]}
        yield "POST", f"/api/v1/assignments/{held}/memberships?dry_run=true", told
    for path, place in (("units", "parent"), ("functions", "unit")):
        yield "POST", f"/api/v1/{path}?dry_run=true", {"reason": "test", "name": "Ny", place: person}
    for path, body in (
        ("video-endpoints", {"member": boden, "name": "Skärm", "owner": person, "sip_uri": "sip:a@video.example"}),
        ("admin-assignments", {"member": boden, "name": "Katalog", "areas": [boden], "responsible": person}),
    ):
        yield "POST", f"/api/v1/{path}?dry_run=true", {"reason": "test", **body}
    yield "POST", "/api/v1/people/lookup", kind
    yield "POST", "/api/v1/licence-checks?dry_run=true", {"people": [person]}
    for step in (
        {"do": "change", "entry": person, "set": {"title": "chef"}},
        {"do": "end", "entry": person},
        {"do": "assign", "entry": mine, "person": person},
        {"do": "change", "entry": unit, "set": {"manager": person}},
        {"do": "change", "entry": person, "set": {"nonsense": 1}},
        {"do": "create", "kind": "unit", "set": {"name": "Ny", "parent": person}},
        {"do": "create", "kind": "function", "set": {"name": "Ny", "unit": person}},
    ):
        yield "POST", "/api/v1/planned-changes?dry_run=true", {"due": "2040-01-01", "reason": "test", "steps": [step]}
    for question in ("credentials-for-person", "employee"):
        for which in ("", "-including-protected-person"):
            yield "POST", f"/api/v1/national/{question}{which}", {"personHsaId": person}
            yield "POST", f"/api/v1/national/{question}{which}", {"personalIdentityNumber": number}
    yield "POST", "/api/v1/national/hosp-credentials-for-person", {"personalIdentityNumber": number}
    yield "POST", "/access/v1/evaluation", {
        "subject": {"type": "employee", "id": colleague}, "action": {"name": "read"},
        "resource": {"type": "directory_object", "id": person},
    }  # fmt: skip


def test_whatever_is_sent_about_her_is_answered_as_about_nobody(
    system: System, canary: Canary, askers: list[Asker]
) -> None:
    pairs = zip(
        _bodies(system, canary, canary.hsa_id, canary.personal_number),
        _bodies(system, canary, NOBODY, NOT_HER_NUMBER),
        strict=True,
    )
    wrong = []
    for (method, hers, my_body), (_, nobodys, others_body) in pairs:
        for asker in askers:
            mine, others = asker.ask(method, hers, json=my_body), asker.ask(method, nobodys, json=others_body)
            if (mine.status_code, _alike(canary, mine.text)) != (others.status_code, _alike(canary, others.text)):
                wrong.append((asker.name, method, hers, my_body, mine.text[:300], others.text[:300]))

    assert not wrong, "\n".join(map(str, wrong))


def test_no_list_holds_her_from_its_first_page_to_its_last(system: System, canary: Canary, askers: list[Asker]) -> None:
    for method, path, parameters in _operations(system):
        if method != "GET" or "{" in path or "cursor" not in parameters:
            continue
        for asker in askers:
            cursor: dict[str, str] = {}
            for _ in range(200):
                answer = asker.ask("GET", path, params={"limit": "500"} | cursor)
                assert not canary.is_in(answer.content), (asker.name, path)
                following = answer.json().get("next_cursor") if answer.status_code == 200 else None
                if not following:
                    break
                cursor = {"cursor": following}


def test_neither_the_feed_nor_an_export_holds_her(system: System, canary: Canary, askers: list[Asker]) -> None:
    exports = (
        "/open/v1/units?format=csv",
        "/open/v1/units",
        "/metrics",
        f"{system.program.demo['management_url']}/metrics",
    )
    for asker in askers:
        since = 0
        while True:
            answer = asker.ask("GET", "/api/v1/changes", params={"since": str(since), "limit": "500"})
            assert not canary.is_in(answer.content), asker.name
            if answer.status_code != 200 or answer.json()["revision"] <= since:
                break
            since = answer.json()["revision"]
        for export in exports:
            assert not canary.is_in(asker.ask("GET", export).content), (asker.name, export)


def test_an_address_book_over_ldap_does_not_have_her_and_the_directory_does(system: System, canary: Canary) -> None:
    reader = system.program.demo["ldap_reader"]
    over_ldap = Connection(system.program.demo["ldap_uri"], reader["dn"], reader["password"], auto_bind=True)
    hers = f"(|(sn={canary.family_name})(cn=*{canary.family_name}*)(telephoneNumber={canary.telephone})" + (
        f"(mobile={canary.telephone})(hsaIdentity={canary.hsa_id})(mail={canary.family_name}@example.se)(title=*{canary.family_name}*))"
    )
    found: dict[str, list[Any]] = {}
    for name, wanted in (("hers", hers), ("room", "(&(objectClass=commObject)(commUniqueId=*))")):
        over_ldap.search("c=SE", wanted, attributes=["*", "+"])
        found[name] = [each for each in over_ldap.response if "raw_attributes" in each]
    over_ldap.unbind()

    assert found["hers"] == []
    assert "Jourrum 9" in str(found["room"])
    assert not canary.is_in(str(found).encode())
    assert ldap_entries(system.program.folder, hers) != []


@pytest.mark.parametrize("contract", ["commission-members", "commission-members-including-protected-person"])
def test_who_holds_assignments_at_her_unit_is_told_without_her(
    system: System, canary: Canary, askers: list[Asker], contract: str
) -> None:
    place = system.program.unit(CANARYS_UNIT)
    asked = {"healthCareUnitHsaId": place, "commissionPurpose": "Vård och behandling"}

    answers = {asker.name: asker.ask("POST", f"/api/v1/national/{contract}", json=asked) for asker in askers}
    hers = system.as_administrator("POST", f"/api/v1/national/{contract}", asked)

    assert answers["informationsutbytet"].status_code == 200
    assert not [name for name, answer in answers.items() if canary.is_in(answer.content)]
    assert canary.is_in(hers.content) == contract.endswith("protected-person")


def test_the_command_line_of_somebody_else_does_not_tell_of_her(system: System, canary: Canary) -> None:
    for words in (
        ("person", "show", canary.hsa_id, "--as", "jonas.rantatalo"),
        ("person", "find", canary.family_name, "--as", "jonas.rantatalo"),
        ("directory", "log", "--as", "jonas.rantatalo"),
        ("directory", "quality", "--as", "jonas.rantatalo"),
    ):
        done = system.program.tillit(*words)
        assert not canary.is_in((done.stdout + done.stderr).replace(words[-1], "").encode()), (words, done.stdout)


def test_who_administers_her_does_see_her(system: System, canary: Canary) -> None:
    assert canary.is_in(system.http.get(f"/api/v1/people/{canary.hsa_id}", headers=system.bearer("admin")).content)
    assert [person["hsa_id"] for person in system.people(canary.family_name)] == [canary.hsa_id]
