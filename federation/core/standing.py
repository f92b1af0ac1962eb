"""What a token of ours is worth at this moment."""

from dataclasses import dataclass
from datetime import datetime

from federation.core.client import Client
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class TokenStanding:
    """An access token that holds now.

    ``person`` is ``None`` for a client acting for itself. ``scopes`` are those granted that the client still has.
    ``session`` and ``grant`` are what the token rests on besides the person and the assignment.
    """

    client: Client
    token_id: str
    person: HsaId | None
    assignment: HsaId | None
    scopes: frozenset[str]
    audience: frozenset[str]
    level: AssuranceLevel
    issued_at: datetime
    expires_at: datetime
    session: str | None
    grant: str | None
    authenticated_at: datetime | None
    claims: frozenset[str] = frozenset()
