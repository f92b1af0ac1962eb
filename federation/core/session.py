"""A browser's login: who, proved how, and until when. Not the cookie: the store knows its secret only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Session:
    """``id`` is public (it is the ``sid`` of tokens) and opens nothing; the cookie's secret does.

    ``methods`` are names of RFC 8176 (``pwd otp mfa sc hwk``). ``authenticated_at`` is when the person last proved who
    she is; a new login on top of an old one is a new session. ``assignment`` is the one last chosen.
    """

    id: str
    person: HsaId
    methods: tuple[str, ...]
    level: AssuranceLevel
    authenticated_at: datetime
    expires_at: datetime
    assignment: HsaId | None = None
    assignment_chosen_at: datetime | None = None
    ended_at: datetime | None = None

    def live_at(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at
