"""Endings: what had a life and has it no longer, so that every token that rests on it is refused from now on."""

from dataclasses import dataclass
from enum import StrEnum


class EndingKind(StrEnum):
    SESSION = "session"
    GRANT = "grant"
    TOKEN = "token"  # noqa: S105 — a kind of thing, not a secret


@dataclass(frozen=True, slots=True)
class Ending:
    """``key`` is the session's id, the grant's id or the token's ``jti``."""

    kind: EndingKind
    key: str
