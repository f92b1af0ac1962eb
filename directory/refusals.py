"""Every refusal of the directory.

::

    Refusal
    ├── DirectoryRefusal
    │   ├── ChangeRefused          change_refused             the change breaks rules; all of them are named
    │   │   ├── EntryOver          entry_over                 what was to be changed has ended, or was merged
    │   │   ├── Overtaken          plan_overtaken             somebody else changed the same after it was planned
    │   │   └── CrossesProviders   crosses_care_providers     an assignment would come under another care provider
    │   ├── RevisionMoved          directory_moved_on         somebody else changed it first; read again
    │   ├── EntryUnknown           entry_unknown              no such entry, or none that the caller may know of
    │   ├── NotAllowed             directory_not_allowed      the caller lacks the scope, or the member is not hers
    │   ├── KeyUsedOtherwise       idempotency_key_reused     the same Idempotency-Key came with another request before
    │   ├── KeyInUse               idempotency_key_in_use     the first request of that key is being carried out still
    │   ├── PlanMoved              plan_moved_on              the planned change is at another version; read again
    │   ├── PlanBegun              plan_begun                 it is being carried out, and cannot be cancelled any more
    │   ├── PlanSettled            plan_settled               it was carried out or cancelled already
    │   ├── TooManyPlans           too_many_plans             this caller has planned as much as one may; cancel some
    │   ├── PlansFull              plans_full                 as much is planned as may wait at once, by all together
    │   ├── BeforeTheBeginning     before_the_beginning       the directory is younger than the time that is asked about
    │   ├── DriftUnknown           drift_unknown              nothing to adopt or revert
    │   ├── DriftMoved             drift_moved                the store says something else than was looked at
    │   ├── RevisionUnknown        revision_unknown           no such change stands, or none the caller may know of
    │   ├── UndoRefused            undo_refused               there is nothing to undo, or nothing that can be
    │   │   ├── AlreadyUndone      already_undone             it names the revision that undid it
    │   │   └── LaterChanges       later_changes              others have changed the same since; all are named
    │   ├── ChangesThinned         changes_thinned            the changes asked for are not kept any more; read anew
    │   ├── CursorAhead            cursor_ahead               no such revision was ever reached here; read anew
    │   ├── TooManyFollowers       too_many_followers         this caller follows the changes often enough
    │   └── StoreRejected          store_rejected             the store will not hold it; nothing was changed
    └── DirectoryUnavailable       directory_unavailable      try again later
        ├── DirectoryBusy          directory_busy             others were faster again and again; nothing was changed
        ├── StoreUnavailable       directory_unavailable      the store does not answer, or its answer was lost
        │   └── StoreReplaced      directory_unavailable      a mirror serves in its place, and must be compared first
        ├── JournalUnavailable     directory_unavailable      the journal's database does not answer
        ├── OutcomeUnknown         directory_outcome_unknown  the change is kept, and settled when the store answers
        ├── StoreOutOfStep         directory_out_of_step      the store is at a revision that the journal does not know
        ├── FollowersFull          followers_full             as many follow the changes as this server bears
        └── FeedClosing            feed_closing               this server stops; follow on at the next one
"""

from dataclasses import dataclass

from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal


class DirectoryRefusal(Refusal):
    """The directory will not do that."""

    code = "directory_refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one entry of a change. ``field`` is the attribute's name in our entries; ``pointer`` is
    where it stands in what was sent, for an edge that knows. ``hsa_id`` is empty of an entry that has no id yet."""

    hsa_id: str
    field: str
    description: str
    pointer: str | None = None

    def __str__(self) -> str:
        return f"{self.hsa_id} {self.field}: {self.description}"

    @property
    def said(self) -> str:
        return f"`{self.hsa_id}`: {self.description}" if self.hsa_id else self.description

    @property
    def at(self) -> str:
        return f"/{self.field}" if self.pointer is None else self.pointer


class ChangeRefused(DirectoryRefusal):
    """Holds every problem that was found, not only the first."""

    code = "change_refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first, more = problems[0], len(problems) - 1
        rest = f", and {more} more" if more else ""
        super().__init__(
            f"{first.said}{rest}",
            pointer=first.at,
            detail="; ".join(map(str, problems)),
        )
        self.problems = problems

    def errors(self) -> tuple[tuple[str, str], ...]:
        return tuple((problem.at, problem.said) for problem in self.problems)


class EntryOver(ChangeRefused):
    code = "entry_over"


class Overtaken(ChangeRefused):
    code = "plan_overtaken"


class CrossesProviders(ChangeRefused):
    code = "crosses_care_providers"


class RevisionMoved(DirectoryRefusal):
    """``current`` is the revision that the directory is at now."""

    code = "directory_moved_on"

    def __init__(self, expected: int, current: int) -> None:
        super().__init__(f"the change was made against revision {expected}, the directory is at {current}")
        self.expected, self.current = expected, current


class EntryUnknown(DirectoryRefusal):
    code = "entry_unknown"


class NotAllowed(DirectoryRefusal):
    code = "directory_not_allowed"


class KeyUsedOtherwise(DirectoryRefusal):
    code = "idempotency_key_reused"


class KeyInUse(DirectoryRefusal):
    code = "idempotency_key_in_use"


class PlanMoved(DirectoryRefusal):
    code = "plan_moved_on"


class PlanBegun(DirectoryRefusal):
    code = "plan_begun"


class PlanSettled(DirectoryRefusal):
    code = "plan_settled"


class TooManyPlans(DirectoryRefusal):
    """``most`` is how many of one caller's planned changes may wait at once."""

    code = "too_many_plans"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} planned changes of yours wait already, as many as may be one's at once; "
            "cancel some that will not be, or plan more when some are carried out"
        )
        self.most = most


