"""``/authorize`` and ``/authorize/resume``: the browser's way in, and its way back from our pages (RFC 6749, 3.1)."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from federation.actions.authorize import Answer, AskPerson, Authorize
from federation.actions.find_interaction import find_interaction
from federation.core.next_step import Login
from federation.core.random_text import random_text
from federation.core.session import Session
from federation.edge.http.asgi import MAX_BODY_BYTES
from federation.edge.http.cookies import Cookies
from federation.edge.http.page_answers import House, PageAnswers
from federation.ports import Interactions, Sessions
from federation.refusals import InteractionGone, InvalidRequest, UntrustedRequest
from vocabulary.clock import Clock

MAX_PARAMETERS = 50
_NO_STORE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

Parameters = Mapping[str, Sequence[str]]


async def read_parameters(request: Request) -> Parameters:
    """Every value of every parameter: of the query for GET, of the form for POST. Raises ``InvalidRequest``."""
    raw = request.url.query
    if request.method == "POST":
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise InvalidRequest("the body is too long")
        raw = body.decode("ascii", errors="replace")
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict")
    except ValueError:
        raise InvalidRequest("the parameters cannot be read") from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


class AuthorizePages:
    def __init__(
        self,
        authorize: Authorize,
        interactions: Interactions,
        sessions: Sessions,
        cookies: Cookies,
        house: House,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._authorize = authorize
        self._interactions = interactions
        self._sessions = sessions
        self._cookies = cookies
        self._answers = PageAnswers(house)
        self._clock = clock
        self._random_bytes = random_bytes

    def router(self) -> APIRouter:
        made = APIRouter(include_in_schema=False, route_class=self._answers.route_class())
        made.add_api_route("/authorize", self.begin, methods=["GET", "POST"])
        made.add_api_route("/authorize/resume", self.resume, methods=["GET"])
        return made

    def begin(self, request: Request, parameters: Parameters = Depends(read_parameters)) -> Response:
        known = request.cookies.get(self._cookies.browser)
        browser = known or random_text(self._random_bytes)
        try:
            outcome = self._authorize.begin(parameters, browser, self._session(request))
        except UntrustedRequest as refusal:
            return self._answers.page(request, "authorize/error.html", 400, reason=refusal.code)
        answer = self._carried_out(request, outcome)
        if known is None:
            answer.headers.append("Set-Cookie", self._cookies.put(self._cookies.browser, browser))
        return answer

    def resume(self, request: Request) -> Response:
        try:
            interaction = find_interaction(
                self._interactions,
                request.query_params.get("interaction", ""),
                request.cookies.get(self._cookies.browser),
                self._clock.now(),
            )
            outcome = self._authorize.resume(interaction, self._session(request))
        except InteractionGone as refusal:
            return self._answers.page(request, "authorize/error.html", 400, reason=refusal.code)
        return self._carried_out(request, outcome)

    def _session(self, request: Request) -> Session | None:
        secret = request.cookies.get(self._cookies.session)
        return None if not secret else self._sessions.find(secret, self._clock.now())

    def _carried_out(self, request: Request, outcome: Answer | AskPerson) -> Response:
        if isinstance(outcome, AskPerson):
            path = "/login" if isinstance(outcome.step, Login) else "/login/assignment"
            query = urlencode({"interaction": outcome.interaction.id})
            return RedirectResponse(f"{path}?{query}", 303, _NO_STORE)
        if outcome.form_post:
            return self._answers.page(
                request, "authorize/form_post.html", action=outcome.redirect_uri, fields=outcome.parameters
            )
        return RedirectResponse(with_query(outcome.redirect_uri, outcome.parameters), 303, _NO_STORE)


def with_query(uri: str, parameters: Mapping[str, str]) -> str:
    """``uri`` with parameters added to those it has (RFC 6749, 3.1.2)."""
    parts = urlsplit(uri)
    query = "&".join(part for part in (parts.query, urlencode(parameters)) if part)
    return parts._replace(query=query).geturl()
