"""Say what an access token is worth at this moment. The one place that every use of a token passes."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from federation.actions.known_endings import KnownEndings
from federation.core.ending import Ending, EndingKind
from federation.core.standing import TokenStanding
from federation.core.timely import audiences_of, text_of
from federation.core.tokens import ACCESS_TOKEN_TYPE
from federation.ports import Clients, Staff, Verifier
from federation.refusals import InvalidToken
from vocabulary.assurance import AssuranceLevel, level_named
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us
from vocabulary.refusals import InvalidValue

CACHED_TOKENS = 20_000


@dataclass(frozen=True, slots=True)
class _Verified:
    """What the signature vouches for, once and for all; everything else is asked anew at each use."""

    client_id: str
    standing: TokenStanding
    ends: tuple[Ending, ...]


class TokenDesk:
    """``standing`` for tokens meant for us, ``inspect`` for tokens meant for anybody. Both raise ``InvalidToken``;
    ``StaffUnavailable`` or ``StandingUnavailable`` when nobody can know. Thread-safe."""

    def __init__(
        self,
        issuer: str,
        verifier: Verifier,
        clients: Clients,
        staff: Staff,
        endings: KnownEndings,
        clock: Clock,
        cached_tokens: int = CACHED_TOKENS,
    ) -> None:
        self._issuer = issuer
        self._verifier = verifier
        self._clients = clients
        self._staff = staff
        self._endings = endings
        self._clock = clock
        self._cached_tokens = cached_tokens
        # Only verified tokens are kept, by hash: a thief of this memory gets no token.
        self._cache: OrderedDict[bytes, _Verified] = OrderedDict()
        self._changing = threading.Lock()

    def standing(self, token: str) -> TokenStanding:
        """For a token presented to Tillit itself: ``aud`` must hold the issuer."""
        found = self.inspect(token)
        if self._issuer not in found.audience:
            raise InvalidToken("the token is for somebody else")
        return found

    def inspect(self, token: str) -> TokenStanding:
        """Whomever the token is for: for introspection, and for the tokens of subjects that others vouch for."""
        verified = self._verified(token)
        said = verified.standing
        if self._clock.now() >= said.expires_at:
            raise InvalidToken("the token has expired")
        if self._endings.any_of(*verified.ends):
            raise InvalidToken("the token has been revoked")
        client = self._clients.find(verified.client_id)
        if client is None or not client.enabled:
            raise InvalidToken("the token's client is no longer registered")
        if said.person is not None and not self._staff.is_current(said.person, said.assignment):
            raise InvalidToken("the person no longer holds what the token rests on")
        if client is said.client:
            return said
        return replace(said, client=client, scopes=said.scopes & client.scopes)

    def refresh(self) -> None:
        """Catch up with what other nodes ended and registered. Called every 250 ms."""
        self._endings.refresh()
        self._clients.refresh()

    def _verified(self, token: str) -> _Verified:
        key = hashlib.sha256(token.encode(errors="surrogateescape")).digest()
        found = self._cache.get(key)
        if found is None:
            found = self._read(self._verifier.verify(token, typ=ACCESS_TOKEN_TYPE))
            with self._changing:
                self._cache[key] = found
                while len(self._cache) > self._cached_tokens:
                    self._cache.popitem(last=False)
        return found

    def _read(self, claims: dict[str, Any]) -> _Verified:
        client_id = text_of(claims, "client_id")
        client = self._clients.find(client_id)
        if client is None:
            raise InvalidToken("the token's client is no longer registered")
        jti = text_of(claims, "jti")
        grant = text_of(claims, "grant_id") if "grant_id" in claims else None
        session = text_of(claims, "sid") if "sid" in claims else None
        ends = [Ending(EndingKind.TOKEN, jti)]
        if grant is not None:
            ends.append(Ending(EndingKind.GRANT, grant))
        if session is not None:
            ends.append(Ending(EndingKind.SESSION, session))
        standing = TokenStanding(
            client=client,
            token_id=jti,
            person=_hsa_id(claims, "employeeHsaId"),
            assignment=_hsa_id(claims, "commissionHsaId"),
            scopes=frozenset(claims.get("scope", "").split()) & client.scopes,
            audience=audiences_of(claims),
            level=level_named(claims["acr"]) if "acr" in claims else AssuranceLevel.NONE,
            issued_at=_instant(claims["iat"]),
            expires_at=_instant(claims["exp"]),
            session=session,
            grant=grant,
            authenticated_at=_instant(claims["auth_time"]) if "auth_time" in claims else None,
            claims=frozenset(claims.get("claims_asked", ())),
        )
        # INVARIANT (a person's token rests on a grant): so that ending her access always reaches it.
        if (standing.person is None) != (grant is None):
            raise InvalidToken("the token rests on nothing that can end")
        return _Verified(client_id, standing, tuple(ends))


def _hsa_id(claims: dict[str, Any], name: str) -> HsaId | None:
    if name not in claims:
        return None
    try:
        return HsaId.parse(text_of(claims, name))
    except InvalidValue:
        raise InvalidToken(f"the token's `{name}` is no HSA-id") from None


def _instant(seconds: float) -> datetime:
    return from_us(int(seconds * 1_000_000))
