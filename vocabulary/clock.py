"""Time is handed in: only the hub reads the machine's clock, and tests hold theirs still."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time. ``now`` is aware and in UTC. ``monotonic_seconds`` never goes back; only differences mean
    anything."""

    def now(self) -> datetime: ...

    def monotonic_seconds(self) -> float: ...
