"""``/logout``: end the session in this browser (OpenID Connect RP-Initiated Logout 1.0).

Without a token that shows that the client knows this very session, the person is asked first: a link on any page
could otherwise log her out.
"""

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from federation.actions.end_access import EndAccess
from federation.core.client import Client
from federation.core.session import Session
from federation.core.timely import audiences_of
from federation.core.tokens import ID_TOKEN_TYPE
from federation.edge.http.authorize import Parameters, read_parameters, with_query
from federation.edge.http.cookies import Cookies
from federation.edge.http.page_answers import House, PageAnswers, form_token, is_ours
from federation.ports import Clients, Sessions, Verifier
from federation.refusals import InvalidToken
from vocabulary.clock import Clock

_PURPOSE = "logout"
_HANDED_ON = ("client_id", "post_logout_redirect_uri", "state")


class LogoutPages:
    def __init__(
        self,
        sessions: Sessions,
        clients: Clients,
        verifier: Verifier,
        end_access: EndAccess,
        cookies: Cookies,
        house: House,
        clock: Clock,
    ) -> None:
        self._sessions = sessions
        self._clients = clients
        self._verifier = verifier
        self._end_access = end_access
        self._cookies = cookies
        self._answers = PageAnswers(house)
        self._clock = clock

    def router(self) -> APIRouter:
        made = APIRouter(include_in_schema=False, route_class=self._answers.route_class())
        made.add_api_route("/logout", self.logout, methods=["GET", "POST"])
        return made

    def logout(self, request: Request, parameters: Parameters = Depends(read_parameters)) -> Response:
        asked = {name: values[0] for name, values in parameters.items() if len(values) == 1 and values[0]}
        client_id, hinted_session = self._hint(asked)
        client = None if client_id is None else self._clients.find(client_id)
        secret = request.cookies.get(self._cookies.session)
        session = None if not secret else self._sessions.find(secret, self._clock.now())
        if session is not None and not self._may_end(request, asked, session, hinted_session):
            return self._confirm(request, asked)
        if session is not None:
            self._end_access.of_session(session.id)
        answer = self._way_back(request, client, asked)
        answer.headers.append("Set-Cookie", self._cookies.clear(self._cookies.session))
        return answer

    def _hint(self, asked: dict[str, str]) -> tuple[str | None, str | None]:
        """The client and the session that the client shows to know."""
        claimed = asked.get("client_id")
        if "id_token_hint" not in asked:
            return claimed, None
        try:
            claims = self._verifier.verify_ended(asked["id_token_hint"], typ=ID_TOKEN_TYPE)
            (client_id,) = audiences_of(claims)
        except (InvalidToken, ValueError):
            return claimed, None
        if claimed not in (None, client_id):
            return None, None
        sid = claims.get("sid")
        return client_id, sid if isinstance(sid, str) else None

    def _may_end(self, request: Request, asked: dict[str, str], session: Session, hinted: str | None) -> bool:
        if hinted == session.id:
            return True
        return request.method == "POST" and is_ours(asked, request.cookies.get(self._cookies.browser), _PURPOSE)

    def _confirm(self, request: Request, asked: dict[str, str]) -> Response:
        browser = request.cookies.get(self._cookies.browser, "")
        fields = {name: asked[name] for name in _HANDED_ON if name in asked}
        return self._answers.page(
            request, "authorize/logout.html", fields={**fields, "form_token": form_token(browser, _PURPOSE)}
        )

    def _way_back(self, request: Request, client: Client | None, asked: dict[str, str]) -> Response:
        uri = asked.get("post_logout_redirect_uri")
        if client is None or uri is None or uri not in client.post_logout_redirect_uris:
            return self._answers.page(request, "authorize/logged_out.html")
        state = {"state": asked["state"]} if "state" in asked else {}
        return RedirectResponse(with_query(uri, state), 303, {"Cache-Control": "no-store"})
