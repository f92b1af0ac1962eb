"""A browserless application that asks: plain HTTP against the ASGI application, served by a real uvicorn."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.report_access import AccessReports
from authz.actions.question import Pep
from authz.actions.reverse_questions import ReverseQuestions
from authz.edge.http import (
    PATHS,
    access_app,
    audit_router,
    blocks_router,
    care_relationships_router,
    consents_router,
    decisions_router,
    delegations_router,
    discharge_cases_router,
    disclosures_router,
    emergency_accesses_router,
    lifts_router,
    log_reviews_router,
    notices_router,
    policy_packs_router,
    responsibility_moves_router,
    reverse_questions_router,
    service_recipients_router,
    tasks_router,
)
from authz.edge.sql.acts import SqlNotices
from authz.edge.sql.worklists import SqlWorklists
from authz.edge.trail import TrailIndex
from authz.refusals import PepNotAuthenticated
from hub import pages
from hub.sealing import SealKeys
from hub.web.answers import STATUS
from tests.authz.actions.world import (
    ANNA,
    APPLICATIONS,
    BERIT,
    BODEN,
    BODEN_CARE,
    CLARA,
    KATARINA,
    MARIA,
    PEP,
    SIGNE,
    World,
    logged_in,
)
from tests.parts import free_port
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal

CHIEF = HsaId.parse("SE2120002767-P2050")
LULEA = HsaId.parse("SE2120002742-0000")
ISSUER = "https://tillit.example"
ONE, MANY = "/access/v1/evaluation", "/access/v1/evaluations"
QUESTION: dict[str, Any] = {
    "subject": {"type": "employee", "id": "SE2321000230-P1001", "properties": {"assignment": "SE2321000230-M1001"}},
    "action": {"name": "read"},
    "resource": {
        "type": "patient_information",
        "id": "*",
        "properties": {
            "patient": {"kind": "personnummer", "value": "193805172388"},
            "information_type": "voo",
            "care_unit": "SE2321000230-E1041",
            "care_provider": "SE2321000230-VG01",
        },
    },
    "context": {"network_zone": "sjunet", "subject_token": "anna"},
}
BOX = SealKeys({1: (bytes(32), bytes(32))}, 1, os.urandom)
PEPS: dict[bytes, Pep] = {
    b"Bearer peephole": PEP,
    b"Bearer portal": Pep("portal", frozenset({"tillit:pdp"})),
    **{f"Bearer {name}".encode(): Pep(name, frozenset({"tillit:pdp"})) for name in sorted(APPLICATIONS)},
    b"Bearer other": Pep("other", frozenset({"tillit:directory"})),
}
CALLERS = {
    "Bearer region": Caller("region", None, frozenset({"tillit:admin"}), None),
    "Bearer todo": Caller("todo", None, frozenset({"tillit:pdp"}), None),
    "Bearer gateway": Caller("gateway", None, frozenset({"tillit:pdp"}), None),
    "Bearer admin-of-boden": Caller("boden-admin", None, frozenset({"tillit:admin"}), frozenset({BODEN})),
    "Bearer boden": Caller("boden", None, frozenset({"tillit:registers"}), frozenset({BODEN})),
    "Bearer reader": Caller("reader", None, frozenset({"tillit:directory"}), None),
    "Bearer katarina": logged_in(KATARINA),
    "Bearer maria": logged_in(MARIA),
    "Bearer chief": logged_in(CHIEF),
    "Bearer anna": logged_in(ANNA),
    "Bearer berit": logged_in(BERIT),
    "Bearer clara": logged_in(CLARA),
    "Bearer signe": logged_in(SIGNE),
    "Bearer reporter": Caller("peephole", None, frozenset({"tillit:pdp"}), None),
    "Bearer another": Caller("another", None, frozenset({"tillit:pdp"}), None),
    "Bearer boden-admin": Caller("boden-admin", None, frozenset({"tillit:admin"}), frozenset({BODEN})),
    "Bearer lulea": Caller("lulea", None, frozenset({"tillit:registers"}), frozenset({LULEA})),
}


def names_staff(provider: HsaId) -> bool:
    """Boden tells its patients who looked; the region only from where."""
    return provider == BODEN_CARE


def authenticate_pep(authorization: bytes | None) -> Pep:
    found = PEPS.get(authorization or b"")
    if found is None:
        raise PepNotAuthenticated("a valid access token is needed")
    return found


def make_app(world: World, callers: Mapping[str, Caller] = CALLERS) -> Any:
    """The routers in a FastAPI application, the decision point before it, as the hub joins them."""

    def authenticate(request: Request) -> Caller:
        return callers[request.headers["authorization"]]

    access = access_app(world.pdp(), world.searches(), BOX, authenticate_pep, ISSUER)
    api = FastAPI()
    for router in (
        care_relationships_router,
        service_recipients_router,
        consents_router,
        blocks_router,
        lifts_router,
    ):
        api.include_router(router(world.desk, world.trail, authenticate))
    api.include_router(tasks_router(world.desk, authenticate))
    api.include_router(delegations_router(world.desk, world.pdp(), pages, authenticate))
    worklists = SqlWorklists(world.engine)
    api.include_router(emergency_accesses_router(world.desk, world.trail, worklists, authenticate))
    api.include_router(discharge_cases_router(world.desk, world.pdp(), world.trail, worklists, authenticate))
    api.include_router(disclosures_router(world.desk, world.pdp(), world.trail, worklists, authenticate))
    api.include_router(responsibility_moves_router(world.desk, world.trail, authenticate))
    api.include_router(policy_packs_router(world.pack_desk, authenticate))
    api.include_router(notices_router(world.desk, SqlNotices(world.engine), authenticate))

    log = TrailIndex(world.folder)
    reading, reports = (
        LogReading(world.desk, log, world.trail),
        AccessReports(world.desk, log, world.trail, world.tokens),
    )
    reverse = ReverseQuestions(world.desk, world.pdp(), world.searches(), log, world.trail)
    api.include_router(reverse_questions_router(world.desk, reverse, world.pdp().policy, BOX, authenticate))
    api.include_router(decisions_router(reading, authenticate))
    api.include_router(audit_router(world.desk, log, reports, reading, names_staff, pages, authenticate))

    api.include_router(log_reviews_router(world.desk, log, reading, authenticate))

    @api.exception_handler(Refusal)
    def refused(_: Request, refusal: Refusal) -> JSONResponse:
        told = {"code": refusal.code, "title": refusal.description, "pointer": refusal.pointer}
        return JSONResponse(told, STATUS[refusal.code])

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await (access if scope["type"] == "http" and scope["path"] in PATHS else api)(scope, receive, send)

    return app


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The base URL of ``app`` under uvicorn on loopback."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
            client.get(f"http://127.0.0.1:{port}/.well-known/authzen-configuration")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(30)
