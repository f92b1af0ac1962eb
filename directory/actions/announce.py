"""Tell every listener of every commit, at least once: what failed is tried again, and remembered over a crash."""

from collections.abc import Callable
from contextlib import suppress
from threading import RLock, get_ident

from directory.core.changes import Commit
from directory.ports import Journal
from directory.refusals import DirectoryUnavailable

Listener = Callable[[Commit], None]


class Announcer:
    """Listeners hear commits in order of revision, on the thread that made or found the commit.

    A listener must be idempotent (after a crash it hears again), and must not change the directory. One that raises
    hears the commit again at the next ``deliver``; the others and the commit itself are not held up.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._lock = RLock()
        self._listeners: list[Listener] = []
        self._owed: list[tuple[Commit, list[Listener]]] = []
        self._telling: int | None = None
        self.trouble: str | None = None

    def listen(self, listener: Listener) -> None:
        with self._lock:
            self._listeners.append(listener)

    def owe(self, commit: Commit) -> None:
        with self._lock:
            self._owed.append((commit, list(self._listeners)))

    def unheard(self) -> int:
        """How many commits some listener has not heard."""
        return len(self._owed)

    def is_telling(self) -> bool:
        """Whether this thread is inside a listener."""
        return self._telling == get_ident()

    def deliver(self) -> None:
        """Returns when each listener was told, or has failed, everything that is owed."""
        with self._lock:
            self._telling, owed = get_ident(), self._owed
            try:
                told = [
                    (commit, [each for each in listeners if not self._tell(each, commit)]) for commit, listeners in owed
                ]
            finally:
                self._telling = None
            self._owed = [(commit, failed) for commit, failed in told if failed]
            if not self._owed:
                self.trouble = None
            for commit, failed in told:
                if not failed:
                    # Without the mark the commit is announced once more after a restart, which listeners allow.
                    with suppress(DirectoryUnavailable):
                        self._journal.mark_announced(commit.revision)

    def _tell(self, listener: Listener, commit: Commit) -> bool:
        try:
            listener(commit)
        except Exception as error:  # noqa: BLE001 # whatever one listener does, the others must hear, and it again
            self.trouble = f"a listener failed on revision {commit.revision}: {type(error).__name__}"
            return False
        return True
