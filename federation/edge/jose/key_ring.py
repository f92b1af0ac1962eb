"""Our own signing keys in use: prebuilt once, picked by algorithm to sign and by key id to verify."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jose import jwk as python_jose

from federation.core.signing_key import KeyState, SigningKey
from federation.core.timely import audiences_of, check_times, text_of
from federation.edge.jose.compact import encode, read_compact
from federation.edge.jose.public_key import PublicKey, public_key
from federation.edge.keys.folder import public_jwk
from federation.refusals import InvalidToken
from vocabulary.clock import Clock

_write = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_ALGORITHMS = frozenset(["ES256", "RS256"])


class KeySource(Protocol):
    def load(self) -> tuple[tuple[SigningKey, bytes], ...]: ...

    def stamp(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Ring:
    """One consistent view of the keys, swapped whole when they rotate."""

    stamp: int
    signers: Mapping[str, tuple[str, Any]]
    verifiers: Mapping[str, tuple[str, PublicKey]]
    jwks: Mapping[str, Any]
    headers: dict[tuple[str, str], str]


class KeyRing:
    """Implements the ports ``Signer`` and ``Verifier``."""

    def __init__(self, source: KeySource, issuer: str, clock: Clock) -> None:
        self._source = source
        self._issuer = issuer
        self._clock = clock
        self._ring = self._build()

    def refresh(self) -> None:
        """Take up a rotation made by anybody."""
        if self._source.stamp() != self._ring.stamp:
            self._ring = self._build()

    def sign(self, claims: Mapping[str, Any], *, typ: str, alg: str = "ES256") -> str:
        ring = self._ring
        kid, key = ring.signers[alg]
        header = ring.headers.get((alg, typ))
        if header is None:
            header = encode(json.dumps({"alg": alg, "kid": kid, "typ": typ}, separators=(",", ":")).encode())
            ring.headers[alg, typ] = header
        payload = encode(_write(claims).encode())
        signing_input = f"{header}.{payload}"
        return f"{signing_input}.{encode(key.sign(signing_input.encode()))}"

    def jwks(self) -> Mapping[str, Any]:
        return self._ring.jwks

    def verify(self, token: str, *, typ: str) -> dict[str, Any]:
        claims = self.verify_ended(token, typ=typ)
        check_times(claims, self._clock.now())
        return claims

    def verify_ended(self, token: str, *, typ: str) -> dict[str, Any]:
        read = read_compact(token, algorithms=_ALGORITHMS, types=frozenset([typ.lower()]))
        alg, key = self._ring.verifiers.get(read.kid or "", (None, None))
        if key is None or alg != read.alg:
            raise InvalidToken("the token is not signed by one of our keys")
        key.verify(read.alg, read.signing_input, read.signature)
        if text_of(read.claims, "iss") != self._issuer:
            raise InvalidToken("the token was issued by somebody else")
        audiences_of(read.claims)
        if "iat" not in read.claims or "exp" not in read.claims:
            raise InvalidToken("the token lacks `iat` or `exp`")
        return read.claims

    def _build(self) -> _Ring:
        stamp = self._source.stamp()  # before loading, so that a rotation in between is seen next time
        signers: dict[str, tuple[str, Any]] = {}
        verifiers: dict[str, tuple[str, PublicKey]] = {}
        published = []
        for key, pem in self._source.load():
            jwk = {**public_jwk(pem, key.alg), "kid": key.kid, "alg": key.alg, "use": "sig"}
            published.append(jwk)
            verifiers[key.kid] = (key.alg, public_key(jwk))
            if key.state is KeyState.CURRENT:
                signers[key.alg] = (key.kid, python_jose.construct(pem, key.alg))
        return _Ring(stamp, signers, verifiers, {"keys": published}, {})
