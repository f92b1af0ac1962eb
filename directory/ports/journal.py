"""The journal, which owns all history, and the ways in which it is read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from directory.core.changes import Change
from directory.core.entries import Entry
from vocabulary.hsa_id import HsaId


class RecordState(StrEnum):
    """``PENDING``: written down, perhaps applied. ``APPLIED``: the store has it. ``REJECTED``: it never will."""

    PENDING = "pending"
    APPLIED = "applied"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """One change set. ``revision`` is ``None`` once it was rejected: the number goes to the next one."""

    revision: int | None
    at: datetime
    actor: str
    reason: str
    door: str
    changes: tuple[Change, ...]
    state: RecordState
    why: str | None = None


class JournalMovedOn(Exception):
    """The journal's newest revision is another than the writer thought; nothing was written."""

    def __init__(self, newest: int) -> None:
        super().__init__(f"the journal is at revision {newest}")
        self.newest = newest


@dataclass(frozen=True, slots=True)
class Held:
    """What the journal says that the directory holds: each entry with the revision of its last change."""

    entries: tuple[tuple[Entry, int], ...]
    revision: int


@dataclass(frozen=True, slots=True)
class CommitHead:
    """A commit that stands, without its changes."""

    revision: int
    at: datetime
    actor: str
    reason: str
    door: str


@dataclass(frozen=True, slots=True)
class PastChange:
    """One change of a commit that stands. ``held`` is what the directory held of the entry before it.

    ``change.before`` is what the *store* held: it differs from ``held`` where the change overwrote or adopted what
    somebody had written past us.
    """

    commit: CommitHead
    position: int
    held: Entry | None
    change: Change


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which commits are asked for; what is ``None`` does not matter.

    ``entry`` and ``member`` also choose among a commit's changes. ``door`` is a whole door or what stands before its
    colon (``sync`` finds ``sync:RUN``); ``reason`` is a part of the text in any case. ``since`` is in, ``until`` is
    not; ``first`` and ``last`` are revisions, both in.
    """

    entry: HsaId | None = None
    member: HsaId | None = None
    actor: str | None = None
    door: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class UsedId:
    """An id that the journal names, the kind of entry it was, and whether the entry was ever taken away."""

    hsa_id: HsaId
    kind: str
    taken_away: bool


class History(Protocol):
    """The journal as it is searched: applied records only. Every verb raises ``JournalUnavailable``."""

    def commits(self, query: HistoryQuery, below: int | None, limit: int) -> tuple[CommitHead, ...]:
        """At most ``limit``, newest first, with revisions below ``below``."""
        ...

    def changes_of(self, revision: int, query: HistoryQuery, after: int, limit: int) -> tuple[PastChange, ...]:
        """At most ``limit`` changes of one commit, in order, with positions above ``after`` (-1 begins)."""
        ...

    def later_changes(self, ids: Iterable[HsaId], above: int) -> tuple[PastChange, ...]:
        """All changes of these entries in revisions above ``above``, oldest first."""
        ...

    def changes_besides(self, kinds: Collection[str], after: tuple[int, int], limit: int) -> tuple[PastChange, ...]:
        """At most ``limit`` changes of entries of any other kind, oldest first, after a revision and a position."""
        ...

    def ids_used(self, after: str, limit: int) -> tuple[UsedId, ...]:
        """At most ``limit`` ids, in order of their keys, above the key ``after``."""
        ...


@dataclass(frozen=True, slots=True)
class Stood:
    """How an entry stood at a revision: ``None`` where it was not there, else with the revision of its last change."""

    hsa_id: HsaId
    entry: Entry | None
    changed_at: int


class Journal(History, Protocol):
    """The one owner of revisions. Every verb is durable when it returns, and raises ``JournalUnavailable``.

    INVARIANT (one pending): at most one record is pending, the newest, since ``append`` is told what it follows.
    """

    def append(
        self, changes: Sequence[Change], *, follows: int, actor: str, reason: str, door: str, at: datetime
    ) -> JournalRecord:
        """Write a pending record with revision ``follows + 1``.

        Raises ``JournalMovedOn`` unless ``follows`` is the newest revision; of two writers at once one succeeds.
        """
        ...

    def newest(self) -> int:
        """The revision of the newest record that was not rejected; 0 in a new journal."""
        ...

    def pending(self) -> tuple[JournalRecord, ...]: ...

    def mark_applied(self, revision: int) -> None:
        """The store has it. Marking twice changes nothing."""
        ...

    def reject(self, revision: int, why: str) -> None:
        """The store will never have it. Only a pending record can be rejected; its number becomes free."""
        ...

    def unannounced(self) -> tuple[JournalRecord, ...]:
        """Applied records that not all listeners are known to have heard, oldest first."""
        ...

    def mark_announced(self, revision: int) -> None: ...

    def records(self, since: int, limit: int) -> tuple[JournalRecord, ...]:
        """At most ``limit`` records with a revision above ``since``, applied or pending, oldest first."""
        ...

    def oldest(self) -> int:
        """The revision of the oldest record that is kept: 1 (also in a new journal) until it was thinned."""
        ...

    def thin(self, below: int) -> int:
        """Forget the records with a revision below ``below`` for good (*gallring*); how many.

        The newest applied record is kept whatever is asked, since revisions go on from it; and so is what is pending
        or not announced, with all above it. What ``held`` tells stays as it is. What is read from history is lost with
        it: the past, undoing, the ids for a lost ledger, and in which order names came about (``actions.rebuild``).
        """
        ...

    def scrub(self) -> int:
        """Forget for good what applied commits of the door ``core.retention.DOOR`` took away; how many entries.

        Earlier changes of such an entry are not told any more, by anything that reads the journal, and of its erasure
        only ``core.retention.bare``. Revisions, and who made which of them why, stay. Twice is once.
        """
        ...

    def names_number(self, lookup: str) -> bool:
        """Whether a change that is kept is of a person with that personal number, before or after."""
        ...

    def tells_of(self, people: Collection[HsaId], members: Collection[HsaId]) -> Mapping[str, frozenset[HsaId]]:
        """By ``HsaId.key`` each of ``people`` of whom a change that is kept, of an entry of these members, tells; with
        those of the members whose entry it is.

        What another process made forgotten meanwhile may be told still, and so keep somebody longer."""
        ...

    def held(self) -> Held:
        """What follows from all applied records, of one moment."""
        ...

    def revision_at(self, instant: datetime) -> int:
        """The newest applied revision that was written at ``instant`` or before; 0 when there is none.

        A clock that was set back leaves revisions with instants before those of their forerunners: the newest counts.
        """
        ...

    def stood_at(self, revision: int, other: int) -> tuple[Stood, ...]:
        """How each entry that was changed between ``revision`` and ``other`` (either may be the later one, both are
        applied) stood at ``revision``; all other entries stood alike at both.

        Where the last change by then was thinned, it is what the next change found in the store, changed at the last
        revision that was thinned. Right only if nothing between the two was thinned: see ``oldest`` afterwards.
        """
        ...
