"""The machine's clock and chance: the only place that reads them."""

import secrets
import time
from datetime import UTC, datetime


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_seconds(self) -> float:
        return time.monotonic()


def random_bytes(count: int) -> bytes:
    """``count`` bytes fit for keys and secrets."""
    return secrets.token_bytes(count)
