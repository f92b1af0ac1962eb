"""Undo one revision, or a whole run: everything that came in through one door of its own (``sync:RUN``).

Undoing is a change like any other, through the door ``undo:REVISION`` or ``undo:RUN``, and can be undone itself. What
others changed since is never lost: by default it refuses, and names what. A change and its undoing cancel each other,
so that after undoing an undoing the first change can be undone again.

Boundary: what other rooms ended because of a change (logins, delegations) does not come back; ``Aftermath`` tells it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from directory.actions.change_directory import Draft, change_in_turn, find_problems
from directory.actions.desk import Desk
from directory.actions.writing import Terms, let_others_in, turn_to_write
from directory.core.changes import Change, Commit
from directory.core.retention import DOOR
from directory.core.sameness import differing
from directory.core.snapshot import Snapshot
from directory.core.undoing import WHOLE, Step, Undone, references, undone
from directory.ports import CommitHead, History, HistoryQuery, PastChange
from directory.refusals import (
    AlreadyUndone,
    ChangeRefused,
    Conflict,
    DirectoryUnavailable,
    LaterChanges,
    RevisionMoved,
    RevisionUnknown,
    UndoRefused,
)
from vocabulary.hsa_id import HsaId

UNDO = "undo:"
_READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What undoing would do to the directory as it stands at revision ``follows``.

    ``commits`` are what is undone, oldest first, as they were made. ``entries`` are all that they changed, but for
    those that were taken away for good since (``erased``). ``undone_by`` is the revision that undid it already, where
    that one was not undone itself.
    """

    commits: tuple[Commit, ...]
    follows: int
    entries: tuple[Undone, ...]
    erased: tuple[HsaId, ...]
    undone_by: int | None

    @property
    def changed(self) -> tuple[Undone, ...]:
        return tuple(entry for entry in self.entries if entry.attributes)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """One for each entry that others have changed, or use, since."""
        return tuple(
            Conflict(entry.hsa_id, entry.later, entry.left, entry.used_by)
            for entry in self.entries
            if entry.later or entry.used_by
        )

    def demand(self, *, keep_later: bool) -> None:
        """Return when it can be carried out. Raises ``UndoRefused`` and its kinds."""
        if any(commit.door == DOOR for commit in self.commits):
            raise UndoRefused("what retention erased does not come back")
        if self.erased:
            raise UndoRefused(f"`{self.erased[0]}` was taken away for good since, and does not come back")
        conflicts = self.conflicts
        if self.changed and (keep_later or not conflicts):
            return
        if self.undone_by is not None:
            raise AlreadyUndone(self.undone_by)
        if conflicts:
            raise LaterChanges(conflicts, nothing_left=keep_later)
        raise UndoRefused("there is nothing to undo: all that it changed stands as it did before")


Allow = Callable[[UndoPlan], None]
"""Raises ``NotAllowed`` or ``RevisionUnknown`` when the caller may not do just this."""


def undo(
    desk: Desk,
    what: int | str,
    *,
    actor: str,
    reason: str,
    keep_later: bool,
    expected_revision: int | None,
    dry_run: bool,
    allow: Allow,
) -> tuple[UndoPlan, Commit | None]:
    """Undo the revision, or the run whose door is ``what``. ``keep_later`` undoes what nobody has touched since.

    ``allow`` is asked about each plan before anything else is said of it. A ``dry_run`` gives the plan and no commit.
    Raises ``RevisionUnknown``, ``UndoRefused`` and its kinds, and what ``change_directory`` raises.
    """
    terms = Terms.parse(actor, reason, f"{UNDO}{what}")
    _take_in(desk, what)
    plans: list[UndoPlan] = []

    def planned() -> UndoPlan:
        plan = _planned(desk, what)
        if expected_revision not in (None, plan.follows):
            raise RevisionMoved(expected_revision or 0, plan.follows)
        allow(plan)
        plan.demand(keep_later=keep_later)
        plans.append(plan)
        return plan

    def draft_of(_: Snapshot) -> Draft:
        return Draft([entry.then for entry in planned().changed])

    if dry_run:
        if problems := find_problems(desk, [entry.then for entry in planned().changed], restores=True):
            raise ChangeRefused(problems)
        return plans[-1], None
    made = change_in_turn(desk, draft_of, actor=terms.actor, reason=terms.reason, door=terms.door, restores=True)
    return plans[-1], made


def plan_undo(desk: Desk, what: int | str) -> UndoPlan:
    """Raises ``RevisionUnknown``, and ``DirectoryUnavailable`` while the revision is on its way.

    A run has a door of its own; doors that many share (``api``) are none.
    """
    _take_in(desk, what)
    return _planned(desk, what)


