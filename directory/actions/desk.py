"""What all actions of the directory share in one process: the ports, the view, and the locks around them.

Order of locks: ``following`` or ``writing``, then the view's own, then the announcer's or the feed's.
"""

from dataclasses import replace
from datetime import timedelta
from threading import Lock

from directory.actions.announce import Announcer
from directory.actions.feed import Feed, commit_of
from directory.core.changes import Change, Commit
from directory.core.entries import Person
from directory.core.malformed import Malformed
from directory.core.retention import DOOR, bare, unnamed
from directory.core.snapshot import EMPTY, Snapshot
from directory.core.view import Sight, View
from directory.ports import DirectoryStore, IdLedger, Journal, JournalRecord, SealedNumbers
from vocabulary.clock import Clock
from vocabulary.seal import Seal


class Desk:
    """INVARIANT (one writer): only who holds ``writing`` appends to the journal or settles what is unsettled.

    ``erasures`` counts commits that erased something: what was read before and kept may hold it still. ``unsettled`` is
    true from before a record is written until its outcome is known: while it is, nothing is written.
    """

    def __init__(
        self,
        store: DirectoryStore,
        journal: Journal,
        ledger: IdLedger,
        sealed_numbers: SealedNumbers,
        seal: Seal,
        clock: Clock,
    ) -> None:
        self.store, self.journal, self.ledger = store, journal, ledger
        self.sealed_numbers, self.seal, self.clock = sealed_numbers, seal, clock
        self.announcer = Announcer(journal)
        self.feed = Feed(journal)
        self.writing, self.following = Lock(), Lock()
        self.unsettled = False
        self.cookie = b""
        self.broken: tuple[Malformed, ...] = ()
        self.erasures = 0
        self.view = View.of(EMPTY)
        self._viewing = Lock()
        self._confirmed_at: float | None = None

    def begin_with(self, truth: Snapshot) -> None:
        with self._viewing:
            self.view = View.of(truth)
            self.feed.begin_at(truth.revision)

    def take(self, record: JournalRecord) -> Commit:
        """Let a record that the store has into view and feed, once: whoever comes first owes the listeners the news."""
        commit = commit_of(record)
        with self._viewing:
            if commit.revision == self.view.truth.revision + 1:
                self.view = self.view.committed(commit.changes, commit.revision)
                self.announcer.owe(commit)
                if commit.door == DOOR and any(change.after is None for change in commit.changes):
                    self.erasures += 1
                    self.feed.forget_tail()
                    self.feed.add(_scrubbed(commit))
                else:
                    self.feed.add(commit)
        return commit

    def look(self, sight: Sight) -> bool:
        """Compare the truth with what was seen; tells whether something else is served now."""
        with self._viewing:
            before, self.view = self.view, self.view.after_sight(sight)
            return before is not self.view

    def confirm(self, asked_at: float) -> None:
        """The store was asked at ``asked_at`` (monotonic seconds), and what we serve is as new as its answer."""
        if self._confirmed_at is None or asked_at > self._confirmed_at:
            self._confirmed_at = asked_at

    def unconfirmed_for(self) -> timedelta:
        if self._confirmed_at is None:
            return timedelta.max
        return timedelta(seconds=max(0.0, self.clock.monotonic_seconds() - self._confirmed_at))


def _scrubbed(commit: Commit) -> Commit:
    """As the journal will tell it."""
    gone = [change.before for change in commit.changes if change.after is None and change.before is not None]
    people = {entry.hsa_id.key for entry in gone if isinstance(entry, Person)}
    told = (
        change if change.before is None
        else Change(bare(change.before), None) if change.after is None
        else Change(unnamed(change.before, people), unnamed(change.after, people))
        for change in commit.changes
    )  # fmt: skip
    return replace(commit, changes=tuple(told))
