"""Slow, salted password hashes that cost memory, two at a time.

32 MiB and two passes: above OWASP's least (19 MiB, two passes), 60 ms a piece on the 2-core machine we measured on.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from federation.refusals import LoginBusy

MEMORY_KIB = 32 * 1024
PASSES = 2
AT_ONCE = 2  # 64 MiB at most, however many knock
PATIENCE_SECONDS = 1.2
_SALT_BYTES = 16


class Argon2Passwords:
    """Keeps ``federation.ports.PasswordHashes``."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._random = random_bytes
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1, type=Type.ID)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._place():
            return self._hasher.hash(password, salt=self._random(_SALT_BYTES))

    def matches(self, hashed: str | None, password: str) -> bool:
        with self._place():
            try:
                self._hasher.verify(self._nobodys if hashed is None else hashed, password)
            except (VerificationError, InvalidHashError):
                return False
        return hashed is not None

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(timeout=PATIENCE_SECONDS):
            raise LoginBusy("too many people are logging in at this moment, try again soon")
        try:
            yield
        finally:
            self._places.release()
