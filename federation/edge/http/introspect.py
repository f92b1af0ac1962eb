"""``/introspect``: tell a resource what a token is worth at this moment (RFC 7662)."""

from typing import Any

from federation.actions.token_desk import TokenDesk
from federation.core.client import Client
from federation.core.standing import TokenStanding
from federation.core.tokens import audience
from federation.edge.http.asgi import Receive, Scope, Send, answer_json, read_form, refuse
from federation.edge.http.client_authentication import ClientAuthentication
from federation.edge.http.token import tried_basic
from federation.refusals import InvalidRequest, InvalidToken, UnauthorizedClient
from vocabulary.assurance import AssuranceLevel
from vocabulary.refusals import Refusal

SCOPE = "tillit:introspect"


class IntrospectionEndpoint:
    """A client with the scope sees the tokens that are for it and those that it got itself; others look inactive."""

    def __init__(self, issuer: str, authentication: ClientAuthentication, desk: TokenDesk) -> None:
        self._issuer = issuer
        self._authentication = authentication
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            form = await read_form(scope, receive)
            client = await self._authentication.client(scope, form)
            if SCOPE not in client.scopes:
                raise UnauthorizedClient("the client may not introspect tokens")
            if "token" not in form:
                raise InvalidRequest("`token` is missing")
            told = self._told(client, form["token"])
        except Refusal as refusal:
            await refuse(send, refusal, basic=tried_basic(scope))
            return
        await answer_json(send, told)

    def _told(self, client: Client, token: str) -> dict[str, Any]:
        try:
            found = self._desk.inspect(token)
        except InvalidToken:
            return {"active": False}
        meant_for_it = found.audience & frozenset(audience(self._issuer, client, frozenset()))
        if not meant_for_it and found.client.client_id != client.client_id:
            return {"active": False}
        return _active(self._issuer, found)


def _active(issuer: str, found: TokenStanding) -> dict[str, Any]:
    told: dict[str, Any] = {
        "active": True,
        "iss": issuer,
        "sub": found.client.client_id if found.person is None else str(found.person),
        "aud": sorted(found.audience),
        "client_id": found.client.client_id,
        "scope": " ".join(sorted(found.scopes)),
        "token_type": "Bearer",
        "jti": found.token_id,
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
    }
    if found.person is not None:
        told["employeeHsaId"] = str(found.person)
    if found.assignment is not None:
        told["commissionHsaId"] = str(found.assignment)
    if found.authenticated_at is not None:
        told["auth_time"] = int(found.authenticated_at.timestamp())
    if found.level is not AssuranceLevel.NONE:
        told["acr"] = found.level.uri
    return told
