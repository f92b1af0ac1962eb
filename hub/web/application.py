"""The one web application over a house: every route of every room, in one list."""

from functools import partial

from fastapi import Depends, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

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
from hub.web.revision import TellsRevision
from sync.edge.http import routes as sync_routes
from vocabulary.refusals import Refusal

VERSION = "0.1.0"


def front(house: House) -> Front:
    """Everything that the main port answers. Hot paths go past the framework."""
    access = access_app(house.pdp, house.searches, house.seal, peps(house.federation.token_desk), house.settings.issuer)
    hot = dict.fromkeys(PATHS, access) | dict(house.federation.endpoints)
    return Front(
        hot,
        TellsRevision(framework(house), partial(_revision, house)),
        max_body_bytes=house.settings.max_body_bytes,
        deadline_seconds=house.settings.request_deadline_seconds,
    )


def _revision(house: House) -> str:
    return f"{house.directory.snapshot().revision}.{house.registers.revision}"


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

    worklists = SqlWorklists(house.engine)
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
        care_relationships_router(house.desk, house.trail, elsewhere),
        service_recipients_router(house.desk, house.trail, elsewhere),
        consents_router(house.desk, house.trail, elsewhere),
        blocks_router(house.desk, house.trail, elsewhere),
        lifts_router(house.desk, house.trail, elsewhere),
        delegations_router(house.desk, house.pdp, pages, elsewhere),
        tasks_router(house.desk, elsewhere),
        emergency_accesses_router(house.desk, house.trail, worklists, elsewhere),
        discharge_cases_router(house.desk, house.pdp, house.trail, worklists, elsewhere),
        disclosures_router(house.desk, house.pdp, house.trail, worklists, elsewhere),
        responsibility_moves_router(house.desk, house.trail, elsewhere),
        notices_router(house.desk, SqlNotices(house.engine), elsewhere),
        policy_packs_router(house.pack_desk, elsewhere),
        reverse_questions_router(
            house.desk,
            ReverseQuestions(house.desk, house.pdp, house.searches, house.log, house.trail),
            house.pdp.policy,
            house.seal,
            elsewhere,
        ),
        decisions_router(house.log_reading, elsewhere),
        audit_router(
            house.desk, house.log, house.access_reports, house.log_reading, house.names_staff, pages, elsewhere
        ),
        log_reviews_router(house.desk, house.log, house.log_reading, elsewhere),
        sync_routes.router(house.sync, authenticate=elsewhere),
    ):
        application.include_router(router, dependencies=[Depends(demand_known_parameters)])
    # OAuth's addresses ignore parameters that they do not know (RFC 6749 section 3.1).
    for router in (house.federation.pages, *house.login.routers, front_page.router(house.settings.issuer)):
        application.include_router(router)
    static: Starlette | StaticFiles = StaticFiles(directory=pages.STATIC_FOLDER)
    application.mount("/static", static)
    return application
