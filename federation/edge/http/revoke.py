"""``/revoke``: a client gives back a token (RFC 7009)."""

from anyio import to_thread

from federation.actions.end_access import EndAccess
from federation.actions.token_desk import TokenDesk
from federation.core.client import Client
from federation.core.grant import secret_hash
from federation.edge.http.asgi import Receive, Scope, Send, answer, read_form, refuse
from federation.edge.http.client_authentication import ClientAuthentication
from federation.edge.http.token import tried_basic
from federation.ports import Grants
from federation.refusals import InvalidRequest, InvalidToken, UnauthorizedClient
from vocabulary.refusals import Refusal


class RevocationEndpoint:
    """A refresh token takes its whole grant with it; an access token goes alone. What no longer holds is fine."""

    def __init__(
        self, authentication: ClientAuthentication, desk: TokenDesk, grants: Grants, end_access: EndAccess
    ) -> None:
        self._authentication = authentication
        self._desk = desk
        self._grants = grants
        self._end_access = end_access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            form = await read_form(scope, receive)
            client = await self._authentication.client(scope, form)
            if "token" not in form:
                raise InvalidRequest("`token` is missing")
            await to_thread.run_sync(self._revoke, client, form["token"])
        except Refusal as refusal:
            await refuse(send, refusal, basic=tried_basic(scope))
            return
        await answer(send, 200, b"")

    def _revoke(self, client: Client, token: str) -> None:
        found = self._grants.find_refresh_token(secret_hash(token))
        if found is not None:
            _own(client, found[1].client_id)
            self._end_access.of_grant(found[1].id)
            return
        try:
            standing = self._desk.inspect(token)
        except InvalidToken:
            return
        _own(client, standing.client.client_id)
        self._end_access.of_token(standing.token_id)


def _own(client: Client, client_id: str) -> None:
    if client.client_id != client_id:
        raise UnauthorizedClient("the token belongs to another client")
