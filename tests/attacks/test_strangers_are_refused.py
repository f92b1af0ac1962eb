"""Every address of the program refuses who brings no token, or stands on the open list; scopes are not exchanged."""

from collections.abc import Iterator

import httpx
import pytest

from hub.cli.connection import fetch_token
from tests.demo_program import DemoProgram, demo_folder, running_demo

OPEN = {
    ("get", "/open/v1/units"),
}
HOT = (
    ("post", "/access/v1/evaluation", 401),
    ("post", "/access/v1/evaluations", 401),
    ("post", "/introspect", 401),
    ("get", "/userinfo", 401),
    ("post", "/token", 401),
    ("post", "/revoke", 401),
)

pytestmark = pytest.mark.xdist_group("strangers")


@pytest.fixture(scope="module")
def program() -> Iterator[DemoProgram]:
    with demo_folder() as folder, running_demo(folder) as started:
        yield started


def _routes(program: DemoProgram) -> list[tuple[str, str]]:
    paths = httpx.get(f"{program.issuer}/api/v1/openapi.json").json()["paths"]
    return [(method, path) for path, methods in paths.items() for method in methods if method != "parameters"]


def _filled(path: str) -> str:
    return path.replace("{hsa_id}", "SE2321000230-P100714").replace("{", "").replace("}", "")


def test_every_route_refuses_a_stranger_or_is_open(program: DemoProgram) -> None:
    found = {}
    with httpx.Client(base_url=program.issuer) as http:
        for method, path in _routes(program):
            found[method, path] = http.request(method, _filled(path), json={} if method != "get" else None).status_code

    assert {route for route, status in found.items() if status != 401} == OPEN
    assert all(found[route] == 200 for route in OPEN)


@pytest.mark.parametrize(("method", "path", "status"), HOT)
def test_hot_paths_refuse_a_stranger(program: DemoProgram, method: str, path: str, status: int) -> None:
    form = {"token": "x", "grant_type": "client_credentials"}
    body = {"json": {}} if path.startswith("/access") else {"data": form} if method == "post" else {}

    answer = httpx.request(method, program.issuer + path, **body)  # type: ignore[arg-type] # one of the two

    assert answer.status_code == status, answer.text


def test_a_token_reaches_no_further_than_its_scopes(program: DemoProgram) -> None:
    """The PEP may ask and register, and nothing of administration; Boden's sync may not read decisions."""
    with httpx.Client(base_url=program.issuer) as http:
        pep = {"authorization": f"Bearer {fetch_token(http, program.demo['pep'])}"}
        sync = {"authorization": f"Bearer {fetch_token(http, program.client('boden-sync'))}"}
        refused = [
            http.get("/api/v1/people", headers=pep),
            http.get("/api/v1/sync/sources", headers=pep),
            http.post("/api/v1/people/SE2321000230-P100714/activation", headers=pep),
            http.get("/api/v1/decisions/0660ef8b1c739b4ef08a9edf00000267", headers=sync),
            http.post("/api/v1/care-relationships/query", json={"patient": program.patient("elsa")}, headers=sync),
            http.post("/access/v1/evaluation", json={}, headers=sync),
        ]

    assert [answer.status_code for answer in refused] == [403] * len(refused)


def test_a_municipality_touches_its_own_only(program: DemoProgram) -> None:
    with httpx.Client(base_url=program.issuer) as http:
        sync = {"authorization": f"Bearer {fetch_token(http, program.client('boden-sync'))}"}
        activation = http.post("/api/v1/people/SE2321000230-P100714/activation", headers=sync)
        source = http.put(
            "/api/v1/sync/sources/lulea-hr",
            json={"member": "SE2120002742-HM01", "name": "Luleå"},
            headers=sync,
        )

    assert (activation.status_code, source.status_code) == (404, 404), "whom she may not know of is not there"
