"""Ids of decisions: the instant first, so that the record of one is found again without an index."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from vocabulary.instants import from_us, to_us


class DecisionIds:
    """32 hexadecimal characters: microseconds since 1970, five random bytes of this process, a counter."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self._ours, self._counter = random_bytes(5).hex(), count()

    def at(self, now: datetime) -> str:
        return f"{to_us(now):014x}{self._ours}{next(self._counter) & 0xFFFFFFFF:08x}"


def decided_at(decision_id: str) -> datetime | None:
    """The instant that a decision's id carries, or ``None`` where it is no such id."""
    try:
        return from_us(int(decision_id[:14], 16)) if len(decision_id) == 32 else None
    except (ValueError, OverflowError):
        return None
