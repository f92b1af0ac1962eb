"""What a public key of a client must be, as a JSON Web Key (RFC 7517, RFC 7518). Data only: no signature is checked."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from federation.refusals import InvalidClientRegistration

ALGORITHMS_OF_KIND = {"EC": ("ES256",), "RSA": ("RS256", "PS256"), "OKP": ("EdDSA", "Ed25519")}
ASSERTION_ALGORITHMS = tuple(alg for algs in ALGORITHMS_OF_KIND.values() for alg in algs)
MIN_RSA_BITS = 2_048
_THUMBPRINT_MEMBERS = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
_PRIVATE_MEMBERS = frozenset(["d", "p", "q", "dp", "dq", "qi", "oth", "k"])


def check_public_jwk(jwk: Mapping[str, Any]) -> str:
    """The kind (``EC RSA OKP``) of a strong public signature key. Raises ``InvalidClientRegistration``."""
    kind = jwk.get("kty")
    if kind not in ALGORITHMS_OF_KIND:
        raise InvalidClientRegistration("a key is of kind `EC`, `RSA` or `OKP`", pointer="/jwks")
    if _PRIVATE_MEMBERS & jwk.keys():
        raise InvalidClientRegistration("only the public half of a key is registered", pointer="/jwks")
    if jwk.get("use", "sig") != "sig":
        raise InvalidClientRegistration("the key is not for signatures", pointer="/jwks")
    for member in _THUMBPRINT_MEMBERS[str(kind)]:
        if not isinstance(jwk.get(member), str):
            raise InvalidClientRegistration(f"the key lacks `{member}`", pointer="/jwks")
    if kind == "EC" and jwk["crv"] != "P-256":
        raise InvalidClientRegistration("an `EC` key is on the curve `P-256`", pointer="/jwks")
    if kind == "OKP" and jwk["crv"] != "Ed25519":
        raise InvalidClientRegistration("an `OKP` key is on the curve `Ed25519`", pointer="/jwks")
    if kind == "RSA" and _bits(jwk["n"]) < MIN_RSA_BITS:
        raise InvalidClientRegistration(f"an `RSA` key has at least {MIN_RSA_BITS} bits", pointer="/jwks")
    return str(kind)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """RFC 7638, SHA-256, base64url."""
    members = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[jwk["kty"]]}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()


def _bits(text: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))).bit_length()
    except (binascii.Error, ValueError):
        raise InvalidClientRegistration("the key's modulus is not base64url", pointer="/jwks") from None
