"""`/api/v1/sync` as a client meets it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from sync import Sync
from sync.edge.http.routes import router
from tests.sync.register import ARJEPLOG, REGION, MemoryRegister, listing, row
from vocabulary.caller import Caller
from vocabulary.refusals import Refusal

CALLERS = {
    "arjeplog": Caller("hr", None, frozenset({"tillit:sync"}), frozenset({ARJEPLOG})),
    "region": Caller("rn", None, frozenset({"tillit:sync"}), frozenset({REGION})),
    "admin": Caller("admin", None, frozenset({"tillit:admin"}), None),
    "reader": Caller("reader", None, frozenset({"tillit:directory"}), None),
}
DEFINITION = {"member": str(ARJEPLOG), "name": "Personalsystemet", "unit_codes": {"ht": "SE2120002668-E001"}}
HR = {"authorization": "arjeplog"}
CSV = {**HR, "content-type": "text/csv; charset=utf-8"}
LIST = "/api/v1/sync/sources/arjeplog-hr"
TWO = listing(row("1", personal_number="198507722398"), row("2"))


class Client:
    """Asks the application in this process, one question at a time."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, **request: Any) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, request))

    def put(self, path: str, **request: Any) -> httpx.Response:
        return asyncio.run(self._ask("PUT", path, request))

    def post(self, path: str, **request: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, request))

    async def _ask(self, method: str, path: str, request: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://tillit.test") as client:
            return await client.request(method, path, **request)


@pytest.fixture
def client(sync: Sync) -> Client:
    app = FastAPI()
    app.include_router(router(sync, authenticate=lambda r: CALLERS[r.headers["authorization"]], max_bytes=100_000))

    @app.exception_handler(Refusal)
    def answer(_: Request, refusal: Refusal) -> JSONResponse:
        return JSONResponse({"code": refusal.code, "detail": refusal.description}, 400)

    made = Client(app)
    assert made.put(LIST, json=DEFINITION, headers=HR).status_code == 200
    return made


def test_a_source_is_defined_read_and_listed(client: Client) -> None:
    read = client.get(LIST, headers=HR)
    listed = client.get("/api/v1/sync/sources", headers={"authorization": "admin"})

    assert read.headers["etag"] == '"1"'
    assert read.json()["unit_codes"] == DEFINITION["unit_codes"]
    assert listed.json()["items"] == [read.json()]


def test_a_stale_if_match_changes_nothing(client: Client) -> None:
    changed = client.put(LIST, json={**DEFINITION, "name": "Nytt"}, headers={**HR, "if-match": '"1"'})
    stale = client.put(LIST, json=DEFINITION, headers={**HR, "if-match": '"1"'})

    assert changed.json()["version"] == 2
    assert stale.json()["code"] == "source_changed"


def test_a_dry_run_defines_nothing(client: Client) -> None:
    answer = client.put(f"{LIST}?dry_run=true", json={**DEFINITION, "name": "Nytt"}, headers=HR).json()

    assert (answer["name"], answer["dry_run"]) == ("Nytt", True)
    assert client.get(LIST, headers=HR).json()["name"] == "Personalsystemet"


@pytest.mark.parametrize(("who", "code"), [("region", "unknown_source"), ("reader", "insufficient_scope")])
def test_others_neither_see_nor_send(who: str, code: str, client: Client, register: MemoryRegister) -> None:
    headers = {"authorization": who, "content-type": "text/csv"}

    answers = [
        client.get(LIST, headers=headers),
        client.put(LIST, json=DEFINITION, headers={"authorization": who}),
        client.post(f"{LIST}/preview", content=TWO, headers=headers),
        client.post(f"{LIST}/apply", content=TWO, headers=headers),
    ]

    assert {answer.json()["code"] for answer in answers} == {code}
    assert register.people == {}


def test_preview_then_apply_by_run(client: Client, register: MemoryRegister) -> None:
    preview = client.post(f"{LIST}/preview", content=TWO, headers=CSV).json()
    by_query = client.post(f"{LIST}/apply?run={preview['run']['id']}", headers=HR).json()
    by_body = client.post(f"{LIST}/apply", json={"run": preview["run"]["id"]}, headers=HR).json()

    assert (preview["run"]["state"], by_query["run"]["state"]) == ("previewed", "applied")
    assert by_query == by_body
    assert len(register.people) == 2


def test_a_list_is_applied_and_its_run_is_found(client: Client) -> None:
    applied = client.post(f"{LIST}/apply", content=TWO, headers=CSV).json()
    run = client.get(f"/api/v1/sync/runs/{applied['run']['id']}", headers=HR).json()
    piece = client.get(f"/api/v1/sync/runs/{applied['run']['id']}?offset=1&limit=2", headers=HR).json()
    hidden = client.get(f"/api/v1/sync/runs/{applied['run']['id']}", headers={"authorization": "region"}).json()

    assert run == applied
    assert piece["plan"]["steps"] == run["plan"]["steps"][1:3]
    assert piece["plan"]["steps_left_out"] == 1
    assert hidden["code"] == "unknown_run"


def test_runs_are_listed_page_by_page(client: Client) -> None:
    for _ in range(3):
        client.post(f"{LIST}/preview", content=TWO, headers=CSV)

    first = client.get("/api/v1/sync/runs?limit=2", headers=HR).json()
    rest = client.get(f"/api/v1/sync/runs?limit=2&cursor={first['next_cursor']}", headers=HR).json()
    others = client.get("/api/v1/sync/runs", headers={"authorization": "region"}).json()

    assert len({run["id"] for run in first["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None
    assert others["items"] == []


@pytest.mark.parametrize("cursor", ["x", "%20", "Zm9v", "MjAyNi0wMS0wMXxy"])
def test_a_foreign_cursor_is_refused(cursor: str, client: Client) -> None:
    assert client.get(f"/api/v1/sync/runs?cursor={cursor}", headers=HR).json()["code"] == "invalid_value"


def test_the_brake_and_its_confirmation(client: Client, register: MemoryRegister) -> None:
    client.post(f"{LIST}/apply", content=TWO, headers=CSV)

    braked = client.post(f"{LIST}/apply", content=listing(), headers=CSV).json()
    wrong = client.post(f"{LIST}/apply?confirm_leavers=1", content=listing(), headers=CSV).json()
    right = client.post(f"{LIST}/apply?confirm_leavers=2", content=listing(), headers=CSV).json()

    assert (braked["code"], wrong["code"]) == ("braked", "leavers_not_confirmed")
    assert "confirm_leavers=2" in braked["detail"]
    assert right["run"]["counts"]["leave"] == 2


def test_a_dry_run_of_apply_keeps_nothing(client: Client, register: MemoryRegister) -> None:
    answer = client.post(f"{LIST}/apply?dry_run=true", content=TWO, headers=CSV).json()

    assert answer["plan"]["counts"]["join"] == 2
    assert register.people == {}
    assert client.get("/api/v1/sync/runs", headers=HR).json()["items"] == []


async def trickle() -> AsyncIterator[bytes]:
    """A body that does not state its length."""
    for _ in range(2):
        yield b"x" * 60_000


def test_too_large_a_body_and_another_type_are_refused(client: Client) -> None:
    large = client.post(f"{LIST}/preview", content=b"x" * 100_001, headers=CSV).json()
    streamed = client.post(f"{LIST}/preview", content=trickle(), headers=CSV).json()
    typed = client.post(f"{LIST}/preview", content=TWO, headers={**HR, "content-type": "text/plain"}).json()
    nothing = client.post(f"{LIST}/apply", headers=HR).json()

    assert {large["code"], streamed["code"]} == {"list_too_large"}
    assert {typed["code"], nothing["code"]} == {"not_a_staff_list"}


@pytest.mark.parametrize("body", [b"[", b"[" * 100_000, b'{"run": 1}', b'{"run": "x", "confirm_leavers": true}'])
def test_a_malformed_application_is_refused(body: bytes, client: Client) -> None:
    answer = client.post(f"{LIST}/apply", content=body, headers={**HR, "content-type": "application/json"})

    assert answer.json()["code"] in {"malformed_request", "list_too_large"}


def test_no_answer_holds_a_personal_number(client: Client) -> None:
    broken = listing(row("1", personal_number="198507722397"), row("2", title="198507722398"))

    answers = [
        client.post(f"{LIST}/{verb}", content=content, headers=CSV).text
        for content in (TWO, broken)
        for verb in ("preview", "apply")
    ]

    assert not any("722397" in text or "722398" in text for text in answers)
    assert json.loads(answers[2])["plan"]["faults"][0]["code"] == "invalid_personal_number"


def test_the_description_of_the_interface_is_whole(client: Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]

    assert "text/csv" in paths["/api/v1/sync/sources/{source_id}/preview"]["post"]["requestBody"]["content"]
    assert len(paths) == 6
