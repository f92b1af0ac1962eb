"""A login half-way: the password was right, the one-time code is still to come. Known to us, not to the browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vocabulary.hsa_id import HsaId

ATTEMPT_LIFETIME = timedelta(minutes=5)
MAX_WRONG_CODES = 5


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """At most one per interaction, and so bound to that interaction's browser (``core.interaction``).

    ``username`` is the name's key: failures at the code count in the same bucket as at the password.
    """

    interaction: str
    person: HsaId
    username: str
    proven_at: datetime
    wrong_codes: int = 0

    @property
    def expires_at(self) -> datetime:
        return self.proven_at + ATTEMPT_LIFETIME

    def open_at(self, now: datetime) -> bool:
        return self.proven_at <= now < self.expires_at and self.wrong_codes < MAX_WRONG_CODES
