"""The directory as it was: rebuilt from the journal, starting at the nearest snapshot that is at hand.

What is rebuilt shares with the present all that has not changed since. A few are kept for some minutes, so that a list
can be read page by page; what the journal forgets (thinning) is forgotten here after the same time, and what was
erased for good at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from directory.actions.desk import Desk
from directory.core.snapshot import Snapshot
from directory.ports import Stood
from directory.refusals import BeforeTheBeginning, DirectoryUnavailable

MOST_KEPT = 4
KEPT_FOR = timedelta(minutes=5)
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Kept:
    snapshot: Snapshot
    since: float
    erasures: int


class LookBack:
    """Safe in many threads. INVARIANT (bounded): one is rebuilt at a time, and ``MOST_KEPT`` are kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: dict[int, _Kept] = {}
        self._rebuilding, self._keeping = Lock(), Lock()

    def at(self, instant: datetime) -> Snapshot:
        """As of the last commit at ``instant`` or before.

        Raises ``BeforeTheBeginning`` when there is none, or none that is kept, and ``DirectoryUnavailable`` when the
        journal does not answer or many others look back at once.
        """
        revision = self._desk.journal.revision_at(instant)
        if revision == 0:
            raise self._before(self._desk.journal.oldest())
        self.forget_old()
        found = self._found(revision)
        return found if found is not None else self._rebuilt(revision)

    def forget_old(self) -> None:
        """Let go of what was kept long enough; called now and then, so that looking back leaves nothing behind."""
        now = self._desk.clock.monotonic_seconds()
        with self._keeping:
            for revision, kept in list(self._kept.items()):
                if now - kept.since > KEPT_FOR.total_seconds() or kept.erasures != self._desk.erasures:
                    del self._kept[revision]

    def _found(self, revision: int) -> Snapshot | None:
        truth = self._desk.view.truth
        if truth.revision == revision:
            return truth
        with self._keeping:
            kept = self._kept.pop(revision, None)
            if kept is None:
                return None
            self._kept[revision] = kept  # The last in the dict is the last used.
            return kept.snapshot

    def _rebuilt(self, revision: int) -> Snapshot:
        if not self._rebuilding.acquire(timeout=_PATIENCE_SECONDS):
            raise DirectoryUnavailable("many look back at once; try again soon")
        try:
            found = self._found(revision)
            if found is not None:
                return found
            for base in self._nearest(revision):
                stood = self._desk.journal.stood_at(revision, base.snapshot.revision)
                oldest = self._desk.journal.oldest()
                # What was thinned while it was read, or since the base was kept, leaves a gap between the two.
                if oldest <= min(revision, base.snapshot.revision + 1):
                    return self._keep(base, stood, revision)
            raise self._before(oldest)
        finally:
            self._rebuilding.release()

    def _keep(self, base: _Kept, stood: Iterable[Stood], revision: int) -> Snapshot:
        made = base.snapshot.rebuilt(((each.hsa_id, each.entry, each.changed_at) for each in stood), revision)
        with self._keeping:
            self._kept[revision] = _Kept(made, base.since, base.erasures)
            while len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return made

    def _before(self, oldest: int) -> BeforeTheBeginning:
        if oldest > 1:
            return BeforeTheBeginning(
                f"the journal is kept from revision {oldest} on, and that time is before it", pointer="/at"
            )
        return BeforeTheBeginning("the directory had no entries yet at that time", pointer="/at")

    def _nearest(self, revision: int) -> tuple[_Kept, ...]:
        """Where to start from: what is nearest, and else the present."""
        erasures = self._desk.erasures  # Read first: a snapshot that is older than it says would be kept.
        now = _Kept(self._desk.view.truth, self._desk.clock.monotonic_seconds(), erasures)
        with self._keeping:
            near = min((now, *self._kept.values()), key=lambda kept: abs(kept.snapshot.revision - revision))
        return (now,) if near is now else (near, now)
