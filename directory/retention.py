"""Retention (*gallring*) as one object: what is due, by which rule and decision, and what was erased.

Boundary: which rule there is and what is due by it ``core.retention`` says.
"""

from datetime import timedelta

from directory.actions.erase_what_is_due import Registers, erase_what_is_due, what_is_due
from directory.core.retention import Due
from directory.directory import Directory
from directory.ports import Erasure
from directory.refusals import DirectoryUnavailable

__all__ = ["Registers", "Retention"]


CLOCK_DOUBT = timedelta(days=30)
"""No house is without a change for so long. A clock that is further from the newest one may be wrong by years."""


class Retention:
    """``decision`` is the archive authority's, by its reference; while it is empty, nothing is erased."""

    def __init__(
        self, directory: Directory, registers: Registers, decision: str, *, clock_doubt: timedelta = CLOCK_DOUBT
    ) -> None:
        self._desk, self._registers, self.decision = directory.desk, registers, decision
        self._clock_doubt = clock_doubt

    def due(self) -> Due:
        """What is due now, whether it may be erased or not. Reads every entry."""
        return what_is_due(self._desk, self._registers)

    def carry_out(self) -> None:
        """Erase what is due. Raises ``DirectoryUnavailable`` when something has to wait for the next call."""
        if self.decision:
            self._demand_a_sound_clock()
            erase_what_is_due(self._desk, self._registers, self.decision)

    def _demand_a_sound_clock(self) -> None:
        journal, now = self._desk.journal, self._desk.clock.now()
        for newest in journal.records(journal.newest() - 1, 1):
            if abs(now - newest.at) > self._clock_doubt:
                said = f"the clock says {now:%Y-%m-%d}, and the newest change was made {newest.at:%Y-%m-%d}"
                raise DirectoryUnavailable(f"nothing is erased: {said}; see to the clock, then make any change")

    def record(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        """What was erased, newest first, each with its number; those with a number below ``below``."""
        return self._registers.erasures.listed(below, limit)
