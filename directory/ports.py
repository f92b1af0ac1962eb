"""What the directory needs from outside: a store, a journal, a ledger of ids, sealed personal numbers.

The errors named in the promises stand in ``directory.refusals``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from directory.core.administration import Act, Administers
from directory.core.changes import Change, Commit
from directory.core.effects import Effects
from directory.core.entries import Entry, Person
from directory.core.malformed import Malformed
from directory.core.planned_change import PlannedChange, PlanState
from directory.core.quality.finding import FindingKey
from directory.core.snapshot import Snapshot
from directory.core.visibility import Visibility
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class StoreState:
    """Everything that the store holds. ``cookie`` continues into ``poll``; ``revision`` is 0 in a new store."""

    entries: tuple[Entry, ...]
    revision: int
    cookie: bytes
    malformed: tuple[Malformed, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened in the store since a cookie, whoever did it.

    ``changed`` holds whole entries as they are now. ``removed`` holds ids that are no longer there. A ``complete``
    delta could not be told as a difference: ``changed`` is then everything that there is, and ``removed`` is empty.
    ``malformed`` objects with an id count as not being there, unless they are ``served``; ``broken`` is everything that
    stands malformed in the store now, whenever it came to.
    """

    changed: tuple[Entry, ...]
    removed: tuple[HsaId, ...]
    cookie: bytes
    revision: int
    complete: bool = False
    malformed: tuple[Malformed, ...] = ()
    broken: tuple[Malformed, ...] = ()


class DirectoryStore(Protocol):
    """Where the directory lives. Every verb raises ``StoreUnavailable`` when the store does not answer in time.

    All verbs may be called from several threads at once; ``poll`` and ``revision`` are not kept waiting by ``apply``.

    A mirrored store is one of several that follow each other, of which one serves. When another takes its place, all
    verbs but ``take_up`` raise ``StoreReplaced`` until that was called: it may lack what the former had acknowledged,
    even where its revision says that it has it.
    """

    @property
    def is_mirrored(self) -> bool: ...

    def load(self, like: Callable[[HsaId], Entry | None] = ...) -> StoreState:
        """All entries with the revision that they are at, of one moment.

        ``like`` tells an entry that the caller holds already: one that says the same is given as that very object.
        """
        ...

    def take_up(self, like: Callable[[HsaId], Entry | None] = ...) -> StoreState:
        """As ``load``, of whichever store serves now; the other verbs are about that one from now on."""
        ...

    def apply(self, changes: Sequence[Change], revision: int) -> None:
        """Do all of ``changes`` and write ``revision``, in one durable transaction; nobody sees anything of it before.

        ``changes`` may name entries in any order (a parent after its child). Does nothing when the store is at
        ``revision`` already. Raises ``StoreOutOfStep`` when it is at anything but ``revision - 1``; ``StoreRejected``
        when it refuses the content (then nothing was done); ``StoreUnavailable`` when the outcome is not known.
        """
        ...

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        """One part of building a store anew: as ``apply``, but it leads from ``follows`` to ``reached``, neither above
        0 until the last part: a revision below 0 says that the store is being built, and how far that has come."""
        ...

    def revision(self) -> int:
        """The revision that the last transaction wrote; 0 in a new store, below 0 in one that is being built."""
        ...

    def poll(self, cookie: bytes) -> Delta:
        """What happened since ``cookie`` (of ``load`` or an earlier ``poll``).

        ``revision`` is of the same moment as the entries. An entry that was changed and changed back may be told as
        changed; one that stands otherwise than at ``cookie`` is always told.
        """
        ...


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


class IdLedger(Protocol):
    """Which HSA-ids were ever used: an id is never given out twice, not even after removal. Atomic over processes."""

    def take_serials(self, series: str, count: int) -> range:
        """``count`` serial numbers of ``series`` that nobody was ever given; the first of a new series is 1."""
        ...

    def reserve(self, ids: Iterable[HsaId]) -> frozenset[HsaId]:
        """Reserve each id that was never known here; answers with those."""
        ...

    def claim(self, ids: Mapping[HsaId, str]) -> frozenset[HsaId]:
        """Note that each id is used for a kind of entry; answers with those that may not be.

        Refused is an id that was retired, or that was ever used for another kind. Claiming again for the same kind
        is fine: a change that the store rejected may be tried again with its ids.
        """
        ...

    def retire(self, ids: Iterable[HsaId]) -> None:
        """These ids may never be used again."""
        ...


