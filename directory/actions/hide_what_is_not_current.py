"""Keeps out of other programs' address books whoever's time is over or has not come.

Boundary: what we answer ourselves goes by the clock anyway; this is for who reads the directory server past us.
"""

from collections.abc import Iterator
from datetime import datetime

from directory.actions.desk import Desk
from directory.core.entries import Entry, Function, Person, Unit, VideoEndpoint
from directory.core.snapshot import Snapshot
from vocabulary.hsa_id import HsaId

_SHOWN: tuple[type[Entry], ...] = (Unit, Function, Person, VideoEndpoint)
"""What an address book shows; the archived are hidden for good."""


class Hiding:
    """``carry_out`` asks the store only when something was changed, or somebody's time came or went, since then."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._seen: tuple[Snapshot, frozenset[HsaId]] | None = None

    def carry_out(self) -> int:
        """How many turned. Raises ``StoreUnavailable`` and ``StoreRejected``; the next time does what was left."""
        truth, now = self._desk.view.truth, self._desk.clock.now()
        hidden = frozenset(_not_current(truth, now))
        if self._seen is not None and self._seen[0] is truth and self._seen[1] == hidden:
            return 0
        turned = self._desk.store.hide(hidden)
        self._seen = (truth, hidden)
        return turned


def _not_current(snapshot: Snapshot, now: datetime) -> Iterator[HsaId]:
    for kind in _SHOWN:
        for entry in snapshot.all_of(kind):
            if not entry.archived and not entry.period.contains(now):
                yield entry.hsa_id