class PlansFull(DirectoryRefusal):
    """``most`` is how many planned changes may wait at once."""

    code = "plans_full"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} planned changes wait already, as many as may by all together; "
            "cancel some that will not be, or plan more when some are carried out"
        )
        self.most = most


class BeforeTheBeginning(DirectoryRefusal):
    code = "before_the_beginning"


class DriftUnknown(DirectoryRefusal):
    code = "drift_unknown"


class DriftMoved(DirectoryRefusal):
    code = "drift_moved"


class RevisionUnknown(DirectoryRefusal):
    code = "revision_unknown"


class UndoRefused(DirectoryRefusal):
    """Nothing was changed."""

    code = "undo_refused"


class AlreadyUndone(UndoRefused):
    """``by`` is the revision that undid it."""

    code = "already_undone"

    def __init__(self, by: int) -> None:
        super().__init__(f"it was undone already, by revision {by}; to bring it back, undo revision {by}")
        self.by = by


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that was changed again since: by which ``revisions``, and in which ``attributes`` that undoing would
    change back. Without any, others have changed something else of it; ``*`` is the whole entry, which was made by
    the change, and is used or was worked on since. ``used_by`` are entries that name it since."""

    hsa_id: HsaId
    revisions: tuple[int, ...]
    attributes: tuple[str, ...]
    used_by: tuple[HsaId, ...] = ()


class LaterChanges(UndoRefused):
    """Holds every conflict, not only the first."""

    code = "later_changes"

    def __init__(self, conflicts: tuple[Conflict, ...], *, nothing_left: bool = False) -> None:
        first, more = conflicts[0], len(conflicts) - 1
        by = ", ".join(map(str, first.revisions))
        how = f"was changed again by revision {by}" if by else "is used by others since"
        what = f" ({', '.join(first.attributes)})" if first.attributes else ""
        rest = f", and {more} more entries were" if more else ""
        remedy = (
            ": nothing else of it is left to undo; undo the later changes first"
            if nothing_left
            else "; undo the later changes first, or keep them and undo the rest"
        )
        super().__init__(f"`{first.hsa_id}` {how}{what}{rest}{remedy}")
        self.conflicts = conflicts


class ChangesThinned(DirectoryRefusal):
    """``oldest`` is the oldest revision that is kept."""

    code = "changes_thinned"

    def __init__(self, since: int, oldest: int) -> None:
        super().__init__(
            f"the changes that followed revision {since} are not kept any more, the oldest that is kept is {oldest}; "
            "read the lists anew, and follow from the revision that they tell"
        )
        self.oldest = oldest


class CursorAhead(DirectoryRefusal):
    """``newest`` is the revision that the directory is at."""

    code = "cursor_ahead"

    def __init__(self, since: int, newest: int) -> None:
        super().__init__(
            f"revision {since} was never reached here, the directory is at {newest}: it was restored, or is another; "
            "read the lists anew, and follow from the revision that they tell"
        )
        self.newest = newest


class TooManyFollowers(DirectoryRefusal):
    code = "too_many_followers"


class StoreRejected(DirectoryRefusal):
    """The store understood and refused: nothing of the transaction was done, and trying again will not help."""

    code = "store_rejected"


class DirectoryUnavailable(Refusal):
    """Reading goes on from the last good snapshot, writing does not."""

    code = "directory_unavailable"


class DirectoryBusy(DirectoryUnavailable):
    """Nothing was changed, and nothing is wrong: the same request may be sent again at once."""

    code = "directory_busy"


class StoreUnavailable(DirectoryUnavailable):
    """Raised by ``apply``, it leaves open whether the transaction was done: ask ``revision``."""


class StoreReplaced(StoreUnavailable):
    """Nothing was done. What is known of the store is over until it was loaded anew."""


class JournalUnavailable(DirectoryUnavailable):
    """Raised by a writing verb, it leaves open whether the row was written."""


class OutcomeUnknown(DirectoryUnavailable):
    """An answer was lost on the way. If the journal has ``revision``, it is found done, or finished, or rejected."""

    code = "directory_outcome_unknown"

    def __init__(self, revision: int, lost: DirectoryUnavailable) -> None:
        super().__init__(
            f"the outcome of change {revision} is not known yet; it is settled when store and journal answer "
            f"({lost.description})",
            detail=lost.detail,
        )
        self.revision = revision


class StoreOutOfStep(DirectoryUnavailable):
    """Nothing was done."""

    code = "directory_out_of_step"

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"the store is at revision {found} where {expected} was expected")
        self.expected, self.found = expected, found


class FollowersFull(DirectoryUnavailable):
    code = "followers_full"


class FeedClosing(DirectoryUnavailable):
    code = "feed_closing"
