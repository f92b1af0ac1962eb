"""The audit trail, as whoever answers needs it."""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Receipt:
    """The records stand durably in the trail, from line ``first`` to line ``last``."""

    first: int
    last: int


class Trail(Protocol):
    """The audit trail. Records are JSON objects in UTF-8 on one line; all of one call or none are written.

    Both raise ``TrailUnavailable`` when nothing can be written: then nothing may be permitted.
    """

    def append(self, records: Sequence[bytes]) -> Future[Receipt]:
        """For threads: the future completes when the records are durable."""
        ...

    async def appended(self, records: Sequence[bytes]) -> Receipt:
        """For asyncio: returns when the records are durable."""
        ...
