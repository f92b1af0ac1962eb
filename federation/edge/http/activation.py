"""The pages on which a new employee makes her account out of the activation code that she was handed."""

from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from federation.actions.activate_account import ActivateAccount
from federation.edge.http.cookies import Cookies
from federation.edge.http.login import FormFields
from federation.edge.http.page_answers import (
    Context,
    Form,
    House,
    PageAnswers,
    Problem,
    SourceOf,
    form_token,
    is_ours,
    see_other,
    source_of,
    waiting,
)
from federation.edge.totp.qr_code import qr_code
from federation.ports import OneTimeCodes
from federation.refusals import ActivationInvalid, PasswordTooWeak, TooManyAttempts, UsernameTaken, WrongCredentials
from vocabulary.refusals import InvalidValue

_START, _ACCOUNT, _APP = "/login/activate", "/login/activate/account", "/login/activate/app"
_PURPOSE = "activation"


@dataclass(frozen=True, slots=True)
class ActivationDesk:
    activate: ActivateAccount
    codes: OneTimeCodes
    cookies: Cookies
    house: House
    random_bytes: Callable[[int], bytes]
    source_of: SourceOf = source_of


def router(desk: ActivationDesk) -> APIRouter:
    answers = PageAnswers(desk.house)
    pages = _Pages(desk, answers)
    made = APIRouter(route_class=answers.route_class(), include_in_schema=False)
    made.get(_START)(pages.ask_code)
    made.post(_START)(pages.take_code)
    made.get(_ACCOUNT)(pages.ask_account)
    made.post(_ACCOUNT)(pages.take_account)
    made.get(_APP)(pages.show_secret)
    made.post(_APP)(pages.take_confirmation)
    return made


class _Pages:
    def __init__(self, desk: ActivationDesk, answers: PageAnswers) -> None:
        self._desk, self._answers = desk, answers

    def ask_code(self, request: Request) -> Response:
        return self._code_page(request)

    def take_code(self, request: Request, form: FormFields) -> Response:
        if not self._is_ours(request, form):
            return self._code_page(request, 403, [Problem("", "form_too_old")])
        if not form.get("activation_code", "").strip():
            return self._code_page(request, 400, [Problem("activation_code", "missing_code")])
        try:
            secret = self._desk.activate.open(form["activation_code"], self._desk.source_of(request))
        except WrongCredentials:
            return self._code_page(request, 400, [Problem("activation_code", "wrong_activation_code")])
        except TooManyAttempts as refusal:
            return self._code_page(request, 429, [waiting(refusal)])
        return self._with_cookie(see_other(_ACCOUNT), secret)

    def _code_page(self, request: Request, status: int = 200, problems: list[Problem] | None = None) -> Response:
        """A browser without a cookie gets one with a secret that opens nothing, for the form's token to rest on."""
        secret, fresh = self._secret(request), None
        if secret is None:
            secret = fresh = urlsafe_b64encode(self._desk.random_bytes(32)).rstrip(b"=").decode()
        token = form_token(secret, _PURPOSE)
        answer = self._answers.page(request, "login/activate.html", status, problems or [], form_token=token)
        return answer if fresh is None else self._with_cookie(answer, fresh)

    def ask_account(self, request: Request) -> Response:
        return self._account_page(request)

    def take_account(self, request: Request, form: FormFields) -> Response:
        username, password = form.get("username", "").strip(), form.get("password", "")
        if not self._is_ours(request, form):
            return self._account_page(request, 403, [Problem("", "form_too_old")])
        if password != form.get("password_again", ""):
            return self._account_page(request, 400, [Problem("password_again", "passwords_differ")], username)
        try:
            self._desk.activate.propose(self._secret(request), username, password)
        except InvalidValue:
            return self._account_page(request, 400, [Problem("username", "bad_username")], username)
        except UsernameTaken:
            return self._account_page(request, 409, [Problem("username", "username_taken")], username)
        except PasswordTooWeak as refusal:
            return self._account_page(request, 400, [Problem("password", f"password_{refusal.reason}")], username)
        return see_other(_APP)

    def _account_page(
        self,
        request: Request,
        status: int = 200,
        problems: list[Problem] | None = None,
        username: str | None = None,
    ) -> Response:
        activation, employee = self._desk.activate.find(self._secret(request))
        if username is None:
            username = self._desk.activate.suggestion(activation, employee)
        context: Context = {"username": username, "employee": employee}
        return self._page(request, "login/activate_account.html", status, problems, **context)

    def show_secret(self, request: Request) -> Response:
        return self._app_page(request)

    def take_confirmation(self, request: Request, form: FormFields) -> Response:
        if not self._is_ours(request, form):
            return self._app_page(request, 403, [Problem("", "form_too_old")])
        code = form.get("code", "").strip().replace(" ", "")
        if not code:
            return self._app_page(request, 400, [Problem("code", "missing_code")])
        try:
            username = self._desk.activate.confirm(self._secret(request), code, self._desk.source_of(request))
        except WrongCredentials:
            return self._app_page(request, 400, [Problem("code", "wrong_code")])
        except TooManyAttempts as refusal:
            return self._app_page(request, 429, [waiting(refusal)])
        except UsernameTaken:
            return self._account_page(request, 409, [Problem("username", "username_taken")])
        answer = self._answers.page(request, "login/activated.html", username=username.value)
        answer.headers.append("Set-Cookie", self._desk.cookies.clear(self._desk.cookies.activation))
        return answer

    def _app_page(self, request: Request, status: int = 200, problems: list[Problem] | None = None) -> Response:
        activation, _ = self._desk.activate.find(self._secret(request))
        if activation.proposal is None:
            return see_other(_ACCOUNT)
        secret = self._desk.activate.secret(activation, activation.proposal)
        address = self._desk.codes.address(secret, activation.proposal.username)
        key = b32encode(secret).decode().rstrip("=")
        context: Context = {
            "address": address,
            "qr": qr_code(address),
            "key": " ".join(key[start : start + 4] for start in range(0, len(key), 4)),
        }
        return self._page(request, "login/activate_app.html", status, problems, **context)

    def _page(
        self, request: Request, template: str, status: int, problems: list[Problem] | None, **context: object
    ) -> Response:
        secret = self._secret(request)
        if secret is None:
            raise ActivationInvalid("this browser has not shown an activation code lately")
        token = form_token(secret, _PURPOSE)
        return self._answers.page(request, template, status, problems or [], form_token=token, **context)

    def _secret(self, request: Request) -> str | None:
        return request.cookies.get(self._desk.cookies.activation)

    def _is_ours(self, request: Request, form: Form) -> bool:
        return is_ours(form, self._secret(request), _PURPOSE)

    def _with_cookie(self, answer: Response, secret: str) -> Response:
        answer.headers.append("Set-Cookie", self._desk.cookies.put(self._desk.cookies.activation, secret))
        return answer
