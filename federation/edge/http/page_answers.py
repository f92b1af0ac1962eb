"""How the login pages are answered: in the right language, never stored, with forms that only we can have made.

The house's look comes from outside; security headers are the front's work (the hub's web application).
"""

import hmac
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.responses import Response

from federation.edge.sql.quickly import UNAVAILABLE
from federation.refusals import (
    AccountsUnavailable,
    ActivationInvalid,
    InteractionGone,
    LoginBusy,
    StaffUnavailable,
    TooManyAttempts,
)
from vocabulary.refusals import Refusal

MAX_FORM_BYTES = 32 * 1024
_MAX_FIELDS = 20
_RETRY_AFTER_SECONDS = 5

Form = Mapping[str, str]


class House(Protocol):
    """The look and the languages of the house; ``hub.pages`` keeps this."""

    def render(self, template: str, **context: object) -> str: ...

    def language_of(self, request: Request) -> str: ...

    def remember_language(self, request: Request, response: Response) -> None: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a form. ``text`` is a key of the page's texts; ``field`` is empty when it is no single one."""

    field: str
    text: str
    wait: timedelta | None = None


class PageAnswers:
    """Makes the answers of one router."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page(
        self, request: Request, template: str, status: int = 200, problems: Sequence[Problem] = (), **context: object
    ) -> HTMLResponse:
        language = self._house.language_of(request)
        query = f"?{request.url.query}" if request.url.query else ""
        body = self._house.render(
            template, language=language, here=f"{request.url.path}{query}", problems=problems, **context
        )
        answer = HTMLResponse(body, status, {"Cache-Control": "no-store", "Content-Language": language})
        waits = [problem.wait for problem in problems if problem.wait is not None]
        if waits:
            answer.headers["Retry-After"] = str(math.ceil(max(waits).total_seconds()))
        self._house.remember_language(request, answer)
        return answer

    def refused(self, request: Request, refusal: Refusal) -> Response | None:
        """The page for what can befall any step; ``None`` for a refusal that is not of that kind."""
        if isinstance(refusal, InteractionGone):
            return self.page(request, "login/gone.html", 400)
        if isinstance(refusal, ActivationInvalid):
            return self.page(request, "login/activation_gone.html", 400)
        if isinstance(refusal, StaffUnavailable | AccountsUnavailable | LoginBusy):
            answer = self.page(request, "login/unavailable.html", 503)
            answer.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
            return answer
        return None

    def route_class(self) -> type[APIRoute]:
        """A route whose endpoint's refusals become pages; what is not known here goes on to the hub."""
        answers = self

        class PageRoute(APIRoute):
            def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # narrower
                endpoint = super().get_route_handler()

                async def answered(request: Request) -> Response:
                    try:
                        return await endpoint(request)
                    except UNAVAILABLE as error:
                        failed = AccountsUnavailable("logins cannot be checked at this moment", detail=str(error))
                        page = answers.refused(request, failed)
                        assert page is not None
                        return page
                    except Refusal as refusal:
                        page = answers.refused(request, refusal)
                        if page is None:
                            raise
                        return page

                return answered

        return PageRoute


def see_other(path: str, **query: str) -> RedirectResponse:
    """303 to an address of ours (RFC 9110 15.4.4)."""
    address = f"{path}?{urlencode(query)}" if query else path
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


async def read_form(request: Request) -> Form:
    """The fields of an urlencoded form of at most 32 KiB; no fields at all when it is anything else."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            return {}
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:
        return {}


def form_token(browser_secret: str, purpose: str) -> str:
    """The synchroniser token of a form: only who holds this browser's cookie could have computed it."""
    return hmac.digest(browser_secret.encode(), f"form:{purpose}".encode(), "sha256").hex()


def is_ours(form: Form, browser_secret: str | None, purpose: str) -> bool:
    if browser_secret is None:
        return False
    return hmac.compare_digest(form.get("form_token", "").encode(), form_token(browser_secret, purpose).encode())


def waiting(refusal: TooManyAttempts) -> Problem:
    return Problem("", "wait", refusal.wait)


def source_of(request: Request) -> str:
    """The address of whoever is connected to us. Behind a proxy the hub hands in a function that trusts the proxy."""
    return request.client.host if request.client is not None else "unknown"


SourceOf = Callable[[Request], str]
Context = dict[str, Any]
