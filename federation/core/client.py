"""A client: an application registered to use logins, tokens or decisions, and all that it may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone


class AuthMethod(StrEnum):
    """How a client proves who it is at the token endpoint (OpenID Connect Core 9)."""

    SECRET_BASIC = "client_secret_basic"  # noqa: S105 — the name of a method, not a secret
    SECRET_POST = "client_secret_post"  # noqa: S105 — the name of a method, not a secret
    PRIVATE_KEY_JWT = "private_key_jwt"
    NONE = "none"


class GrantType(StrEnum):
    """What a client may present to get tokens (RFC 6749, 1.3)."""

    AUTHORIZATION_CODE = "authorization_code"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 — the name of a grant, not a secret
    CLIENT_CREDENTIALS = "client_credentials"


class Profile(StrEnum):
    """In which names the client gets claims about employees."""

    NATIONAL = "national"
    OIDC_SE = "oidc_se"


@dataclass(frozen=True, slots=True)
class Client:
    """A registered client.

    ``secret_hash`` is the SHA-256 of its secret, ``jwks`` its public keys; which of them is set follows from
    ``auth_method``. ``scopes`` and ``grants`` are all it may ask for. ``audience`` names the resources that its access
    tokens are for; empty means Tillit's own API. ``members`` limits what it may act for (``None``: all).
    ``vouches``: as a decision point's client it may name a subject without a token of hers. ``trusted_zones`` are the
    network zones that it is believed to state. ``purposes`` are those of the assignments it takes (``None``: all).
    ``explain`` is whether decisions are explained to it unless it says otherwise. ``level`` is the least assurance.
    ``needs_assignment``: nobody is logged in here without exactly one current assignment. ``native``: runs on the
    user's own device (RFC 8252), so that a loopback redirection may use any port. ``used_under`` are the assignments
    whose holders may use it, where a decision is asked for that (the resource `application`); ``system_roles`` likewise
    the system roles (``system;role``) of the directory.
    """

    client_id: str
    name: str
    auth_method: AuthMethod
    grants: frozenset[GrantType]
    scopes: frozenset[str]
    secret_hash: bytes | None = None
    jwks: tuple[Mapping[str, Any], ...] = ()
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    profile: Profile = Profile.NATIONAL
    id_token_alg: str = "ES256"  # noqa: S105 — the name of an algorithm, not a secret
    members: frozenset[HsaId] | None = None
    vouches: bool = False
    trusted_zones: frozenset[NetworkZone] = frozenset()
    purposes: frozenset[Purpose] | None = None
    explain: bool = False
    needs_assignment: bool = False
    level: AssuranceLevel = AssuranceLevel.LOA2
    native: bool = False
    enabled: bool = True
    used_under: frozenset[HsaId] = frozenset()
    system_roles: frozenset[str] = frozenset()
