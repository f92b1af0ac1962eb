"""The table that a benchmark gives: ours beside the peer's, measured in turns in the same run."""

import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass

ROUNDS = 3


@dataclass(frozen=True)
class Row:
    """``ratio`` is ours / peer; ``held`` is whether it reaches ``reach``. Medians of ``ROUNDS`` alternating rounds.

    With ``at_most`` less is better, and ``reach`` is the most that ours may be, in ``unit``.
    """

    name: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    reach: float
    at_most: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def held(self) -> bool:
        return self.ours <= self.reach if self.at_most else self.ratio >= self.reach

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"ratio": round(self.ratio, 2), "held": self.held}


def in_turns(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Medians of both, measured alternately so that the machine's noise falls on both alike. One warm-up each."""
    ours(), peer()
    pairs = [(ours(), peer()) for _ in range(ROUNDS)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)
