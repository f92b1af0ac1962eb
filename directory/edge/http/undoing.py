"""Undo a change, or a whole run, as an administrator: first tried with ``?dry_run=true``, then done.

A repeated request with its ``Idempotency-Key`` is answered anew from the journal, by what the caller may see now.

INVARIANT (no more than one's own): an undoing is refused unless the caller may make every single change of it, and sees
all of what it changes; and to who may see nothing of the revision it does not exist.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from directory.actions.feed import commit_of
from directory.actions.undo import UNDO, UndoPlan
from directory.core.administration import Act
from directory.core.changes import Change, Commit
from directory.core.undoing import Undone
from directory.directory import Directory
from directory.edge.http.bodies import Body
from directory.edge.http.carrying_out import Changing, DryRun
from directory.edge.http.journal import MOST_REVISION, RevisionInPath
from directory.edge.http.repeating import REPEATED, Errand, Kept, is_hers
from directory.edge.http.shapes import Shape, Told
from directory.edge.http.telling import DifferenceShape, Teller, heading
from directory.ports import Aftermath, HistoryQuery, JournalRecord
from directory.refusals import LaterChanges, NotAllowed, RevisionUnknown
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

ENTRIES_IN_ANSWER = 500


class Undoing(Body):
    """``keep_later`` undoes only what nobody has touched since. ``expected_revision`` is the directory's, as a dry run
    told it: if it has moved on since, nothing is done."""

    keep_later: bool = False
    expected_revision: int | None = Field(default=None, ge=0, le=MOST_REVISION)


class UndoneShape(Shape):
    """One entry. ``ended`` says that the undone change made it: it is ended and archived, not taken away. ``left`` are
    the attributes that stay as ``later`` revisions set them."""

    hsa_id: str
    kind: str
    member: str
    ended: bool
    differences: list[DifferenceShape]
    left: list[str]
    later: list[int]


class LapsedShape(Shape):
    """``what`` is ``logins``, ``tokens``, ``delegations`` or ``care_relationships``; ``count`` is ``null`` where nobody
    can tell."""

    person: str
    what: str
    count: int | None


class UndoAnswer(Shape):
    """``revision`` is the new one, ``null`` in a dry run; ``based_on`` the directory's before. ``not_restored`` is what
    ended because of the undone change and stays so."""

    undone: list[int]
    revision: int | None
    based_on: int
    entries: list[UndoneShape]
    more_entries: bool
    not_restored: list[LapsedShape]


def undoing(changing: Changing, aftermath: Aftermath | None) -> APIRouter:
    routes = APIRouter(prefix="/api/v1", tags=["history"])

    def teller(caller: Caller) -> Teller:
        return Teller(changing.situation(caller).audience)

    def carry_out(
        what: int | str, body: Undoing, request: Request, response: Response, caller: Caller, *, dry_run: bool
    ) -> Told:
        def do() -> tuple[Kept, Callable[[], Told]]:
            try:
                plan, made = changing.directory.undo(
                    what,
                    actor=caller.name,
                    reason=body.reason,
                    keep_later=body.keep_later,
                    expected_revision=body.expected_revision,
                    dry_run=dry_run,
                    allow=lambda plan: _demand(plan, teller(caller), dry_run=dry_run),
                )
            except LaterChanges as refusal:
                refusal.members["conflicts"] = _conflicts(refusal, teller(caller))
                raise
            kept = {} if made is None else _kept(plan, made)
            return kept, lambda: _answer(plan, made, teller(caller), aftermath)

        def again(kept: Kept) -> Told:
            plan, made = _plan_again(changing.directory, kept, teller(caller))
            response.headers[REPEATED] = "true"
            return _answer(plan, made, teller(caller), aftermath)

        def found_in(record: JournalRecord) -> Kept | None:
            if not is_hers(record, f"{UNDO}{what}", caller, body):
                return None
            undone = [what] if isinstance(what, int) else _of_run(changing.directory, what, record)
            return {"revision": record.revision, "undone": undone, "left": {}}

        if dry_run:
            return do()[1]()
        return changing.repeating.once(request, caller, body, Errand(do, again, found_in))

    @routes.post("/journal/{revision}/undo", response_model=UndoAnswer, response_model_exclude_unset=True)
    def undo_revision(
        revision: RevisionInPath,
        body: Undoing,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Told:
        return carry_out(revision, body, request, response, caller, dry_run=dry_run)

    @routes.post("/journal/runs/{run}/undo", response_model=UndoAnswer, response_model_exclude_unset=True)
    def undo_run(
        run: Annotated[str, Path(max_length=190, description="the door of all of the run's commits, as `sync:RUN`")],
        body: Undoing,
        request: Request,
        response: Response,
        dry_run: DryRun = False,
        caller: Caller = changing.caller,
    ) -> Told:
        return carry_out(run, body, request, response, caller, dry_run=dry_run)

    return routes


def _demand(plan: UndoPlan, teller: Teller, *, dry_run: bool) -> None:
    """Raises ``RevisionUnknown`` to who may see nothing of what is undone, ``NotAllowed`` to who may not do all."""
    versions = [(change.before, change.after) for commit in plan.commits for change in commit.changes]
    own = [each for each in versions if teller.administers(*each)]
    if not any(teller.between(*each).told for each in own):
        raise RevisionUnknown("no such change stands")
    hidden = any(teller.between(entry.now, entry.then).hidden for entry in plan.entries)
    if hidden or len(own) < len(versions):
        raise NotAllowed("it holds changes that are not the caller's to undo")
    for entry in plan.changed:
        for version in (entry.now, entry.then):
            teller.seen.reach.demand(_act(entry), version, entry.attributes)
    teller.seen.reach.demand_changes([Change(entry.now, entry.then) for entry in plan.changed], dry_run=dry_run)


def _act(entry: Undone) -> Act:
    if entry.is_ending:
        return Act.END
    return Act.ASSIGN if entry.attributes == ("memberships",) else Act.CHANGE


def _conflicts(refusal: LaterChanges, teller: Teller) -> list[Told]:
    """As the problem's answer lists them. Who uses an entry is told where the caller may know of it."""
    return [
        {
            "hsa_id": str(each.hsa_id),
            "revisions": list(each.revisions),
            "attributes": list(each.attributes),
            "used_by": [str(user) for user in each.used_by if teller.administers(teller.seen.snapshot.entry(user))],
        }
        for each in refusal.conflicts[:ENTRIES_IN_ANSWER]
    ]


