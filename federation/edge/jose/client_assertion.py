"""Client assertions (RFC 7523, ``private_key_jwt``): signed by the client with a key that it registered."""

from datetime import timedelta

from federation.core.client import Client
from federation.core.jwk import ASSERTION_ALGORITHMS
from federation.core.timely import audiences_of, check_times, text_of
from federation.edge.jose.compact import Compact, read_compact
from federation.edge.jose.public_key import PublicKey, public_key
from federation.ports import UsedAssertion
from federation.refusals import InvalidToken
from vocabulary.clock import Clock
from vocabulary.instants import from_us

MAX_LIFETIME = timedelta(minutes=10)
MAX_JTI_LENGTH = 255
_ALGORITHMS = frozenset(ASSERTION_ALGORITHMS)
_TYPES: frozenset[str | None] = frozenset([None, "jwt", "client-authentication+jwt"])


class ClientAssertions:
    """Implements the port ``AssertionVerifier``. Keys are built once per registration and kept while it is in use."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # The client itself is kept beside its keys, so that a changed registration is seen by identity.
        self._keys: dict[str, tuple[Client, tuple[PublicKey, ...]]] = {}
        # The assertion read last: its ``client_id_of`` is asked just before its ``verify``.
        self._last: tuple[str, Compact] | None = None

    def client_id_of(self, token: str) -> str:
        try:
            return text_of(self._read(token).claims, "iss")
        except InvalidToken:
            return ""

    def verify(self, token: str, client: Client, audiences: frozenset[str]) -> UsedAssertion:
        read = self._read(token)
        claims = read.claims
        if text_of(claims, "iss") != client.client_id or text_of(claims, "sub") != client.client_id:
            raise InvalidToken("the assertion is not by and about the client")
        if not audiences_of(claims) & audiences:
            raise InvalidToken("the assertion is for somebody else")
        jti = text_of(claims, "jti")
        if len(jti) > MAX_JTI_LENGTH:
            raise InvalidToken("the assertion's `jti` is too long")
        now = self._clock.now()
        check_times(claims, now)
        until = from_us(int(claims["exp"] * 1_000_000))
        if until - now > MAX_LIFETIME:  # bounds what must be remembered against replay
            raise InvalidToken("the assertion lives longer than ten minutes")
        self._key(client, read.kid, read.alg).verify(read.alg, read.signing_input, read.signature)
        return UsedAssertion(client.client_id, jti, until)

    def _read(self, token: str) -> Compact:
        last = self._last
        if last is None or last[0] != token:
            last = self._last = (token, read_compact(token, algorithms=_ALGORITHMS, types=_TYPES))
        return last[1]

    def _key(self, client: Client, kid: str | None, alg: str) -> PublicKey:
        known = self._keys.get(client.client_id)
        if known is None or known[0] is not client:
            known = (client, tuple(public_key(jwk) for jwk in client.jwks))
            self._keys[client.client_id] = known
        fitting = [key for key in known[1] if alg in key.checks and kid in (None, key.kid)]
        if len(fitting) != 1:  # without a kid, only an unmistakable key will do
            raise InvalidToken("no registered key fits the assertion")
        return fitting[0]
