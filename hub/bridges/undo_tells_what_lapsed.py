"""What undoing a change of the directory does not bring back: whoever left has lost more than her entry says.

Logins and tokens end for good; delegations and care relationships were ended in the registers, and are to be made anew
by who may make them. This tells of them, to the administrator who undoes.
"""

from collections.abc import Sequence
from datetime import datetime

from authz.ports import Kind, RegisterBook
from authz.refusals import RegistersUnavailable
from directory import Commit
from directory.ports import Lapsed
from hub.bridges.leaver_loses_access import BY, assignments_lost, people_gone
from vocabulary.hsa_id import HsaId

_REGISTERS = (Kind.DELEGATION, Kind.CARE_RELATIONSHIP)


class UndoTellsWhatLapsed:
    """Keeps ``directory.ports.Aftermath``."""

    def __init__(self, book: RegisterBook) -> None:
        self._book = book

    def lapsed_with(self, commits: Sequence[Commit]) -> tuple[Lapsed, ...]:
        gone: dict[HsaId, datetime] = {}
        lost: set[HsaId] = set()
        for commit in commits:
            gone |= dict.fromkeys(people_gone(commit.changes, commit.at), commit.at)
            lost |= assignments_lost(commit.changes, commit.at).keys()
        told = [Lapsed(person, "tokens") for person in sorted(lost - gone.keys(), key=str)]
        for person, at in gone.items():
            told += (Lapsed(person, "logins"), *self._of_registers(person, at))
        return tuple(told)

    def _of_registers(self, person: HsaId, since: datetime) -> list[Lapsed]:
        """What the registers ended because she left, then or later, and that nobody has ended otherwise."""
        found = []
        for kind in _REGISTERS:
            try:
                ends = [row.end for row in self._book.rows_of_person(kind, person)]
            except RegistersUnavailable:
                found.append(Lapsed(person, kind.value))
                continue
            count = sum(end is not None and end.by == BY and end.at >= since for end in ends)
            if count:
                found.append(Lapsed(person, kind.value, count))
        return found
