"""Who the calling client is, by any of the four methods (RFC 6749, 2.3; OpenID Connect Core 9; RFC 7523)."""

import base64
import binascii
import hmac
from urllib.parse import unquote_plus

from federation.core.client import AuthMethod, Client
from federation.core.grant import secret_digest
from federation.edge.http.asgi import Form, Scope, header
from federation.edge.http.replay_guard import ReplayGuard
from federation.ports import AssertionVerifier, Clients
from federation.refusals import InvalidClient, InvalidRequest, InvalidToken

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class ClientAuthentication:
    """``audiences`` are the names under which we take assertions: the issuer and the endpoints of ours."""

    def __init__(
        self, clients: Clients, verifier: AssertionVerifier, replay_guard: ReplayGuard, audiences: frozenset[str]
    ) -> None:
        self._clients = clients
        self._verifier = verifier
        self._replay_guard = replay_guard
        self._audiences = audiences

    async def client(self, scope: Scope, form: Form) -> Client:
        """Raises ``InvalidClient``, always with the same words, or ``InvalidRequest`` for two methods at once."""
        authorization = header(scope, b"authorization")
        ways = (authorization is not None) + ("client_secret" in form) + ("client_assertion" in form)
        if ways > 1:
            raise InvalidRequest("the client authenticates in more than one way")
        if authorization is not None:
            client_id, secret = _basic(authorization)
            if form.get("client_id", client_id) != client_id:
                raise _unproven()
            return self._by_secret(client_id, secret, AuthMethod.SECRET_BASIC)
        if "client_assertion" in form:
            return await self._by_assertion(form)
        if "client_secret" in form:
            return self._by_secret(form.get("client_id", ""), form["client_secret"], AuthMethod.SECRET_POST)
        return self._registered(form.get("client_id", ""), AuthMethod.NONE)

    def _registered(self, client_id: str, method: AuthMethod) -> Client:
        client = self._clients.find(client_id)
        if client is None or not client.enabled or client.auth_method is not method:
            raise _unproven()
        return client

    def _by_secret(self, client_id: str, secret: str, method: AuthMethod) -> Client:
        client = self._registered(client_id, method)
        if client.secret_hash is None or not hmac.compare_digest(secret_digest(secret), client.secret_hash):
            raise _unproven()
        return client

    async def _by_assertion(self, form: Form) -> Client:
        if form.get("client_assertion_type") != _ASSERTION_TYPE:
            raise InvalidRequest("`client_assertion_type` is not the one for JWTs")
        assertion = form["client_assertion"]
        client_id = form.get("client_id") or self._verifier.client_id_of(assertion)
        client = self._registered(client_id, AuthMethod.PRIVATE_KEY_JWT)
        try:
            used = self._verifier.verify(assertion, client, self._audiences)
        except InvalidToken as fault:
            raise _unproven(fault.description) from None
        # Last, so that only what is rightly signed fills the memory.
        if not await self._replay_guard.first_use(used):
            raise _unproven("the assertion was used before")
        return client


def _basic(authorization: bytes) -> tuple[str, str]:
    """RFC 6749, 2.3.1: both halves are form-encoded before they are joined."""
    scheme, _, encoded = authorization.partition(b" ")
    if scheme.lower() != b"basic":
        raise _unproven()
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _unproven() from None
    if not colon:
        raise _unproven()
    return unquote_plus(client_id), unquote_plus(secret)


def _unproven(detail: str | None = None) -> InvalidClient:
    return InvalidClient("the client did not prove who it is", detail=detail)
