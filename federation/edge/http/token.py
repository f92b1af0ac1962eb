"""``/token``: authenticate the client, then give what its grant gives (RFC 6749, 3.2)."""

from typing import Any

from anyio import to_thread

from federation.actions.issue_tokens import Issued, IssueTokens
from federation.core.client import Client
from federation.edge.http.asgi import Form, Receive, Scope, Send, answer_json, header, read_form, refuse
from federation.edge.http.client_authentication import ClientAuthentication
from federation.refusals import InvalidRequest, UnsupportedGrantType
from vocabulary.refusals import Refusal


class TokenEndpoint:
    def __init__(self, authentication: ClientAuthentication, issue: IssueTokens) -> None:
        self._authentication = authentication
        self._issue = issue

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            form = await read_form(scope, receive)
            client = await self._authentication.client(scope, form)
            issued = await self._issued(client, form)
        except Refusal as refusal:
            await refuse(send, refusal, basic=tried_basic(scope))
            return
        await answer_json(send, _body(issued))

    async def _issued(self, client: Client, form: Form) -> Issued:
        match form.get("grant_type"):
            case "client_credentials":
                return self._issue.for_client(client, form.get("scope"))
            case "authorization_code":
                code, uri, verifier = _needed(form, "code"), form.get("redirect_uri"), form.get("code_verifier")
                return await to_thread.run_sync(self._issue.for_code, client, code, uri, verifier)
            case "refresh_token":
                token = _needed(form, "refresh_token")
                return await to_thread.run_sync(self._issue.for_refresh_token, client, token, form.get("scope"))
            case None:
                raise InvalidRequest("`grant_type` is missing")
            case _:
                raise UnsupportedGrantType("`grant_type` is not supported")


def tried_basic(scope: Scope) -> bool:
    try:
        return header(scope, b"authorization") is not None
    except InvalidRequest:
        return True


def _needed(form: Form, name: str) -> str:
    value = form.get(name)
    if value is None:
        raise InvalidRequest(f"`{name}` is missing")
    return value


def _body(issued: Issued) -> dict[str, Any]:
    body: dict[str, Any] = {
        "access_token": issued.access_token,
        "token_type": "Bearer",
        "expires_in": issued.expires_in_seconds,
        "scope": " ".join(sorted(issued.scopes)),
    }
    if issued.id_token is not None:
        body["id_token"] = issued.id_token
    if issued.refresh_token is not None:
        body["refresh_token"] = issued.refresh_token
    return body
