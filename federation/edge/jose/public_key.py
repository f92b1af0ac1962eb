"""Prebuilt public keys: parsed once, checked for strength, then used for every signature.

python-jose does RS256 and ES256; joserfc does PS256 and Ed25519, which python-jose cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jose import jwk as python_jose
from jose.exceptions import JOSEError
from joserfc import jwk as joserfc_jwk
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from federation.core.jwk import ALGORITHMS_OF_KIND, check_public_jwk
from federation.refusals import InvalidToken

_SIGNATURE_LENGTH = {"ES256": 64, "EdDSA": 64, "Ed25519": 64}


class _Check(Protocol):
    def __call__(self, message: bytes, signature: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class PublicKey:
    """``checks`` holds one function per algorithm that a key of this kind may be used with."""

    kid: str | None
    checks: Mapping[str, _Check]

    def verify(self, alg: str, message: bytes, signature: bytes) -> None:
        """Raises ``InvalidToken`` unless the signature is right."""
        check = self.checks.get(alg)
        if check is None or len(signature) != _SIGNATURE_LENGTH.get(alg, len(signature)):
            raise InvalidToken("the signature does not hold")
        if not check(message, signature):
            raise InvalidToken("the signature does not hold")


def public_key(jwk: Mapping[str, Any]) -> PublicKey:
    """A key from its public JWK. Raises ``InvalidClientRegistration`` for private, weak or unknown ones."""
    kind = check_public_jwk(jwk)
    checks: dict[str, _Check] = {}
    for alg in ALGORITHMS_OF_KIND[kind]:
        if jwk.get("alg") not in (None, alg):
            continue
        checks[alg] = _with_python_jose(jwk, alg) if alg in ("ES256", "RS256") else _with_joserfc(jwk, alg)
    return PublicKey(jwk.get("kid"), checks)


def _with_python_jose(jwk: Mapping[str, Any], alg: str) -> _Check:
    try:
        key = python_jose.construct(dict(jwk), alg)
    except (JOSEError, ValueError) as fault:
        raise InvalidToken("the key cannot be read", detail=str(fault)) from None

    def check(message: bytes, signature: bytes) -> bool:
        return bool(key.verify(message, signature))

    return check


def _with_joserfc(jwk: Mapping[str, Any], alg: str) -> _Check:
    text_members: dict[str, str | list[str]] = {name: value for name, value in jwk.items() if isinstance(value, str)}
    try:
        if alg == "PS256":
            key: Any = joserfc_jwk.RSAKey.import_key(text_members)
        else:
            key = joserfc_jwk.OKPKey.import_key(text_members)
    except (JoseError, ValueError) as fault:
        raise InvalidToken("the key cannot be read", detail=str(fault)) from None
    # `EdDSA` is the older name of the same algorithm (RFC 9864).
    model: Any = JWSRegistry.algorithms["PS256" if alg == "PS256" else "Ed25519"]

    def check(message: bytes, signature: bytes) -> bool:
        try:
            return bool(model.verify(message, signature, key))
        except (JoseError, ValueError):
            return False

    return check
