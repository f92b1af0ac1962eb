"""The registered claims that every token must carry, and when they hold (RFC 7519, 4.1; RFC 8725, 3.9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from federation.refusals import InvalidToken

CLOCK_SKEW_SECONDS = 10


def check_times(claims: Mapping[str, Any], now: datetime, *, skew_seconds: int = CLOCK_SKEW_SECONDS) -> None:
    """``exp`` is required and not reached; ``iat`` and ``nbf``, where present, are not in the future.

    The skew is granted to the start only: a token is never taken after its own end.
    """
    at = now.timestamp()
    if at >= _instant(claims, "exp"):
        raise InvalidToken("the token has expired")
    for name in ("iat", "nbf"):
        if name in claims and _instant(claims, name) > at + skew_seconds:
            raise InvalidToken(f"the token's `{name}` is in the future")


def audiences_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """``aud`` as a set. Raises ``InvalidToken`` when it is missing, empty or not made of texts."""
    aud = claims.get("aud")
    listed = [aud] if isinstance(aud, str) else aud
    if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
        raise InvalidToken("the token lacks `aud`")
    return frozenset(listed)


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """A required claim that is a text and not empty. Raises ``InvalidToken``."""
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidToken(f"the token lacks `{name}`")
    return value


def _instant(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise InvalidToken(f"the token lacks `{name}`, or it is no instant")
    return float(value)
