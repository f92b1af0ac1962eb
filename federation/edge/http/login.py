"""The pages on which an employee logs in: method, password, one-time code, assignment; then back to the request.

Every page belongs to an interaction of this browser (``find_interaction``); there is no login without one. State is
ours: URLs hold the interaction's id, which opens nothing, and forms hold only what the person types and a token.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from federation.actions.choose_assignment import ChooseAssignment
from federation.actions.find_interaction import find_interaction
from federation.actions.verify_one_time_code import LoggedIn, VerifyOneTimeCode
from federation.actions.verify_password import VerifyPassword
from federation.core.client import Client
from federation.core.interaction import Interaction
from federation.core.login_method import LOGIN_METHODS, LoginMethod, methods_for
from federation.core.session import Session
from federation.edge.http.cookies import Cookies
from federation.edge.http.page_answers import (
    Context,
    Form,
    House,
    PageAnswers,
    Problem,
    SourceOf,
    form_token,
    is_ours,
    read_form,
    see_other,
    source_of,
    waiting,
)
from federation.ports import Clients, Interactions, LoginAttempts, Sessions
from federation.refusals import (
    AssignmentNotHeld,
    InteractionGone,
    LoginAttemptGone,
    TooManyAttempts,
    WrongCredentials,
)
from vocabulary.clock import Clock

RESUME = "/authorize/resume"
_LOGIN, _PASSWORD, _CODE, _ASSIGNMENT = "/login", "/login/password", "/login/code", "/login/assignment"

FormFields = Annotated[Form, Depends(read_form)]


@dataclass(frozen=True, slots=True)
class LoginDesk:
    """What the login pages work with. ``end_session`` ends the session that somebody else left in this browser."""

    interactions: Interactions
    clients: Clients
    sessions: Sessions
    attempts: LoginAttempts
    verify_password: VerifyPassword
    verify_one_time_code: VerifyOneTimeCode
    choose_assignment: ChooseAssignment
    end_session: Callable[[str], None]
    cookies: Cookies
    clock: Clock
    house: House
    source_of: SourceOf = source_of
    methods: tuple[LoginMethod, ...] = LOGIN_METHODS


def router(desk: LoginDesk) -> APIRouter:
    answers = PageAnswers(desk.house)
    pages = _Pages(desk, answers)
    made = APIRouter(route_class=answers.route_class(), include_in_schema=False)
    made.get(_LOGIN)(pages.choose_method)
    made.get(_PASSWORD)(pages.ask_password)
    made.post(_PASSWORD)(pages.take_password)
    made.get(_CODE)(pages.ask_code)
    made.post(_CODE)(pages.take_code)
    made.get(_ASSIGNMENT)(pages.ask_assignment)
    made.post(_ASSIGNMENT)(pages.take_assignment)
    return made


class _Pages:
    def __init__(self, desk: LoginDesk, answers: PageAnswers) -> None:
        self._desk, self._answers = desk, answers

    # ── method ───────────────────────────────────────────────────────────────

    def choose_method(self, request: Request) -> Response:
        if "interaction" not in request.query_params:
            return self._answers.page(request, "login/start.html")
        interaction = self._interaction(request)
        client = self._client(interaction)
        level = max(interaction.request.level, client.level)
        offered = methods_for(level, self._desk.methods)
        if len(offered) == 1:  # the smallest question is none
            return see_other(offered[0].path, interaction=interaction.id)
        if not offered:
            return self._answers.page(request, "login/no_method.html", 403, client=client)
        return self._page(request, interaction, "login/method.html", methods=offered)

    # ── password ─────────────────────────────────────────────────────────────

    def ask_password(self, request: Request) -> Response:
        late = [Problem("", "start_again")] if "again" in request.query_params else []
        return self._password_page(request, self._interaction(request), problems=late)

    def take_password(self, request: Request, form: FormFields) -> Response:
        interaction = self._interaction(request)
        username, password = form.get("username", "").strip(), form.get("password", "")
        if not self._is_ours(request, form, interaction):
            return self._password_page(request, interaction, 403, [Problem("", "form_too_old")], username)
        missing = [Problem(name, f"missing_{name}") for name in ("username", "password") if not form.get(name)]
        if missing:
            return self._password_page(request, interaction, 400, missing, username)
        try:
            self._desk.verify_password(interaction, username, password, self._desk.source_of(request))
        except WrongCredentials:
            return self._password_page(request, interaction, 400, [Problem("username", "wrong_password")], username)
        except TooManyAttempts as refusal:
            return self._password_page(request, interaction, 429, [waiting(refusal)], username)
        return see_other(_CODE, interaction=interaction.id)

    def _password_page(
        self,
        request: Request,
        interaction: Interaction,
        status: int = 200,
        problems: list[Problem] | None = None,
        username: str = "",
    ) -> Response:
        return self._page(request, interaction, "login/password.html", status, problems, username=username)

    # ── one-time code ────────────────────────────────────────────────────────

    def ask_code(self, request: Request) -> Response:
        interaction = self._interaction(request)
        attempt = self._desk.attempts.find(interaction.id)
        if attempt is None or not attempt.open_at(self._desk.clock.now()):
            return self._start_again(interaction)
        return self._page(request, interaction, "login/code.html")

    def take_code(self, request: Request, form: FormFields) -> Response:
        interaction = self._interaction(request)
        if not self._is_ours(request, form, interaction):
            return self._page(request, interaction, "login/code.html", 403, [Problem("", "form_too_old")])
        # Applications show the code in two groups, and people copy it so.
        code = form.get("code", "").strip().replace(" ", "")
        if not code:
            return self._page(request, interaction, "login/code.html", 400, [Problem("code", "missing_code")])
        try:
            logged_in = self._desk.verify_one_time_code(interaction, code, self._desk.source_of(request))
        except WrongCredentials:
            return self._page(request, interaction, "login/code.html", 400, [Problem("code", "wrong_code")])
        except TooManyAttempts as refusal:
            return self._page(request, interaction, "login/code.html", 429, [waiting(refusal)])
        except LoginAttemptGone:
            return self._start_again(interaction)
        self._leave_no_other_person(request, logged_in)
        answer = see_other(RESUME, interaction=interaction.id)
        answer.headers.append("Set-Cookie", self._desk.cookies.put(self._desk.cookies.session, logged_in.secret))
        return answer

    def _leave_no_other_person(self, request: Request, logged_in: LoggedIn) -> None:
        """On a shared computer the one before is logged out by the one who comes."""
        before = self._session(request)
        if before is not None and before.person != logged_in.session.person:
            self._desk.end_session(before.id)

    def _start_again(self, interaction: Interaction) -> Response:
        return see_other(_PASSWORD, interaction=interaction.id, again="1")

    # ── assignment ───────────────────────────────────────────────────────────

    def ask_assignment(self, request: Request) -> Response:
        interaction = self._interaction(request)
        session = self._session(request)
        if session is None:
            return see_other(_LOGIN, interaction=interaction.id)
        return self._assignment_page(request, interaction, session)

    def take_assignment(self, request: Request, form: FormFields) -> Response:
        interaction = self._interaction(request)
        session = self._session(request)
        if session is None:
            return see_other(_LOGIN, interaction=interaction.id)
        if not self._is_ours(request, form, interaction):
            return self._assignment_page(request, interaction, session, 403, [Problem("", "form_too_old")])
        try:
            self._desk.choose_assignment(session, self._client(interaction), form.get("assignment", ""))
        except AssignmentNotHeld:
            problems = [Problem("assignment", "missing_assignment")]
            return self._assignment_page(request, interaction, session, 400, problems)
        return see_other(RESUME, interaction=interaction.id)

    def _assignment_page(
        self,
        request: Request,
        interaction: Interaction,
        session: Session,
        status: int = 200,
        problems: list[Problem] | None = None,
    ) -> Response:
        offered = self._desk.choose_assignment.offered(session, self._client(interaction))
        if len(offered) < 2:  # nothing to ask; the protocol says what follows
            return see_other(RESUME, interaction=interaction.id)
        context: Context = {"assignments": offered, "chosen": session.assignment}
        return self._page(request, interaction, "login/assignment.html", status, problems, **context)

    # ── what every page needs ────────────────────────────────────────────────

    def _interaction(self, request: Request) -> Interaction:
        interaction_id = request.query_params.get("interaction", "")
        return find_interaction(self._desk.interactions, interaction_id, self._browser(request), self._desk.clock.now())

    def _client(self, interaction: Interaction) -> Client:
        client = self._desk.clients.find(interaction.request.client_id)
        if client is None or not client.enabled:
            raise InteractionGone("the application is no longer registered")
        return client

    def _session(self, request: Request) -> Session | None:
        secret = request.cookies.get(self._desk.cookies.session)
        return None if secret is None else self._desk.sessions.find(secret, self._desk.clock.now())

    def _browser(self, request: Request) -> str | None:
        return request.cookies.get(self._desk.cookies.browser)

    def _is_ours(self, request: Request, form: Form, interaction: Interaction) -> bool:
        return is_ours(form, self._browser(request), interaction.id)

    def _page(
        self,
        request: Request,
        interaction: Interaction,
        template: str,
        status: int = 200,
        problems: list[Problem] | None = None,
        **context: object,
    ) -> Response:
        token = form_token(self._browser(request) or "", interaction.id)
        client = self._client(interaction)
        return self._answers.page(
            request, template, status, problems or [],
            interaction=interaction.id, client=client, form_token=token, **context,
        )  # fmt: skip
