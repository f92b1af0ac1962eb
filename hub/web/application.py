"""The one web application over a house: every route of every room, in one list."""

from datetime import datetime
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from authz.edge.http import (
    PATHS,
    access_app,
    blocks_router,
    care_relationships_router,
    consents_router,
    decisions_router,
    delegations_router,
    notices_router,
    policy_packs_router,
    tasks_router,
)
from authz.edge.sql.acts import SqlNotices
from authz.edge.trail import find_decision
from directory.edge.http.router import router as directory_router
from hub import pages
from hub.bridges.token_names_the_caller import peps, without_administration
from hub.bridges.undo_tells_what_lapsed import UndoTellsWhatLapsed
from hub.house import House
from hub.pages import front_page
from hub.web import answers
from hub.web.front import Front
from hub.web.management import Management
from hub.web.parameters import demand_known_parameters
from sync.edge.http import routes as sync_routes
from vocabulary.refusals import Refusal

VERSION = "0.1.0"


def front(house: House) -> Front:
    """Everything that the main port answers. Hot paths go past the framework."""
    access = access_app(house.pdp, peps(house.federation.token_desk), house.settings.issuer)
    hot = dict.fromkeys(PATHS, access) | dict(house.federation.endpoints)
    return Front(
        hot,
        framework(house),
        max_body_bytes=house.settings.max_body_bytes,
        deadline_seconds=house.settings.request_deadline_seconds,
    )


def management(house: House) -> Management:
    return Management(house.readiness, house.metrics)


def framework(house: House) -> FastAPI:
    """The admin API and the pages, as ordinary FastAPI with plain functions."""
    application = FastAPI(
        title="Tillit",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    for error, answer in (
        (Refusal, answers.answer_refusal),
        (RequestValidationError, answers.answer_bad_shape),
        (HTTPException, answers.answer_http_error),
    ):
        application.add_exception_handler(error, answer)
    authenticate, elsewhere = house.authenticate, without_administration(house.authenticate)

    def recorded_decision(decision_id: str, at: datetime) -> dict[str, Any] | None:
        return find_decision(house.settings.data / "trail", decision_id, at)

    for router in (
        directory_router(
            house.directory,
            authenticate,
            house.administration,
            house.requests,
            house.followers,
            house.planning,
            house.clock,
            house.quality,
            house.retention,
            UndoTellsWhatLapsed(house.registers),
        ),
        care_relationships_router(house.desk, elsewhere),
        consents_router(house.desk, elsewhere),
        blocks_router(house.desk, elsewhere),
        delegations_router(house.desk, house.pdp, pages, elsewhere),
        tasks_router(house.desk, elsewhere),
        notices_router(house.desk, SqlNotices(house.engine), elsewhere),
        policy_packs_router(house.pack_desk, elsewhere),
        decisions_router(recorded_decision, house.trail, house.clock, elsewhere),
        sync_routes.router(house.sync, authenticate=elsewhere),
    ):
        application.include_router(router, dependencies=[Depends(demand_known_parameters)])
    # OAuth's addresses ignore parameters that they do not know (RFC 6749 section 3.1).
    for router in (house.federation.pages, *house.login.routers, front_page.router(house.settings.issuer)):
        application.include_router(router)
    static: Starlette | StaticFiles = StaticFiles(directory=pages.STATIC_FOLDER)
    application.mount("/static", static)
    return application
