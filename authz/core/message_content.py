"""What each discharge message holds beside who, whom, from where and when: what the law lists, and no more.

(Lag 2017:612 2 kap. 2 §, 2 kap. 4 §, 4 kap.; OSL 25 kap. 1 §)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

EXPECTED_DISCHARGE, MEETING_AT, TEXT = "expected_discharge", "meeting_at", "text"


@dataclass(frozen=True, slots=True)
class Holds:
    needed: frozenset[str] = frozenset()
    allowed: frozenset[str] = frozenset()

    def missing(self, given: Collection[str]) -> list[str]:
        return sorted(self.needed - set(given))

    def beyond(self, given: Collection[str]) -> list[str]:
        return sorted(set(given) - self.needed - self.allowed)


MESSAGE_CONTENT: Mapping[str, Holds] = MappingProxyType(
    {
        "inskrivning": Holds(frozenset({EXPECTED_DISCHARGE})),
        "utskrivningsklar": Holds(allowed=frozenset({EXPECTED_DISCHARGE})),
        "informationsoverforing": Holds(frozenset({TEXT})),
        "utskrivning": Holds(),
        "kallelse": Holds(frozenset({MEETING_AT}), frozenset({TEXT})),
        "plan": Holds(frozenset({TEXT})),
    }
)