def _answer(plan: UndoPlan, made: Commit | None, teller: Teller, aftermath: Aftermath | None) -> Told:
    lapsed = () if aftermath is None else aftermath.lapsed_with(plan.commits)
    shown = [entry for entry in plan.entries if entry.attributes or entry.left]
    return {
        "undone": [commit.revision for commit in plan.commits],
        "revision": None if made is None else made.revision,
        "based_on": plan.follows,
        "entries": [_entry(entry, teller) for entry in shown[:ENTRIES_IN_ANSWER]],
        "more_entries": len(shown) > ENTRIES_IN_ANSWER,
        "not_restored": [
            {"person": str(each.person), "what": each.what, "count": each.count}
            for each in lapsed
            if teller.seen.sees_id(each.person)
        ],
    }


def _kept(plan: UndoPlan, made: Commit) -> Kept:
    return {
        "revision": made.revision,
        "undone": [commit.revision for commit in plan.commits],
        "left": {str(each.hsa_id): [each.left, each.later] for each in plan.entries[:ENTRIES_IN_ANSWER] if each.left},
    }


def _plan_again(directory: Directory, kept: Kept, teller: Teller) -> tuple[UndoPlan, Commit]:
    """The plan that was carried out, as far as the caller may see it now. What it left is told as it stands now, and
    not at all where the first answer was lost."""
    made = _commit(directory, kept["revision"])
    commits = tuple(_commit(directory, revision) for revision in kept["undone"])
    left = {HsaId.parse(hsa_id): (tuple(names), tuple(later)) for hsa_id, (names, later) in kept["left"].items()}
    entries = []
    for change in made.changes:
        if change.before is not None and change.after is not None and teller.administers(change.before, change.after):
            names, later = left.get(change.hsa_id, ((), ()))
            entries.append(Undone(change.before, change.after, later, names))
    changed = {entry.hsa_id for entry in entries}
    for hsa_id, (names, later) in left.items():
        now = teller.seen.snapshot.entry(hsa_id)
        if now is not None and hsa_id not in changed and teller.administers(now):
            entries.append(Undone(now, now, later, names))
    if not entries:
        raise RevisionUnknown("no such change stands")
    return UndoPlan(commits, made.revision - 1, tuple(entries), (), None), made


def _commit(directory: Directory, revision: int) -> Commit:
    for record in directory.records(revision - 1, 1):
        if record.revision == revision:
            return commit_of(record)
    raise RevisionUnknown("no such change stands any more")


def _of_run(directory: Directory, run: str, undoing: JournalRecord) -> list[int]:
    """Oldest first; what the run did after it was undone is not among them."""
    found: list[int] = []
    below = undoing.revision
    while some := directory.history.commits(HistoryQuery(door=run), below, ENTRIES_IN_ANSWER):
        found += (head.revision for head in some)
        below = some[-1].revision
    return found[::-1]


def _entry(entry: Undone, teller: Teller) -> Told:
    return heading(entry.now) | {
        "ended": entry.is_ending,
        "differences": teller.between(entry.now, entry.then).told,
        "left": list(entry.left),
        "later": list(entry.later),
    }
