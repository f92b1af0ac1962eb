"""Five callers of the API, and a browser that asks the directory's addresses in process."""

import asyncio
from typing import Any

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError

from directory.core.administration import ScopedAdministration
from directory.edge.http.doors import Authenticate
from directory.edge.http.followers import Followers
from directory.edge.http.router import router
from directory.edge.sql.requests import SqlRequests
from directory.ports import Administration, Aftermath, WaitingAtMost
from directory.refusals import NotAllowed
from directory.retention import Decisions
from hub.web.answers import answer_bad_shape, answer_refusal
from tests.directory.parts import BODEN, World, a_planning, a_retention
from vocabulary.caller import Caller
from vocabulary.refusals import Refusal

READER, ADMIN, BODENS_ADMIN, SYNC, NATIONAL = "reader", "admin", "bodens-admin", "sync", "national"
SCOPES = {
    READER: "tillit:directory", ADMIN: "tillit:admin", BODENS_ADMIN: "tillit:admin", SYNC: "tillit:sync",
    NATIONAL: "tillit:directory tillit:national",
}  # fmt: skip


def authenticate(request: Request) -> Caller:
    name = request.headers.get("authorization", "")
    if name not in SCOPES:
        raise NotAllowed("no token")
    members = frozenset({BODEN.hsa_id}) if name == BODENS_ADMIN else None
    return Caller(name, None, frozenset(SCOPES[name].split()), members)


def application(
    world: World,
    aftermath: Aftermath | None = None,
    followers: Followers | None = None,
    authenticate: Authenticate = authenticate,
    administration: Administration | None = None,
    at_most: WaitingAtMost | None = None,
    decisions: str | Decisions = "",
) -> FastAPI:
    app = FastAPI()
    requests, administration = SqlRequests(world.engine), administration or ScopedAdministration()
    following = followers or Followers(world.directory.feed, 50, 20)
    app.include_router(
        router(
            world.directory,
            authenticate,
            administration,
            requests,
            following,
            a_planning(world, administration, at_most),
            world.clock,
            world.report,
            a_retention(world, decisions),
            aftermath,
        )
    )
    app.add_exception_handler(Refusal, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_bad_shape)
    return app


class Browser:
    """Asks the application in process, one request at a time."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.ask("GET", path, None, headers)

    def ask(self, method: str, path: str, json: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path, headers=headers, json=json)

        return asyncio.run(asked())


def get(http: Browser, path: str, who: str = READER, status: int = 200, **headers: str) -> dict[str, Any]:
    answered = http.get(path, headers={"authorization": who, **headers})
    assert answered.status_code == status, answered.text
    return answered.json() if answered.content else {}


def send(
    http: Browser, method: str, path: str, body: dict[str, Any], who: str = ADMIN, **headers: str
) -> tuple[int, Any]:
    """Status and JSON of a change; a header's name has `_` for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answered = http.ask(method, f"/api/v1/{path}", body, {"authorization": who, **named})
    return answered.status_code, answered.json()