class SealedNumbers(Protocol):
    """Personal numbers as ciphertext, by their keyed hash (``vocabulary.seal``): what a number is told by can never
    disagree with whom it is told of. What the ciphertext says only the seal's keys tell.
    """

    def keep(self, sealed: Mapping[str, bytes], at: datetime) -> None:
        """Keep or replace, by look-up value."""
        ...

    def sealed(self, lookup: str) -> bytes | None: ...

    def kept_before(self, at: datetime) -> frozenset[str]:
        """The look-up values of all that nobody has kept anew at ``at`` or later."""
        ...

    def erase(self, lookups: Iterable[str], kept_before: datetime) -> int:
        """Take these away for good, but for what somebody keeps anew meanwhile; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Erasure:
    """So many of one kind (``core.retention.RULES``) were erased for good, since they were over by ``cutoff``.

    ``decision`` is the archive authority's, ``revision`` the commit that did it, where it was one.
    """

    at: datetime
    kind: str
    count: int
    law: str
    cutoff: datetime
    decision: str
    revision: int | None = None


class Erasures(Protocol):
    """The record of what was erased for good; it names nobody. Every verb raises ``JournalUnavailable``."""

    def note(self, made: Iterable[Erasure]) -> None:
        """All of them or none. Noting a commit's twice is noting it once."""
        ...

    def reached(self) -> int:
        """The newest revision of which something is noted; 0 for none."""
        ...

    def listed(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        """At most ``limit``, newest first, each with its number; those with a number below ``below``."""
        ...


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A change that was asked for under a key of the caller's: what was asked (``fingerprint``, a hash), from which
    revision on its commit may stand in the journal, and the answer as JSON text once it was given."""

    fingerprint: str
    base_revision: int
    at: datetime
    answer: str | None


class Requests(Protocol):
    """Requests by the key that the caller gave them, so that a repeated one is answered and not carried out again."""

    def begin(self, caller: str, key: str, request: KeptRequest) -> KeptRequest | None:
        """Keep ``request`` durably if the caller's key is new, else tell what is kept. Of two at once one begins."""
        ...

    def take_over(self, caller: str, key: str, kept: KeptRequest, request: KeptRequest) -> bool:
        """Replace ``kept``, which was never answered; whether it was still that."""
        ...

    def answer(self, caller: str, key: str, answer: str) -> None: ...

    def forget(self, caller: str, key: str) -> None:
        """Nothing was done: the key is free again."""
        ...

    def purge(self, before: datetime) -> int:
        """Forget all that began before; how many."""
        ...


class LicenceChecks(Protocol):
    """When the licence register (HOSP) was last asked about whom. Every verb raises ``JournalUnavailable``."""

    def note(self, ids: Iterable[HsaId], at: datetime, actor: str) -> None:
        """The register was asked about these at ``at``, and the directory says what it said. The latest counts; noting
        twice is noting once."""
        ...

    def forget(self, ids: Iterable[HsaId]) -> None:
        """What the directory says of these is not what the register said."""
        ...

    def of(self, ids: Iterable[HsaId]) -> Mapping[str, datetime]:
        """By ``HsaId.key``; who was never asked about is absent."""
        ...

    def all(self) -> Mapping[str, datetime]: ...

    def newest(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Since:
    """When a finding was first true as far as is known, and the revision that the directory was at."""

    at: datetime
    revision: int


class KnownFindings(Protocol):
    """Since when each finding of the quality report is known. Every verb raises ``JournalUnavailable``."""

    def known(self) -> Mapping[FindingKey, Since]: ...

    def keep(self, new: Mapping[FindingKey, Since], gone: Collection[FindingKey], revision: int) -> None:
        """Remember ``new`` unless somebody else did first, and forget ``gone`` unless somebody found it anew above
        ``revision``."""
        ...

    def instants(self, revisions: Collection[int]) -> Mapping[int, datetime]:
        """When the directory came to each of these revisions; unknown ones are absent."""


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The caller's own key of a request, and a hash of what was asked, so that a repeated one plans nothing twice."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which planned changes are asked for; what is ``None`` does not matter. ``due_from`` is in, ``due_until`` not."""

    states: frozenset[PlanState] | None = None
    reorganisation: bool | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None


class Plans(Protocol):
    """Planned changes. Every verb is durable when it returns, and raises ``JournalUnavailable``."""

    def add(self, plan: PlannedChange, key: RequestKey | None) -> tuple[PlannedChange, bool]:
        """Keep a new one under an id of its own, which is greater than all before; ``True``. When the key came before,
        what was kept then; ``False``. Raises ``KeyUsedOtherwise`` when it came with another request."""
        ...

    def with_key(self, key: RequestKey) -> PlannedChange | None:
        """What was kept under the key. Raises ``KeyUsedOtherwise`` when it came with another request."""
        ...

    def find(self, plan_id: int) -> PlannedChange | None: ...

    def unsettled(self, until: datetime) -> tuple[PlannedChange, ...]:
        """Waiting and begun ones that fall due by ``until`` (it is in), in the order in which they are carried out: by
        date, then by id."""
        ...

    def listed(self, query: PlanQuery, after: tuple[datetime, int] | None, limit: int) -> tuple[PlannedChange, ...]:
        """At most ``limit``, by date, then by id, behind ``after``."""
        ...

    def replace(self, before: PlannedChange, after: PlannedChange) -> PlannedChange | None:
        """Keep ``after`` in place of ``before``, with the next version; ``None`` when that is not what is kept any
        more. Of several at once one succeeds. The steps stay."""
        ...

    def forget_keys(self, planned_before: datetime) -> int:
        """The keys of requests that came before are free again; how many."""
        ...

    def erase_settled(self, settled_before: datetime) -> int:
        """Take what was settled before away for good; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a reorganisation touches outside the directory. ``kind`` is a register, ``application`` or ``staff_list``.

    ``count`` is ``None`` where nobody can tell now. ``ids`` are those of the records, at most as many as are useful;
    they say nothing about patients. ``effect`` says in words what becomes of them.
    """

    kind: str
    count: int | None
    ids: tuple[str, ...]
    effect: str


class Consequences(Protocol):
    """What the rest of the house has that hangs on units, assignments and people."""

    def of(self, effects: Effects) -> tuple[Consequence, ...]:
        """Never raises: what cannot be told is told so, and what is not touched is left out."""
        ...


class Reach(Protocol):
    """What one caller may see and do, as of one snapshot. Doubt narrows: what cannot be told is not shown or done."""

    def circle(self, entry: Entry) -> Visibility:
        """The circle in which the caller stands to ``entry``; ``OPEN`` when she may not read the directory at all."""
        ...

    def sees_protected(self, person: Person) -> bool:
        """Whether a person with protected personal data exists for the caller. Asked only of such."""
        ...

    def demand_reader(self) -> None:
        """Return when the caller may read the directory at all. Raises ``NotAllowed``."""
        ...

    def demand(self, act: Act, entry: Entry, attributes: Collection[str] = ()) -> None:
        """Return when the caller may do ``act`` to ``entry`` (as it will stand, when it is created), touching
        ``attributes``. Raises ``NotAllowed`` with what is missing, ``DirectoryUnavailable`` when it cannot be told."""
        ...

    def demand_changes(self, changes: Sequence[Change], *, dry_run: bool, upon: Snapshot | None = None) -> None:
        """Return when the caller may make exactly these changes together, each entry as it stands and as it will stand.

        ``upon`` is the directory that the changes are made to, where it is another than the one that the reach was made
        for: then the caller has the powers of now, and the entries stand where they stand there.

        The last question before a change is made, whichever address it came by: ``demand`` may be asked earlier, of a
        single entry. What an admin assignment decided stands on record when this returns or raises ``NotAllowed``; a
        permit that is only tried (``dry_run``) does not. ``DirectoryUnavailable`` when it cannot be told or recorded.
        """
        ...


@dataclass(frozen=True, slots=True)
class Lapsed:
    """Something of a person's that ended with a change and does not come back when the change is undone.

    ``what`` is ``logins``, ``tokens``, ``delegations`` or ``care_relationships``; ``count`` is ``None`` where nobody
    can tell how many.
    """

    person: HsaId
    what: str
    count: int | None = None


class Aftermath(Protocol):
    """What the rest of the house ended because of commits."""

    def lapsed_with(self, commits: Sequence[Commit]) -> tuple[Lapsed, ...]:
        """Never raises: what cannot be counted is told without its number."""
        ...


class Administration(Protocol):
    """Who may administer which part of the tree."""

    def reach(self, caller: Caller, snapshot: Snapshot) -> Reach: ...

    def administrators(self, place: HsaId, snapshot: Snapshot) -> Sequence[Administers]:
        """Who administers the member or unit, or parts of it, at this moment, by which admin assignment.

        Raises ``DirectoryUnavailable`` when it cannot be told.
        """
        ...
