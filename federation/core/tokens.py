"""The contents of tokens: ID tokens (OpenID Connect Core 2) and access tokens (RFC 9068). Not their signatures."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from federation.core.claims import ACCESS_TOKEN, ID_TOKEN, OPENID, Evidence, released
from federation.core.client import Client
from federation.core.grant import ACCESS_TOKEN_LIFETIME, ID_TOKEN_LIFETIME, Grant
from vocabulary.assurance import AssuranceLevel

ACCESS_TOKEN_TYPE = "at+jwt"  # noqa: S105 — a media type
ID_TOKEN_TYPE = "JWT"  # noqa: S105 — a media type


def client_access_token(issuer: str, client: Client, scopes: frozenset[str], jti: str, now: datetime) -> dict[str, Any]:
    """For a client that acts for itself: ``sub`` is the client (RFC 9068, 2.2)."""
    at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": client.client_id,
        "aud": audience(issuer, client, frozenset()),
        "exp": at + int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        "iat": at,
        "jti": jti,
        "client_id": client.client_id,
        "scope": " ".join(sorted(scopes)),
    }


def person_access_token(
    issuer: str, client: Client, grant: Grant, scopes: frozenset[str], evidence: Evidence, jti: str, now: datetime
) -> dict[str, Any]:
    """For a client that acts for the person who logged in. Carries who and in which assignment, and no names."""
    at = int(now.timestamp())
    claims = {
        "iss": issuer,
        "sub": str(grant.person),
        "aud": audience(issuer, client, scopes),
        "exp": at + int(ACCESS_TOKEN_LIFETIME.total_seconds()),
        "iat": at,
        "jti": jti,
        "client_id": client.client_id,
        "scope": " ".join(sorted(scopes)),
        "grant_id": grant.id,
        "sid": grant.session,
        **_about_login(grant),
        **released(ACCESS_TOKEN, scopes, frozenset(), evidence),
    }
    if grant.claims:
        claims["claims_asked"] = sorted(grant.claims)
    return claims


def id_token(
    issuer: str,
    client: Client,
    grant: Grant,
    scopes: frozenset[str],
    evidence: Evidence,
    access_token: str,
    now: datetime,
) -> dict[str, Any]:
    at = int(now.timestamp())
    claims = {
        "iss": issuer,
        "sub": str(grant.person),
        "aud": client.client_id,
        "exp": at + int(ID_TOKEN_LIFETIME.total_seconds()),
        "iat": at,
        "sid": grant.session,
        "at_hash": at_hash(access_token),
        **_about_login(grant),
        **released(ID_TOKEN, scopes, grant.claims, evidence),
    }
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    return claims


def at_hash(access_token: str) -> str:
    """The left half of the token's SHA-256 (OpenID Connect Core 3.1.3.6); ES256 and RS256 share the hash."""
    return base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def audience(issuer: str, client: Client, scopes: frozenset[str]) -> list[str]:
    """The client's resources; ours when it has none, and when the token must open our ``/userinfo``."""
    named = list(client.audience)
    if (not named or OPENID in scopes) and issuer not in named:
        named.append(issuer)
    return named


def _about_login(grant: Grant) -> dict[str, Any]:
    about: dict[str, Any] = {"auth_time": int(grant.authenticated_at.timestamp()), "amr": list(grant.methods)}
    if grant.level is not AssuranceLevel.NONE:
        about["acr"] = grant.level.uri
    return about
