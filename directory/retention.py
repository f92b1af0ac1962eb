"""Retention (*gallring*) as one object: what is due, by which rule and decision, and what was erased.

Boundary: which rule there is and what is due by it ``core.retention`` says.
"""

from directory.actions.erase_what_is_due import Registers, erase_what_is_due, what_is_due
from directory.core.retention import Due
from directory.directory import Directory
from directory.ports import Erasure

__all__ = ["Registers", "Retention"]


class Retention:
    """``decision`` is the archive authority's, by its reference; while it is empty, nothing is erased."""

    def __init__(self, directory: Directory, registers: Registers, decision: str) -> None:
        self._desk, self._registers, self.decision = directory.desk, registers, decision

    def due(self) -> Due:
        """What is due now, whether it may be erased or not. Reads every entry."""
        return what_is_due(self._desk, self._registers.plans)

    def carry_out(self) -> None:
        """Erase what is due. Raises ``DirectoryUnavailable`` when something has to wait for the next call."""
        if self.decision:
            erase_what_is_due(self._desk, self._registers, self.decision)

    def record(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        """What was erased, newest first, each with its number; those with a number below ``below``."""
        return self._registers.erasures.listed(below, limit)
