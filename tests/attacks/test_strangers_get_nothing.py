"""Who shows no token, or one for something else, gets nothing: every published address, and every
hot path.
"""

import re
from typing import Any

import httpx
import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

OPEN = {("get", "/open/v1/units")}
"""Addresses of the OpenAPI document that ask nobody who they are. The list may only shrink."""

HOT = (
    ("post", "/token", {400, 401}),
    ("post", "/introspect", {400, 401}),
    ("post", "/revoke", {400, 401}),
    ("get", "/userinfo", {401}),
    ("post", "/userinfo", {401}),
    ("post", "/access/v1/evaluation", {401}),
    ("post", "/access/v1/evaluations", {401}),
    ("post", "/access/v1/search/subject", {401}),
    ("post", "/access/v1/search/resource", {401}),
    ("post", "/access/v1/search/action", {401}),
)

OTHERS_SCOPES = (
    ("pep", "get", "/api/v1/people"),
    ("pep", "get", "/api/v1/members"),
    ("pep", "get", "/api/v1/changes"),
    ("pep", "get", "/api/v1/journal"),
    ("pep", "post", "/api/v1/journal/1/undo"),
    ("pep", "get", "/api/v1/drift"),
    ("pep", "get", "/api/v1/sync/sources"),
    ("pep", "get", "/api/v1/sync/runs"),
    ("pep", "post", "/api/v1/people/{person}/activation"),
    ("pep", "post", "/api/v1/people/{person}/end"),
    ("boden-sync", "get", "/api/v1/people"),
    ("boden-sync", "get", "/api/v1/changes"),
    ("boden-sync", "get", "/api/v1/journal/1"),
    ("boden-sync", "post", "/api/v1/drift/{person}/adopt"),
    ("boden-sync", "get", "/api/v1/delegations?person={person}"),
    ("boden-sync", "post", "/access/v1/evaluation"),
    ("journalarkivet", "get", "/api/v1/people"),
    ("journalarkivet", "post", "/access/v1/evaluation"),
    ("journalarkivet", "post", "/access/v1/search/subject"),
    ("journalarkivet", "get", "/api/v1/sync/runs"),
)
"""Client, method and address: the client's scopes are for something else."""


def _operations(system: System) -> list[tuple[str, str, dict[str, Any]]]:
    document = system.http.get("/api/v1/openapi.json").json()
    return [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer"}, {"authorization": "Basic YTpi"},
                                    {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}])  # fmt: skip
def test_no_published_address_answers_a_stranger(system: System, header: dict[str, str]) -> None:
    person = _marja(system)

    answers = [
        (method, path, _asked(system, method, path, person, header))
        for method, path, _ in _operations(system)
        if (method, path) not in OPEN
    ]

    assert len(answers) > 30
    wrong = [(method, path, a.status_code) for method, path, a in answers if a.status_code not in (400, 401, 403)]
    assert wrong == []
    assert not [path for _, path, a in answers if person in a.text or "items" in a.text]


def test_the_open_addresses_are_these(system: System) -> None:
    published = {(method, path) for method, path, _ in _operations(system)}

    assert published >= OPEN


@pytest.mark.parametrize(("method", "path", "statuses"), HOT)
def test_no_hot_path_answers_a_stranger(system: System, method: str, path: str, statuses: set[int]) -> None:
    answer = system.http.request(method, path)

    assert answer.status_code in statuses, answer.text
    assert "access_token" not in answer.text


@pytest.mark.parametrize(("client_id", "method", "path"), OTHERS_SCOPES)
def test_a_token_for_something_else_is_refused(system: System, client_id: str, method: str, path: str) -> None:
    person = _marja(system)
    body = {"json": {}} if method == "post" else {}

    answer = system.http.request(method, path.format(person=person), headers=system.bearer(client_id), **body)

    assert answer.status_code == 403 or (answer.status_code == 400 and "items" not in answer.text), answer.text


def test_bodens_client_cannot_touch_another_member(system: System) -> None:
    lulea = next(u for u in system.program.demo["units"] if "Luleå" in u["name"])
    source = {"member": lulea["member"], "name": "Bodens list over others", "unit_codes": {"1": lulea["hsa_id"]}}
    bearer = system.bearer("boden-sync")

    defined = system.http.put("/api/v1/sync/sources/stolen", json=source, headers=bearer)
    moved = system.http.put("/api/v1/sync/sources/boden-hr", json=source, headers=bearer)
    crossing = system.staff_list("boden-today.csv").replace(";4410;", f";{lulea['hsa_id']};", 1)
    applied = system.apply(crossing)
    restored = system.apply(system.staff_list("boden-today.csv"))

    assert defined.status_code in (403, 404), defined.text
    assert moved.status_code in (403, 404), moved.text
    assert applied.json()["plan"]["faults"], "a unit of another member is a fault of its row"
    assert restored.status_code == 200, restored.text


def test_bodens_client_cannot_let_in_somebody_of_another_member(system: System) -> None:
    elin = next(p["hsa_id"] for p in system.program.demo["personas"] if p["username"] == "elin.sarri")

    answer = system.http.post(f"/api/v1/people/{elin}/activation", headers=system.bearer("boden-sync"))

    assert answer.status_code == 404, answer.text


def _asked(system: System, method: str, path: str, person: str, header: dict[str, str]) -> httpx.Response:
    address = re.sub(r"\{[^}]*\}", person, path)
    body = {} if method == "get" else {"json": {}}
    return system.http.request(method, address, headers=header, **body)


def _marja(system: System) -> str:
    found = (p["hsa_id"] for p in system.program.demo["personas"] if p["username"] == "marja.lantto")
    return str(next(found))
