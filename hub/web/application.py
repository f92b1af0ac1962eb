"""The one web application over a house: every route of every room, in one list."""

from datetime import datetime
from typing import Any

from fastapi import FastAPI
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
)
from authz.edge.trail import find_decision
from directory.edge.http.router import router as directory_router
from federation.actions.activate_account import ActivateAccount
from federation.actions.choose_assignment import ChooseAssignment
from federation.actions.verify_one_time_code import VerifyOneTimeCode
from federation.actions.verify_password import VerifyPassword
from federation.edge.http import activation, activation_api, login
from federation.edge.sql.login_attempts import SqlLoginAttempts
from federation.edge.sql.login_failures import SqlLoginFailures
from federation.edge.totp.codes import TotpCodes
from hub import pages
from hub.bridges.token_names_the_caller import callers, peps
from hub.house import House
from hub.pages import front_page
from hub.real_clock import random_bytes
from hub.web import answers
from hub.web.front import Front
from hub.web.management import Management
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
    authenticate = callers(house.federation.token_desk)

    def recorded_decision(decision_id: str, at: datetime) -> dict[str, Any] | None:
        return find_decision(house.settings.data / "trail", decision_id, at)

    for router in (
        directory_router(house.directory, authenticate, house.clock),
        activation_api.router(house.start_activation, house.settings.issuer, authenticate),
        care_relationships_router(house.desk, authenticate),
        consents_router(house.desk, authenticate),
        blocks_router(house.desk, authenticate),
        delegations_router(house.desk, authenticate),
        decisions_router(recorded_decision, house.trail, house.clock, authenticate),
        sync_routes.router(house.sync, authenticate=authenticate),
        house.federation.pages,
        login.router(_login_desk(house)),
        activation.router(_activation_desk(house)),
        front_page.router(house.settings.issuer),
    ):
        application.include_router(router)
    static: Starlette | StaticFiles = StaticFiles(directory=pages.STATIC_FOLDER)
    application.mount("/static", static)
    return application


def _login_desk(house: House) -> login.LoginDesk:
    federation, engine = house.federation, house.engine
    attempts, failures = SqlLoginAttempts(engine), SqlLoginFailures(engine)
    return login.LoginDesk(
        interactions=federation.interactions,
        clients=federation.clients,
        sessions=federation.sessions,
        attempts=attempts,
        verify_password=VerifyPassword(
            house.accounts, attempts, failures, house.passwords, house.employees, house.clock
        ),
        verify_one_time_code=VerifyOneTimeCode(
            house.accounts,
            attempts,
            failures,
            TotpCodes(),
            house.seal,
            federation.sessions,
            house.employees,
            house.clock,
            random_bytes,
        ),
        choose_assignment=ChooseAssignment(federation.sessions, house.employees, house.clock),
        end_session=federation.end_access.of_session,
        cookies=federation.cookies,
        clock=house.clock,
        house=pages,
    )


def _activation_desk(house: House) -> activation.ActivationDesk:
    activate = ActivateAccount(
        house.activations,
        house.accounts,
        SqlLoginFailures(house.engine),
        house.passwords,
        TotpCodes(),
        house.seal,
        house.employees,
        house.federation.end_access,
        house.clock,
        random_bytes,
    )
    return activation.ActivationDesk(activate, TotpCodes(), house.federation.cookies, pages, random_bytes)
