"""Tombstones: a signed statement of which segment was removed, and what the chain needs to go on behind it.

With it ``verify`` still proves the rest, and says what is gone, by whose decision. Removing is ``removal``'s.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authz.refusals import NotATombstone

PURPOSE: Final = "tillit audit trail tombstone 1"
_NAME: Final = re.compile(r"removed-([0-9]{12})\.json")
_TEXTS: Final = ("segment", "previous", "digest", "opened_at", "closed_at", "removed_at", "decision", "key_id")
_NUMBERS: Final = ("first_sequence", "last_sequence", "records")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The file ``segment`` held the lines ``first_sequence`` to ``last_sequence``; ``previous`` and ``digest`` are the
    digests (hexadecimal) before the first and of the last of them. ``closed_at`` is when the next was opened."""

    segment: str
    first_sequence: int
    last_sequence: int
    records: int
    previous: str
    digest: str
    opened_at: str
    closed_at: str
    removed_at: str
    decision: str
    key_id: str
    signature: bytes = b""

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Raises ``NotATombstone``; the signature is not checked here."""
        try:
            read: dict[str, Any] = json.loads(text)
            signature = b64decode(read.pop("signature"), validate=True)
            made = cls(**read, signature=signature)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise NotATombstone("this is not a tombstone of an audit trail") from None
        if not all(isinstance(getattr(made, name), str) for name in _TEXTS) or not all(
            type(getattr(made, name)) is int for name in _NUMBERS
        ):
            raise NotATombstone("this is not a tombstone of an audit trail")
        return made

    @property
    def text(self) -> bytes:
        return json.dumps({**self._told(), "signature": b64encode(self.signature).decode()}, indent=1).encode()

    def is_signed_by(self, keys: Sequence[Ed25519PublicKey]) -> bool:
        for key in keys:
            try:
                key.verify(self.signature, self._signed_text())
            except InvalidSignature:
                continue
            return True
        return False

    def signed(self, key: Ed25519PrivateKey) -> Self:
        return type(self)(**self._told(), signature=key.sign(self._signed_text()))

    def _told(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__ if name != "signature"}

    def _signed_text(self) -> bytes:
        return "\n".join([PURPOSE, json.dumps(self._told(), sort_keys=True)]).encode()


def tombstones_in(folder: Path) -> dict[int, bytes]:
    """The text of every tombstone by the sequence that its name tells, oldest first."""
    found = {int(match[1]): path for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
    return {sequence: found[sequence].read_bytes() for sequence in sorted(found)}


def tombstone_path(folder: Path, first_sequence: int) -> Path:
    return folder / f"removed-{first_sequence:012d}.json"
