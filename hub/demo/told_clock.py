"""The clock of the demo: real, except while its history is told, when it says what time the story has come to."""

from datetime import datetime

from hub.real_clock import RealClock


class ToldClock(RealClock):
    """``tell`` sets what ``now`` says until ``release``; the monotonic clock is always the machine's."""

    def __init__(self) -> None:
        self._told: datetime | None = None

    def tell(self, instant: datetime) -> None:
        self._told = instant

    def release(self) -> None:
        self._told = None

    def now(self) -> datetime:
        return self._told if self._told is not None else super().now()
