"""Register a client, or change one. Everything that must hold together about it is checked here."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from federation.core.claims import OPENID
from federation.core.client import AuthMethod, Client, GrantType
from federation.core.grant import secret_digest
from federation.core.jwk import check_public_jwk
from federation.core.random_text import random_text
from federation.core.redirection import check_redirect_uri
from federation.core.signing_key import SIGNING_ALGORITHMS
from federation.ports import Clients
from federation.refusals import InvalidClientRegistration
from vocabulary.text import parse_line

_CLIENT_ID = re.compile(r"[A-Za-z0-9._~:/-]{1,255}", re.ASCII)
_LONGEST_ROLE = 200
_SECRET_METHODS = (AuthMethod.SECRET_BASIC, AuthMethod.SECRET_POST)


@dataclass(frozen=True, slots=True)
class Registered:
    """``secret`` is told once and kept nowhere."""

    client: Client
    secret: str | None


def register_client(clients: Clients, client: Client, random_bytes: Callable[[int], bytes]) -> Registered:
    """Makes a secret when the client's way of authenticating has one and it brings no hash. Raises
    ``InvalidClientRegistration`` or ``ClientExists``."""
    registered = with_secret(client, random_bytes)
    check_client(registered.client)
    clients.add(registered.client)
    return registered


def replace_client(clients: Clients, client: Client) -> None:
    """Raises ``InvalidClientRegistration`` or ``ClientUnknown``."""
    check_client(client)
    clients.replace(client)


def with_secret(client: Client, random_bytes: Callable[[int], bytes]) -> Registered:
    """A new secret of 256 bits, where the client needs one."""
    if client.auth_method not in _SECRET_METHODS or client.secret_hash is not None:
        return Registered(client, None)
    secret = random_text(random_bytes)
    return Registered(replace(client, secret_hash=secret_digest(secret)), secret)


def check_client(client: Client) -> None:
    if not _CLIENT_ID.fullmatch(client.client_id):
        raise InvalidClientRegistration("a client id is 1–255 letters, digits or `._~:/-`", pointer="/client_id")
    parse_line(client.name, max_length=200, pointer="/name")
    _check_authentication(client)
    _check_grants(client)
    for uri in client.redirect_uris:
        check_redirect_uri(uri, native=client.native)
    for uri in client.post_logout_redirect_uris:
        check_redirect_uri(uri, native=client.native)
    if client.id_token_alg not in SIGNING_ALGORITHMS:
        raise InvalidClientRegistration("ID tokens are signed with `ES256` or `RS256`", pointer="/id_token_alg")
    for role in client.system_roles:
        parse_line(role, max_length=_LONGEST_ROLE, pointer="/system_roles")
        if not all(role.partition(";")):
            raise InvalidClientRegistration("a system role is written `system;role`", pointer="/system_roles")
    if any(not re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", scope) for scope in client.scopes):
        raise InvalidClientRegistration("a scope is printable ASCII without spaces", pointer="/scopes")


def _check_authentication(client: Client) -> None:
    if (client.secret_hash is not None) != (client.auth_method in _SECRET_METHODS):
        raise InvalidClientRegistration("a secret goes with `client_secret_basic` and `client_secret_post` only")
    if bool(client.jwks) != (client.auth_method is AuthMethod.PRIVATE_KEY_JWT):
        raise InvalidClientRegistration("keys go with `private_key_jwt`, and it needs at least one", pointer="/jwks")
    for jwk in client.jwks:
        check_public_jwk(jwk)
    kids = [jwk.get("kid") for jwk in client.jwks]
    if len(kids) != len(set(kids)):
        raise InvalidClientRegistration("two keys have the same `kid`", pointer="/jwks")


def _check_grants(client: Client) -> None:
    logs_in = GrantType.AUTHORIZATION_CODE in client.grants
    if logs_in != bool(client.redirect_uris):
        raise InvalidClientRegistration("`authorization_code` goes with redirection URIs", pointer="/redirect_uris")
    if OPENID in client.scopes and not logs_in:
        raise InvalidClientRegistration("`openid` goes with `authorization_code`", pointer="/scopes")
    if GrantType.REFRESH_TOKEN in client.grants and not logs_in:
        raise InvalidClientRegistration("`refresh_token` goes with `authorization_code`", pointer="/grants")
    if client.auth_method is AuthMethod.NONE and GrantType.CLIENT_CREDENTIALS in client.grants:
        raise InvalidClientRegistration("a client that proves nothing gets no token of its own", pointer="/grants")
