"""Seals personal numbers and small secrets at rest with keys from a file that lies outside the database.

Look-up is HMAC-SHA-256, sealing is AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce. Keys are versioned: the
current one seals, every kept one opens. Rotating look-up hashes over existing rows is a job of its own.
"""

import base64
import hmac
import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue

_NONCE_BYTES = 12
_VERSION_BYTES = 2
_NUMBER = b"personal number"


class SealKeys:
    """Keeps ``vocabulary.seal.Seal`` and federation's ``SecretBox``; one key file, mode 0600."""

    def __init__(
        self, keys: dict[int, tuple[bytes, bytes]], current: int, random_bytes: Callable[[int], bytes]
    ) -> None:
        self._keys, self._current, self._random = keys, current, random_bytes
        self._ciphers = {version: AESGCM(cipher) for version, (_, cipher) in keys.items()}

    @classmethod
    def from_file(cls, path: Path, random_bytes: Callable[[int], bytes]) -> "SealKeys":
        """Read the key file, or make it at the first start. Losing it means losing every sealed number."""
        if not path.exists():
            made = {"current": 1, "keys": {"1": [_text(random_bytes(32)), _text(random_bytes(32))]}}
            write_private(path, json.dumps(made).encode())
        held = json.loads(path.read_bytes())
        keys = {int(version): (_bytes(lookup), _bytes(cipher)) for version, (lookup, cipher) in held["keys"].items()}
        return cls(keys, held["current"], random_bytes)

    def lookup(self, number: PersonalIdentityNumber) -> str:
        text = f"{number.kind}:{number.reveal()}".encode()
        return f"{self._current}:{hmac.digest(self._keys[self._current][0], text, sha256).hex()}"

    def close(self, number: PersonalIdentityNumber) -> bytes:
        return self.seal(f"{number.kind}:{number.reveal()}".encode(), _NUMBER)

    def open(self, sealed: bytes) -> PersonalIdentityNumber:
        kind, _, digits = self.unseal(sealed, _NUMBER).decode().partition(":")
        try:
            return PersonalIdentityNumber.parse(digits, kind)
        except InvalidValue:
            raise ValueError("the sealed value is no personal number") from None

    def seal(self, plain: bytes, context: bytes) -> bytes:
        """``context`` says what the secret belongs to; opening with another context fails."""
        nonce = self._random(_NONCE_BYTES)
        version = self._current.to_bytes(_VERSION_BYTES)
        return version + nonce + self._ciphers[self._current].encrypt(nonce, plain, context)

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Raises ``ValueError`` when anything is not as it was sealed."""
        cipher = self._ciphers.get(int.from_bytes(sealed[:_VERSION_BYTES]))
        body = sealed[_VERSION_BYTES:]
        if cipher is None or len(body) < _NONCE_BYTES:
            raise ValueError("sealed under a key that is not here")
        try:
            return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], context)
        except InvalidTag:
            raise ValueError("the sealed value has been changed") from None


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)


def trail_key(path: Path) -> Ed25519PrivateKey:
    """The key that signs the trail's checkpoints; made at the first start, with its public half beside it."""
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        raw = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        write_private(path.with_suffix(".public.pem"), public)
        write_private(path, raw)
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey), f"{path} holds another kind of key"
    return key
