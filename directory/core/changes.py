"""What a change is, and how wanted entries become changes. Whether a change is allowed is ``validation``'s question."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.core.entries import Entry
from directory.core.sameness import same
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Change:
    """One entry before and after. ``before`` is ``None`` for a new entry.

    ``after`` is ``None`` only where an entry that somebody wrote past us is taken away again, and where one is erased
    when the law no longer asks for it (``core.retention``): else what the directory holds is ended. Equal ``before``
    and ``after`` is allowed and leaves the store's entry as it is.
    """

    before: Entry | None
    after: Entry | None

    @property
    def hsa_id(self) -> HsaId:
        entry = self.after if self.after is not None else self.before
        if entry is None:
            raise ValueError("a change needs an entry before or after")
        return entry.hsa_id


@dataclass(frozen=True, slots=True)
class Commit:
    """A change set that stands: in the journal, in the store, and in the snapshot of this process.

    ``door`` says through what it came in (``api``, ``sync``, ``cli``, ``drift`` …).
    """

    revision: int
    at: datetime
    actor: str
    reason: str
    door: str
    changes: tuple[Change, ...]


def differences(wanted: Iterable[Entry], held: Callable[[HsaId], Entry | None]) -> tuple[Change, ...]:
    """The changes that lead from what ``held`` tells to ``wanted``; entries that are equal already are left out.

    The order of ``wanted`` is kept. The same id twice gives two changes: refusing that is ``validation``'s work.
    """
    changes: list[Change] = []
    for after in wanted:
        before = held(after.hsa_id)
        if not same(before, after):
            changes.append(Change(before, after))
    return tuple(changes)


def rebased(changes: Sequence[Change], held: Callable[[HsaId], Entry | None]) -> tuple[Change, ...]:
    """The same destinations, starting from what the store really holds. What is absent at both ends falls away."""
    moved = [Change(held(change.hsa_id), change.after) for change in changes]
    return tuple(change for change in moved if change.before is not None or change.after is not None)
