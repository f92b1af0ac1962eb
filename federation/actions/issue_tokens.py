"""Give tokens for what a client presents: a code, a refresh token, or its own good name (RFC 6749, 4 and 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from federation.actions.end_access import EndAccess
from federation.core.authorization.scopes_are_granted import parse_scopes
from federation.core.claims import OPENID, Evidence, needs_number
from federation.core.client import Client, GrantType
from federation.core.grant import ACCESS_TOKEN_LIFETIME, Grant, RefreshToken, secret_hash
from federation.core.pkce import proves
from federation.core.random_text import random_text
from federation.core.tokens import (
    ACCESS_TOKEN_TYPE,
    ID_TOKEN_TYPE,
    client_access_token,
    id_token,
    person_access_token,
)
from federation.ports import Grants, Signer, Staff
from federation.refusals import InvalidGrant, InvalidScope, UnauthorizedClient
from vocabulary.clock import Clock

OFFLINE = "offline_access"


@dataclass(frozen=True, slots=True)
class Issued:
    """``id_token`` and ``refresh_token`` only where the grant gives them."""

    access_token: str
    scopes: frozenset[str]
    id_token: str | None = None
    refresh_token: str | None = None
    expires_in_seconds: int = int(ACCESS_TOKEN_LIFETIME.total_seconds())


class IssueTokens:
    """The client has been authenticated before any of these verbs is called.

    ``for_client`` touches no store and may run on an event loop; the others may not. They raise ``StaffUnavailable``
    before they use anything up, where that can be known.
    """

    def __init__(
        self,
        issuer: str,
        signer: Signer,
        grants: Grants,
        staff: Staff,
        end_access: EndAccess,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._issuer = issuer
        self._signer = signer
        self._grants = grants
        self._staff = staff
        self._end_access = end_access
        self._clock = clock
        self._random_bytes = random_bytes

    def for_client(self, client: Client, scope: str | None) -> Issued:
        """``scope`` left out means every scope that is the client's own."""
        _may(client, GrantType.CLIENT_CREDENTIALS)
        scopes = client.scopes - {OPENID, OFFLINE} if scope is None else parse_scopes(scope)
        if scopes - client.scopes or OPENID in scopes or OFFLINE in scopes:
            raise InvalidScope("`scope` holds a scope that the client may not ask for")
        jti = random_text(self._random_bytes, 16)
        claims = client_access_token(self._issuer, client, scopes, jti, self._clock.now())
        return Issued(self._signer.sign(claims, typ=ACCESS_TOKEN_TYPE), scopes)

    def for_code(self, client: Client, code: str, redirect_uri: str | None, verifier: str | None) -> Issued:
        """RFC 6749, 4.1.3. A code is used up by being shown, whoever shows it and however wrongly."""
        _may(client, GrantType.AUTHORIZATION_CODE)
        now = self._clock.now()
        redeemed = self._grants.redeem(secret_hash(code), now)
        if redeemed is None or redeemed.code is None:
            raise InvalidGrant("the code does not hold")
        grant, stored = redeemed.grant, redeemed.code
        if not redeemed.first:  # somebody has stolen it, and we cannot tell which of the two (RFC 6749, 4.1.2)
            self._end_access.of_grant(grant.id)
            raise InvalidGrant("the code does not hold")
        if (
            grant.client_id != client.client_id
            or now >= stored.expires_at
            or redirect_uri != stored.redirect_uri
            or verifier is None
            or not proves(verifier, stored.code_challenge)
        ):
            self._end_access.of_grant(grant.id)
            raise InvalidGrant("the code does not hold")
        evidence = self._evidence(grant, now)
        refresh = None
        if GrantType.REFRESH_TOKEN in client.grants and OFFLINE in grant.scopes:
            refresh = random_text(self._random_bytes)
            if not self._grants.add_refresh_token(RefreshToken(secret_hash(refresh), grant.id, grant.expires_at)):
                raise InvalidGrant("the code does not hold")
        return self._tokens(client, grant, grant.scopes & client.scopes, evidence, refresh, now)

    def for_refresh_token(self, client: Client, token: str, scope: str | None) -> Issued:
        """RFC 6749, 6 and RFC 9700, 4.14: each refresh token works once; a second showing ends the whole family."""
        _may(client, GrantType.REFRESH_TOKEN)
        now = self._clock.now()
        found = self._grants.find_refresh_token(secret_hash(token))
        if found is None or found[1].client_id != client.client_id or now >= found[0].expires_at:
            raise InvalidGrant("the refresh token does not hold")
        grant = found[1]
        allowed = grant.scopes & client.scopes
        scopes = allowed if scope is None else parse_scopes(scope)
        if scopes - allowed:
            raise InvalidScope("`scope` holds more than was granted")
        evidence = self._evidence(grant, now)
        successor = random_text(self._random_bytes)
        kept = RefreshToken(secret_hash(successor), grant.id, found[0].expires_at)
        if not self._grants.rotate(secret_hash(token), kept, now):
            self._end_access.of_grant(grant.id)
            raise InvalidGrant("the refresh token does not hold")
        return self._tokens(client, grant, scopes, evidence, successor, now)

    def evidence_of(self, grant: Grant, asked: frozenset[str]) -> Evidence | None:
        """What claims can be made of now; ``None`` when the person or the assignment is no longer current."""
        employee = self._staff.employee(grant.person)
        if employee is None or not employee.active:
            return None
        assignment = None if grant.assignment is None else employee.assignment(grant.assignment)
        if grant.assignment is not None and assignment is None:
            return None
        number = self._staff.personal_number(grant.person) if needs_number(grant.scopes, asked) else None
        return Evidence(employee, assignment, number)

    def _evidence(self, grant: Grant, now: datetime) -> Evidence:
        """INVARIANT (nothing after the end): no token for an ended grant or session, nor for a person who has left."""
        ended = self._end_access.has_ended(grant)
        if ended or grant.ended_at is not None or now >= grant.expires_at:
            raise InvalidGrant("the grant has ended")
        evidence = self.evidence_of(grant, grant.claims)
        if evidence is None:
            self._end_access.of_grant(grant.id)
            raise InvalidGrant("the grant has ended")
        return evidence

    def _tokens(
        self,
        client: Client,
        grant: Grant,
        scopes: frozenset[str],
        evidence: Evidence,
        refresh: str | None,
        now: datetime,
    ) -> Issued:
        jti = random_text(self._random_bytes, 16)
        access = self._signer.sign(
            person_access_token(self._issuer, client, grant, scopes, evidence, jti, now), typ=ACCESS_TOKEN_TYPE
        )
        identity = None
        if OPENID in scopes:
            identity = self._signer.sign(
                id_token(self._issuer, client, grant, scopes, evidence, access, now),
                typ=ID_TOKEN_TYPE,
                alg=client.id_token_alg,
            )
        return Issued(access, scopes, identity, refresh)


def _may(client: Client, grant_type: GrantType) -> None:
    if grant_type not in client.grants:
        raise UnauthorizedClient(f"the client may not use `{grant_type}`")
