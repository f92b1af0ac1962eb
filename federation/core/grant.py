"""A grant: what a person's login gave one client. Its code and refresh tokens hang on it and die with it."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId

CODE_LIFETIME = timedelta(seconds=60)
ACCESS_TOKEN_LIFETIME = timedelta(minutes=5)
ID_TOKEN_LIFETIME = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Grant:
    """``session`` is the id of the session it came from; when that ends, so does the grant.

    ``expires_at`` is the session's own end: no refresh token outlives it. ``claims`` are the names asked for one by
    one, ``ended_at`` is set once and never cleared.
    """

    id: str
    client_id: str
    person: HsaId
    assignment: HsaId | None
    session: str
    scopes: frozenset[str]
    claims: frozenset[str]
    nonce: str | None
    methods: tuple[str, ...]
    level: AssuranceLevel
    authenticated_at: datetime
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """An authorization code as stored: its hash, and what must be shown again to redeem it (RFC 6749, 4.1.3)."""

    hash: str
    grant: str
    redirect_uri: str
    code_challenge: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as stored. All refresh tokens of one grant are one family."""

    hash: str
    grant: str
    expires_at: datetime


def secret_hash(secret: str) -> str:
    """SHA-256 in hexadecimal. Right for random secrets of 256 bits, which nobody can guess; wrong for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_digest(secret: str) -> bytes:
    """SHA-256 of a client's secret. A slow hash defends secrets that people choose; ours is 256 random bits, so that no
    speed of guessing helps, and a slow hash would only let strangers keep the token endpoint busy."""
    return hashlib.sha256(secret.encode()).digest()
