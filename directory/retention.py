"""Retention (*gallring*) as one object: what is due, by which rule and whose decision, and what was erased.

Boundary: which rule there is and what is due by it ``core.retention`` says.
"""

from datetime import timedelta

from directory.actions.erase_what_is_due import erase_what_is_due
from directory.actions.what_is_due import Registers, what_is_due
from directory.core.decisions import Concern, Decisions, Members
from directory.core.retention import Due
from directory.directory import Directory
from directory.ports import Erasure
from directory.refusals import DirectoryUnavailable

__all__ = ["Decisions", "Registers", "Retention"]


CLOCK_DOUBT = timedelta(days=30)
"""No house is without a change for so long. A clock that is further from the newest one may be wrong by years."""


class Retention:
    """``decisions`` are the archive authorities', by their references; what they do not cover is not erased."""

    def __init__(
        self,
        directory: Directory,
        registers: Registers,
        decisions: Decisions,
        *,
        clock_doubt: timedelta = CLOCK_DOUBT,
    ) -> None:
        self._desk, self._registers, self.decisions = directory.desk, registers, decisions
        self._clock_doubt = clock_doubt

    def strangers(self) -> Members:
        """Who has a decision and is no member of this directory: a slip, since nothing is erased by it."""
        return frozenset(self.decisions.own) - Concern.in_(self._desk.view.truth).everybody

    def decisions_for_all(self) -> tuple[str, ...]:
        """By which the journal and whatever else tells of every member is erased; none until each has decided."""
        return self.decisions.covering(Concern.in_(self._desk.view.truth).everybody)

    def due(self) -> Due:
        """What is due now, whether it may be erased or not. Reads every entry, and of the journal of those members who
        have not decided what is needed."""
        return what_is_due(self._desk, self._registers, self.decisions)

    def carry_out(self) -> None:
        """Erase what is due. Raises ``DirectoryUnavailable`` when something has to wait for the next call."""
        if self.decisions:
            self._demand_a_sound_clock()
            erase_what_is_due(self._desk, self._registers, self.decisions)

    def _demand_a_sound_clock(self) -> None:
        journal, now = self._desk.journal, self._desk.clock.now()
        for newest in journal.records(journal.newest() - 1, 1):
            if abs(now - newest.at) > self._clock_doubt:
                said = f"the clock says {now:%Y-%m-%d}, and the newest change was made {newest.at:%Y-%m-%d}"
                raise DirectoryUnavailable(f"nothing is erased: {said}; see to the clock, then make any change")

    def record(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        """What was erased, newest first, each with its number; those with a number below ``below``."""
        return self._registers.erasures.listed(below, limit)
