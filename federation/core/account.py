"""An account: the name and the secrets with which an employee logs in by password and one-time code.

Not the employee: that is the directory's record, and an account opens nothing unless that record is active.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

MAX_LENGTH = 64
_NEVER = -1


@dataclass(frozen=True, slots=True, eq=False)
class Username:
    """Latin letters, digits and ``. - _ @``, 3 to 64 characters, at least one of them a letter; compared without case.

    ``value`` is in Unicode normal form C; ``key`` is what is compared and indexed. A personal number has no letter,
    so nobody can choose one.
    """

    value: str
    key: str = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ``InvalidValue``; the message never repeats the input, which may be somebody's password."""
        normal = unicodedata.normalize("NFC", text) if len(text) <= MAX_LENGTH else ""
        if not (3 <= len(normal) <= MAX_LENGTH and all(map(_allowed, normal)) and any(map(str.isalpha, normal))):
            raise InvalidValue(
                f"a username is 3 to {MAX_LENGTH} Latin letters, digits or `. - _ @`, at least one of them a letter",
                pointer="/username",
            )
        return cls(normal, unicodedata.normalize("NFC", normal.casefold()))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Username) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Account:
    """One per person. ``password_hash`` is argon2id's own text; ``totp_secret`` is sealed for ``person``.

    INVARIANT (a code once): ``last_step`` is the 30-second step of the newest one-time code that was accepted, and no
    code of that step or an earlier one is accepted again. ``changed_at`` is when the credentials were set.
    """

    person: HsaId
    username: Username
    password_hash: str = field(repr=False)
    totp_secret: bytes = field(repr=False)
    changed_at: datetime
    last_step: int = _NEVER
    enabled: bool = True

    def disabled(self) -> Self:
        return replace(self, enabled=False)


def suggested_usernames(given_name: str | None, family_name: str) -> list[str]:
    """Names to try in order: ``anna.lindqvist``, ``anna.lindqvist2`` … up to 99."""
    stem = ".".join(filter(None, (_plain(given_name or ""), _plain(family_name))))[: MAX_LENGTH - 2]
    if len(stem) < 3:
        stem = f"{stem}user"
    return [stem, *(f"{stem}{number}" for number in range(2, 100))]


def sealing_context(person: HsaId) -> bytes:
    """What a TOTP secret is sealed for: moved to another person's row, it does not open."""
    return f"totp:{person.key}".encode()


def _allowed(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in ".-_@"
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN ")


def _plain(name: str) -> str:
    """The name in a–z and 0–9: å and ä become a, ö becomes o, what has no such form is left out."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", decomposed.replace("ø", "o").replace("æ", "a"))
