"""Where a rule stands in the law, and when that law was in force."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Citation:
    """``law`` is the short name with number, e.g. ``PDL (2008:355)``; ``in_force_until`` is the first day it is not."""

    law: str
    section: str
    in_force_from: date
    in_force_until: date | None = None

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day < self.in_force_until)

    def __str__(self) -> str:
        return f"{self.law} {self.section}"
