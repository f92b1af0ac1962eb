"""Checkpoints: a signed statement of where the chain stood. One that is kept elsewhere shows that the end was cut off.

Ed25519 (RFC 8032) over a text that names its purpose, so that the signature means nothing anywhere else.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authz.refusals import NotACheckpoint

PURPOSE = "tillit audit trail checkpoint 1"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The line ``sequence`` has the digest ``digest`` (hexadecimal). ``at`` is the signer's own clock, in RFC 3339."""

    sequence: int
    digest: str
    at: str
    key_id: str
    signature: bytes

    @property
    def text(self) -> str:
        """One JSON object: the form in which a checkpoint stands in the trail and is kept elsewhere."""
        return json.dumps(
            {
                "sequence": self.sequence,
                "digest": self.digest,
                "at": self.at,
                "key_id": self.key_id,
                "signature": b64encode(self.signature).decode(),
            },
            separators=(",", ":"),
        )

    @classmethod
    def parse(cls, text: str | bytes) -> Self:
        """Read ``text`` back. Raises ``NotACheckpoint``; the signature is not checked here."""
        try:
            read = json.loads(text)
            made = cls(
                read["sequence"],
                read["digest"],
                read["at"],
                read["key_id"],
                b64decode(read["signature"], validate=True),
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            raise NotACheckpoint("this is not a checkpoint of an audit trail") from None
        if type(made.sequence) is not int or not all(isinstance(t, str) for t in (made.digest, made.at, made.key_id)):
            raise NotACheckpoint("this is not a checkpoint of an audit trail")
        return made

    def is_signed_by(self, keys: Sequence[Ed25519PublicKey]) -> bool:
        """True when one of ``keys`` made the signature. An unsigned or foreign one is a finding, not an accident."""
        for key in keys:
            try:
                key.verify(self.signature, _signed_text(self.sequence, self.digest, self.at, self.key_id))
            except InvalidSignature:
                continue
            return True
        return False


def key_id_of(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def sign_checkpoint(key: Ed25519PrivateKey, sequence: int, digest: bytes, at: str) -> Checkpoint:
    key_id = key_id_of(key.public_key())
    return Checkpoint(sequence, digest.hex(), at, key_id, key.sign(_signed_text(sequence, digest.hex(), at, key_id)))


def _signed_text(sequence: int, digest: str, at: str, key_id: str) -> bytes:
    return "\n".join([PURPOSE, str(sequence), digest, at, key_id]).encode()
