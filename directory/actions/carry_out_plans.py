"""Carry out planned changes when they fall due: each once, whatever dies in between, and none in another's way.

A planned change is begun before it is tried, and keeps the revision that it is tried upon. INVARIANT (one place in the
journal): its commit can only be the revision right after that, since ``change_directory`` is told so. So whoever comes
after a crash looks at that one place: either the change's own commit stands there, and it is done; or another's does,
and the try came to nothing and a new one is made upon a later revision; or nothing yet, and the same try is made again.
Several processes may do so at once: of two tries upon one revision the journal takes one.
"""

from collections.abc import Callable
from datetime import timedelta

from directory.actions.change_directory import change_directory
from directory.actions.desk import Desk
from directory.actions.writing import let_others_in, turn_to_write
from directory.core.changes import differences
from directory.core.entries import Entry, Person
from directory.core.planned_change import PlannedChange, PlanState, Steps, entries_wanted, names_of
from directory.core.snapshot import Snapshot
from directory.ports import Administration, Plans, Reach, RecordState
from directory.refusals import ChangesThinned, DirectoryUnavailable, NotAllowed, RevisionMoved
from vocabulary.refusals import Refusal

TAKEN_OVER_AFTER = timedelta(seconds=10)
"""A change that another process began so long ago and has not settled is taken up by whoever comes by."""
_TRIES = 20

OnFailed = Callable[[PlannedChange], None]


def carry_out_due(
    desk: Desk, plans: Plans, administration: Administration, untouched_for: timedelta, on_failed: OnFailed
) -> None:
    """Everything that is due, in order. What cannot be done now is tried at the next call, and holds up nothing else.

    ``on_failed`` hears of each that cannot be carried out at all. Raises the first ``DirectoryUnavailable``, or
    whatever else went wrong, after all were tried.
    """
    now = desk.clock.now()
    trouble: Exception | None = None
    for plan in plans.unsettled(now):
        if plan.begun_at is not None and abs(now - plan.begun_at) < untouched_for:
            continue  # Another is at it; a clock that was set back makes no difference to this.
        try:
            settled = carry_out(desk, plans, administration, plan)
            if settled.state is PlanState.FAILED:
                on_failed(settled)
        except Exception as error:  # noqa: BLE001 # whatever stops this one, the others are still due
            trouble = trouble or error
    if trouble is not None:
        raise trouble


def carry_out(desk: Desk, plans: Plans, administration: Administration, plan: PlannedChange) -> PlannedChange:
    """One planned change, waiting or begun: as it stands afterwards, done or failed; or as somebody else has it now.

    Raises ``DirectoryUnavailable``: the outcome is found out at the next try.
    """
    base = plan.base_revision if plan.state is PlanState.BEGUN else None
    begun = plans.replace(plan, plan.begun(desk.clock.now(), desk.view.truth.revision if base is None else base))
    for _ in range(_TRIES):
        if begun is None:
            return plans.find(plan.id) or plan
        assert begun.base_revision is not None, "what is begun has a revision to build on"
        try:
            revision = _revision_of(desk, begun)
        except ChangesThinned as refusal:
            return _settled(plans, begun, begun.failed(desk.clock.now(), refusal))
        if revision is not None:
            return _settled(plans, begun, begun.done(desk.clock.now(), revision))
        if desk.view.truth.revision > begun.base_revision:
            begun = plans.replace(begun, begun.begun(desk.clock.now(), desk.view.truth.revision))
            continue
        try:
            return _tried(desk, plans, administration, begun)
        except RevisionMoved:
            continue
    raise DirectoryUnavailable("many others change the directory; the planned change is tried again soon")


def _revision_of(desk: Desk, plan: PlannedChange) -> int | None:
    """The commit of an earlier try, if it stands. Afterwards the view has reached the place where it could be.

    Raises ``DirectoryUnavailable`` when something stands there that is not settled, ``ChangesThinned`` when nobody can
    tell any more.
    """
    assert plan.base_revision is not None, "asked of what is begun"
    for _ in range(2):
        there = desk.journal.records(plan.base_revision, 1)
        if there and (there[0].revision or 0) > plan.base_revision + 1:
            raise ChangesThinned(plan.base_revision, there[0].revision or 0)
        if there and there[0].state is RecordState.APPLIED:
            if desk.view.truth.revision <= plan.base_revision:
                _catch_up(desk)
            return there[0].revision if there[0].door == plan.door else None
        if not there and desk.view.truth.revision >= plan.base_revision:
            return None
        _catch_up(desk)
    raise DirectoryUnavailable("a change is on its way; the planned change is tried again soon")


def _catch_up(desk: Desk) -> None:
    with turn_to_write(desk):
        let_others_in(desk)


def _tried(desk: Desk, plans: Plans, administration: Administration, plan: PlannedChange) -> PlannedChange:
    """Raises ``RevisionMoved`` when the directory is not at the plan's revision any more."""
    view = desk.view
    if view.truth.revision != plan.base_revision:
        raise RevisionMoved(plan.base_revision or 0, view.truth.revision)
    try:
        entries = entries_wanted(plan.steps, view.truth, plan.due)
        reach = administration.reach(plan.caller, view.served)
        demand_allowed(reach, plan.steps, entries, view.truth, view.served, dry_run=False)
        made = change_directory(
            desk,
            entries,
            actor=plan.caller.name,
            reason=plan.reason,
            door=plan.door,
            expected_revision=plan.base_revision,
            numbers={},
            sealed=plan.sealed,
        )
    except (RevisionMoved, DirectoryUnavailable):
        raise
    except Refusal as refusal:
        return _settled(plans, plan, plan.failed(desk.clock.now(), refusal))
    return _settled(plans, plan, plan.done(desk.clock.now(), made.revision if made.changes else None))


def demand_allowed(
    reach: Reach, steps: Steps, entries: list[Entry], expected: Snapshot, served: Snapshot, *, dry_run: bool
) -> None:
    """Raises ``NotAllowed`` unless the caller may turn what is ``expected`` into ``entries``, and may know of everybody
    who is named; ``DirectoryUnavailable`` when that cannot be told. ``dry_run`` is for what is only planned."""
    reach.demand_reader()
    for hsa_id in names_of(steps):
        person = served.person(hsa_id)
        if isinstance(person, Person) and person.protected and not reach.sees_protected(person):
            raise NotAllowed("the caller may not see everybody whom the change names")
    reach.demand_changes(differences(entries, expected.entry), dry_run=dry_run, upon=expected)


def _settled(plans: Plans, begun: PlannedChange, settled: PlannedChange) -> PlannedChange:
    """INVARIANT (the journal decides): what was committed is done, whatever another process wrote meanwhile."""
    kept = plans.replace(begun, settled)
    while kept is None:
        now = plans.find(begun.id)
        assert now is not None, "a planned change is never taken away"
        if settled.state is not PlanState.DONE or now.state is PlanState.DONE:
            return now
        kept = plans.replace(now, now.done(settled.settled_at or now.due, settled.revision))
    return kept
