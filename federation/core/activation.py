"""Activation: how a new employee gets an account, by a code that an administrator hands over once."""

import re
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from vocabulary.hsa_id import HsaId

CODE_LIFETIME = timedelta(hours=72)
PAGE_LIFETIME = timedelta(minutes=30)
CODE_BYTES = 15  # 120 bits: nobody guesses it, so a plain hash keeps it
_GROUP = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the new employee has chosen so far, before the one-time code proves that her app has the secret."""

    username: str
    password_hash: str = field(repr=False)
    totp_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Activation:
    """One per person; a newer one replaces it.

    INVARIANT (an activation once): ``finished_at`` is set by the one transaction that puts the account, and a finished
    activation opens nothing. ``browser`` is the hash of the secret in the cookie of the browser that typed the code.
    """

    person: HsaId
    code_hash: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    browser: str | None = None
    opened_at: datetime | None = None
    proposal: Proposal | None = None
    finished_at: datetime | None = None

    def open_at(self, now: datetime) -> bool:
        return self.finished_at is None and self.issued_at <= now < self.expires_at

    def page_open_at(self, now: datetime) -> bool:
        """Whether the browser that typed the code may still go on; a code typed in its last minute lasts the page."""
        return self.finished_at is None and self.opened_at is not None and now < self.opened_at + PAGE_LIFETIME


def written_code(random: bytes) -> str:
    """The code as handed over: ``ABCD-EFGH-…``, letters and the digits 2–7, which are not mistaken for each other."""
    text = b32encode(random).decode()
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def read_code(text: str) -> str | None:
    """The code without hyphens, spaces and case; ``None`` when it cannot be one."""
    bare = re.sub(r"[\s-]", "", text[:100]).upper()
    return bare if re.fullmatch(r"[A-Z2-7]{24}", bare) else None
