"""The feed of commits: every one that stands, exactly once and in order, from any revision on.

The one mechanism by which anybody follows the directory. What our own process commits comes in from ``commit``; what
others commit comes in when ``follow_store`` finds that the store's revision has moved and ``catch_up`` takes the
records from the journal. Both end in ``Desk.take``, which adds to the feed what the read model has taken. So a second
process follows by *revision → journal records*, applications follow this feed, and nobody sees a record before it
stands.

Boundary: who may see what of a commit is the edge's question. What must be *done* about a commit, at least once and
even after a crash, is the ``Announcer``'s; the feed only says that there is news, and whoever follows keeps the
revision that she has reached.
"""

from collections import deque
from collections.abc import Callable
from itertools import islice
from threading import Lock

from directory.core.changes import Commit
from directory.ports import Journal, JournalRecord
from directory.refusals import ChangesThinned, CursorAhead, JournalUnavailable

TAIL_COMMITS = 512
TAIL_CHANGES = 10_000
"""The newest commits are held in memory up to both, so that a thousand followers who wake do not read the journal."""

OnNews = Callable[[], None]


class Feed:
    """INVARIANT (no gap): ``after`` begins with the revision next to ``since`` and leaves none out. A record that is
    pending is not in it, since its revision may go to another one; a rejected one never was.

    Safe in many threads.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = Lock()
        self._tail: deque[Commit] = deque()
        self._held_changes = 0
        self._reached = 0
        self._listeners: list[OnNews] = []

    @property
    def reached(self) -> int:
        """The newest revision of the feed; the read model is there too, or further."""
        return self._reached

    def on_news(self, listener: OnNews) -> None:
        """``listener`` is called after each commit, on the thread that made or found it: it must return at once and
        never raise. It is told nothing, and asks ``after``."""
        self._listeners.append(listener)

    def after(self, since: int, limit: int) -> tuple[Commit, ...]:
        """At most ``limit`` commits above ``since``, oldest first; none when ``since`` is reached.

        Raises ``ChangesThinned`` when the next one is not kept any more, and ``JournalUnavailable``.
        """
        with self._lock:
            reached = self._reached
            if since >= reached:
                return ()
            begin = since + 1 - self._tail[0].revision if self._tail else -1
            if begin >= 0:
                return tuple(islice(self._tail, begin, begin + limit))
        records = self._journal.records(since, min(limit, reached - since))
        found = tuple(commit_of(record) for record in records if record.revision is not None)
        if [commit.revision for commit in found] != list(range(since + 1, since + 1 + len(found))) or not found:
            self._demand_kept(since)
            raise JournalUnavailable(f"the journal does not show what follows revision {since}; try again")
        return found

    def demand_known(self, since: int) -> None:
        """Return when the feed can be followed from ``since`` on.

        Raises ``ChangesThinned`` (the journal begins later) and ``CursorAhead`` (no such revision was ever reached:
        the directory is another one, or was restored); ``JournalUnavailable``.
        """
        with self._lock:
            reached, is_in_tail = self._reached, bool(self._tail) and self._tail[0].revision <= since + 1
        if since > reached:
            # Another process may be further than we are, and have said so.
            if since > (newest := self._journal.newest()):
                raise CursorAhead(since, newest)
        elif since < reached and not is_in_tail:
            self._demand_kept(since)

    def begin_at(self, revision: int) -> None:
        """The read model was loaded at ``revision``."""
        with self._lock:
            self._tail.clear()
            self._held_changes, self._reached = 0, revision

    def forget_tail(self) -> None:
        """What is held in memory is read from the journal from now on: something in it was erased."""
        with self._lock:
            self._tail.clear()
            self._held_changes = 0

    def add(self, commit: Commit) -> None:
        """The read model has taken ``commit``, the next one. Called once for each, in order."""
        with self._lock:
            self._tail.append(commit)
            self._held_changes += len(commit.changes)
            self._reached = commit.revision
            while len(self._tail) > 1 and (len(self._tail) > TAIL_COMMITS or self._held_changes > TAIL_CHANGES):
                self._held_changes -= len(self._tail.popleft().changes)
        for listener in self._listeners:
            listener()

    def _demand_kept(self, since: int) -> None:
        oldest = self._journal.oldest()
        if since + 1 < oldest:
            raise ChangesThinned(since, oldest)


def commit_of(record: JournalRecord) -> Commit:
    assert record.revision is not None, "a rejected record is no commit"
    return Commit(record.revision, record.at, record.actor, record.reason, record.door, record.changes)
