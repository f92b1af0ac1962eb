"""The login and activation pages and their API, wired together: what the hub mounts beside ``application.assemble``."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlalchemy import Engine

from federation.actions.activate_account import ActivateAccount
from federation.actions.choose_assignment import ChooseAssignment
from federation.actions.create_account import CreateAccount
from federation.actions.start_activation import StartActivation
from federation.actions.verify_one_time_code import VerifyOneTimeCode
from federation.actions.verify_password import VerifyPassword
from federation.edge.argon2.passwords import Argon2Passwords
from federation.edge.http import activation, activation_api, login
from federation.edge.http.application import Federation
from federation.edge.http.page_answers import House, SourceOf, source_of
from federation.edge.sql.accounts import SqlAccounts
from federation.edge.sql.activations import SqlActivations
from federation.edge.sql.login_attempts import SqlLoginAttempts
from federation.edge.sql.login_failures import SqlLoginFailures
from federation.edge.totp.codes import TotpCodes
from federation.ports import Admission, LoginRecords, SecretBox, Staff
from vocabulary.caller import Caller
from vocabulary.clock import Clock


@dataclass(frozen=True, slots=True)
class LoginApplication:
    """``routers`` are to be included; ``create_account`` and ``start_activation`` are for the seed and the commands."""

    routers: tuple[APIRouter, ...]
    create_account: CreateAccount
    start_activation: StartActivation
    accounts: SqlAccounts


def assemble_login(
    federation: Federation,
    *,
    engine: Engine,
    staff: Staff,
    box: SecretBox,
    house: House,
    clock: Clock,
    random_bytes: Callable[[int], bytes],
    authenticate: Callable[[Request], Caller],
    admission: Admission | None = None,
    source_of: SourceOf = source_of,
    records: LoginRecords | None = None,
) -> LoginApplication:
    accounts, attempts = SqlAccounts(engine), SqlLoginAttempts(engine)
    failures, activations = SqlLoginFailures(engine), SqlActivations(engine)
    passwords, codes = Argon2Passwords(random_bytes), TotpCodes()
    sessions, cookies = federation.sessions, federation.cookies
    start = StartActivation(activations, accounts, staff, clock, random_bytes, admission)
    login_desk = login.LoginDesk(
        interactions=federation.interactions,
        clients=federation.clients,
        sessions=sessions,
        attempts=attempts,
        verify_password=VerifyPassword(accounts, attempts, failures, passwords, staff, clock, records),
        verify_one_time_code=VerifyOneTimeCode(
            accounts, attempts, failures, codes, box, sessions, staff, clock, random_bytes, records
        ),
        choose_assignment=ChooseAssignment(sessions, staff, clock),
        end_session=federation.end_access.of_session,
        cookies=cookies,
        clock=clock,
        house=house,
        source_of=source_of,
    )
    activate = ActivateAccount(
        activations, accounts, failures, passwords, codes, box, staff, federation.end_access, clock, random_bytes
    )
    activation_desk = activation.ActivationDesk(activate, codes, cookies, house, random_bytes, source_of)
    routers = (
        login.router(login_desk),
        activation.router(activation_desk),
        activation_api.router(start, federation.issuer, authenticate),
    )
    return LoginApplication(routers, CreateAccount(accounts, passwords, box, clock), start, accounts)