def _planned(desk: Desk, what: int | str) -> UndoPlan:
    """On the view as it is, also within the turn to write."""
    heads = _standing(desk, what)
    view, history = desk.view, desk.journal
    own = {head.revision: _all_changes(history, head.revision) for head in heads}
    steps = _steps(past for revision in sorted(own) for past in own[revision])
    later = [
        past
        for past in history.later_changes(steps, heads[0].revision)
        if past.commit.revision not in own and past.commit.revision <= view.truth.revision
    ]
    others = _steps(_counting(later, {head.revision: head.door for head in heads}))
    entries, erased = [], []
    for hsa_id, mine in steps.items():
        now = view.truth.entry(hsa_id)
        if now is None:
            erased.append(hsa_id)
            continue
        theirs = [step for step in others.get(hsa_id, ()) if step.revision > mine[0].revision]
        entries.append(undone(mine, theirs, now, desk.clock.now()))
    return UndoPlan(
        tuple(_commit(head, own[head.revision]) for head in heads),
        view.truth.revision,
        tuple(_used(entries, steps, view.truth)),
        tuple(erased),
        _undone_by(history, what),
    )


def _take_in(desk: Desk, what: int | str) -> None:
    """Let into the view what another process has just made, if it is that which is meant."""
    if isinstance(what, str) and ":" not in what:
        raise RevisionUnknown("there is no such run")
    if desk.view.truth.revision < _newest(_heads(desk.journal, what), what) <= desk.journal.newest():
        with turn_to_write(desk):
            let_others_in(desk)


def _standing(desk: Desk, what: int | str) -> tuple[CommitHead, ...]:
    """The commits that are meant, oldest first; all of them are in the view."""
    heads = _heads(desk.journal, what)
    newest = _newest(heads, what)
    if desk.view.truth.revision < newest <= desk.journal.newest():
        raise DirectoryUnavailable(f"revision {newest} is on its way; try again")
    if not heads:
        raise RevisionUnknown("no such change stands" if isinstance(what, int) else "there is no such run")
    return heads


def _newest(heads: Sequence[CommitHead], what: int | str) -> int:
    return what if isinstance(what, int) else max((head.revision for head in heads), default=0)


def _heads(history: History, what: int | str) -> tuple[CommitHead, ...]:
    query = HistoryQuery(first=what, last=what) if isinstance(what, int) else HistoryQuery(door=what)
    found: list[CommitHead] = []
    below: int | None = None
    while some := history.commits(query, below, _READ_AT_ONCE):
        found += (head for head in some if isinstance(what, int) or head.door == what)
        below = some[-1].revision
    return tuple(reversed(found))


def _all_changes(history: History, revision: int) -> tuple[PastChange, ...]:
    found: list[PastChange] = []
    while some := history.changes_of(revision, HistoryQuery(), found[-1].position if found else -1, _READ_AT_ONCE):
        found += some
    return tuple(found)


def _steps(changes: Iterable[PastChange]) -> dict[HsaId, list[Step]]:
    """What the changes did to each entry that the directory held before or after: foreign writes that were reverted
    did nothing to it."""
    steps: dict[HsaId, list[Step]] = {}
    for past in changes:
        before, after = past.held, past.change.after
        if before is None and after is None:
            continue
        if before is not None and after is not None and not differing(before, after):
            continue
        steps.setdefault(past.change.hsa_id, []).append(Step(past.commit.revision, before, after))
    return steps


def _counting(later: Sequence[PastChange], own: dict[int, str]) -> Iterator[PastChange]:
    """Without pairs of a change and its undoing, both of which came later: together they did nothing."""
    doors = {past.commit.revision: past.commit.door for past in later}
    cancelled: set[int] = set()
    for revision in sorted(doors, reverse=True):
        if revision in cancelled or not doors[revision].startswith(UNDO):
            continue
        name = doors[revision].removeprefix(UNDO)
        run = {each for each, door in (doors | own).items() if door == name and each < revision}
        undid = {int(name)} if name.isdecimal() else run
        if undid and undid <= doors.keys():
            cancelled |= {revision, *undid}
    return (past for past in later if past.commit.revision not in cancelled)


def _undone_by(history: History, what: int | str) -> int | None:
    newest = next(iter(history.commits(HistoryQuery(door=f"{UNDO}{what}"), None, 1)), None)
    if newest is None or _undone_by(history, newest.revision) is not None:
        return None
    return newest.revision


def _used(entries: Sequence[Undone], steps: dict[HsaId, list[Step]], truth: Snapshot) -> Iterator[Undone]:
    """Whose making would be undone stays when something names it that does not go with it."""
    made = {entry.hsa_id.key for entry in entries if steps[entry.hsa_id][0].before is None and entry.attributes}
    users: dict[str, list[HsaId]] = {}
    if made:
        then = {entry.hsa_id: entry.then for entry in entries}
        for each in truth.entries():
            if each.hsa_id.key not in made:
                for key in references(then.get(each.hsa_id, each)) & made:
                    users.setdefault(key, []).append(each.hsa_id)
    for entry in entries:
        used_by = users.get(entry.hsa_id.key)
        if used_by is None:
            yield entry
        else:
            yield replace(entry, then=entry.now, left=WHOLE, used_by=tuple(used_by))


def _commit(head: CommitHead, changes: Sequence[PastChange]) -> Commit:
    made = tuple(Change(past.held, past.change.after) for past in changes if past.held or past.change.after)
    return Commit(head.revision, head.at, head.actor, head.reason, head.door, made)
