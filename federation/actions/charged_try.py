"""A try at logging in that counts as a failure from its beginning, and is taken back when it was none.

Charging first means that a hundred parallel guesses are a hundred failures before the first is judged.
"""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from federation.core.lockout import Bucket
from federation.ports import Charge, LoginFailures
from federation.refusals import WrongCredentials


class ChargedTry:
    """The block raises ``WrongCredentials`` to keep the charge; any other exception is our fault and refunds it."""

    def __init__(self, failures: LoginFailures, buckets: Sequence[Bucket], now: datetime) -> None:
        self._failures, self._buckets, self._now = failures, buckets, now
        self._charge: Charge | None = None

    def __enter__(self) -> Self:
        self._charge = self._failures.charge(self._buckets, self._now)
        return self

    def refund(self) -> None:
        """The credentials were right."""
        if self._charge is not None:
            self._failures.refund(self._charge)
            self._charge = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, WrongCredentials):
            self.refund()
