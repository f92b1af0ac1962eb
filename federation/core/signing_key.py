"""The life of our own signing keys: announced as next, used as current, shown as retired until their tokens are over.

INVARIANT (one current key): each algorithm has exactly one current and one next key.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# Longer than any token lives and any resource server caches our keys.
RETIRED_LIFETIME = timedelta(days=1)
SIGNING_ALGORITHMS = ("ES256", "RS256")


class KeyState(StrEnum):
    NEXT = "next"
    CURRENT = "current"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """``kid`` is the RFC 7638 thumbprint, ``since`` when the key came into its state."""

    kid: str
    alg: str
    state: KeyState
    since: datetime


def rotated(keys: tuple[SigningKey, ...], alg: str, new_kid: str, now: datetime) -> tuple[SigningKey, ...]:
    """Next becomes current, current becomes retired, ``new_kid`` becomes next; long retired keys are left out.

    Because a key is published a whole rotation before it signs, no verifier meets a key it could not have fetched.
    """
    moved = []
    for key in keys:
        if key.alg == alg and key.state is not KeyState.RETIRED:
            state = KeyState.CURRENT if key.state is KeyState.NEXT else KeyState.RETIRED
            moved.append(replace(key, state=state, since=now))
        elif key.state is not KeyState.RETIRED or now - key.since < RETIRED_LIFETIME:
            moved.append(key)
    return (*moved, SigningKey(new_kid, alg, KeyState.NEXT, now))
