"""An authorization request under way in one browser: what was asked and validated, until a code or a refusal ends it.

Not the rules of what comes next: those are ``core.next_step``.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vocabulary.assurance import AssuranceLevel

INTERACTION_LIFETIME = timedelta(minutes=10)


class Prompt(StrEnum):
    """What the client wants the person to be asked (OpenID Connect Core 3.1.2.1)."""

    NONE = "none"
    LOGIN = "login"
    SELECT_ACCOUNT = "select_account"


class ResponseMode(StrEnum):
    QUERY = "query"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request in which every parameter has been checked.

    ``level`` is the least assurance that ``acr_values`` or the client demands. ``claims`` are the names asked for one
    by one by the ``claims`` parameter, ``essential`` those of them without which the login is to fail.
    """

    client_id: str
    redirect_uri: str
    scopes: frozenset[str]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    response_mode: ResponseMode = ResponseMode.QUERY
    prompts: frozenset[Prompt] = frozenset()
    max_age: timedelta | None = None
    level: AssuranceLevel = AssuranceLevel.LOA2
    claims: frozenset[str] = frozenset()
    essential: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Interaction:
    """``id`` is random and travels in URLs, so it opens nothing without the browser's cookie.

    INVARIANT (an interaction belongs to one browser): ``browser`` is the hash of the secret in that browser's cookie,
    and whoever presents ``id`` without the secret is told that there is no such interaction.
    """

    id: str
    browser: str
    request: AuthorizationRequest
    created_at: datetime
    expires_at: datetime

    def belongs_to(self, browser_secret: str) -> bool:
        return hmac.compare_digest(self.browser, browser_hash(browser_secret))


def browser_hash(secret: str) -> str:
    """The SHA-256 of a browser cookie's secret, in hexadecimal: what an interaction remembers of it."""
    return hashlib.sha256(secret.encode()).hexdigest()
