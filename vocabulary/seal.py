"""What the house promises about personal numbers at rest: found by a keyed hash, shown by decryption, else nothing."""

from typing import Protocol

from vocabulary.personal_number import PersonalIdentityNumber


class Seal(Protocol):
    """Turns a number into what may be stored, and back. Keys are versioned and live outside the database.

    ``lookup`` is deterministic under the current key (64 hexadecimal characters, prefixed by the key's version and a
    colon). ``close`` and ``open`` are authenticated encryption; ``open`` raises ``ValueError`` on any tampering.
    """

    def lookup(self, number: PersonalIdentityNumber) -> str: ...

    def close(self, number: PersonalIdentityNumber) -> bytes: ...

    def open(self, sealed: bytes) -> PersonalIdentityNumber: ...
