"""Plan a change, look at what it will do, cancel it, or try one again that failed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from directory.actions.carry_out_plans import carry_out, demand_allowed
from directory.actions.desk import Desk
from directory.actions.look_ahead import LookAhead
from directory.actions.writing import Terms
from directory.core.demands import step_demands
from directory.core.effects import Effects, effects_of
from directory.core.foresight import Foresight
from directory.core.planned_change import PlannedChange, PlanState, Steps, demand_valid, entries_wanted, names_of
from directory.core.reorganisation import Reorganisation
from directory.core.snapshot import Snapshot
from directory.core.steps import Step, wanted, with_seen
from directory.ports import Administration, Plans, RequestKey
from directory.refusals import ChangeRefused, EntryUnknown, NotAllowed, PlanBegun, PlanSettled, Problem
from vocabulary.caller import Caller
from vocabulary.refusals import InvalidValue

_LAST = 2**63 - 1
"""The number of one that has none yet: it comes after all that fall due at the same instant."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change as somebody proposes it. ``due`` is ``None`` for one that is to be carried out at once."""

    steps: Steps
    due: datetime | None
    caller: Caller
    reason: str
    sealed: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a planned change will do. ``expected`` is the directory as it will be without it at that date; ``disturbs``
    tells which of the waiting ones could not be carried out any more, and why."""

    plan: PlannedChange
    expected: Snapshot
    effects: Effects
    disturbs: Mapping[int, str]


def preview_change(desk: Desk, ahead: LookAhead, administration: Administration, proposal: Proposal) -> Preview:
    """Everything that ``plan_change`` checks, and what would come of it; changes nothing.

    Raises ``ChangeRefused`` and its kinds, ``NotAllowed``, ``InvalidValue``, ``TooManyPlans``, ``PlansFull`` and
    ``DirectoryUnavailable``.
    """
    terms = Terms.parse(proposal.caller.name, proposal.reason, "plan")
    now = desk.clock.now()
    due = now if proposal.due is None else proposal.due
    if due < now:
        raise InvalidValue("the date has passed; make the change at once instead", pointer="/due")
    if proposal.due is not None:
        ahead.plans.demand_room(proposal.caller)
    draft = PlannedChange(_LAST, due, proposal.steps, proposal.caller, terms.reason, now, sealed=proposal.sealed)
    return _previewed(desk, ahead.foresight(), administration, draft, at_once=proposal.due is None)


def _previewed(
    desk: Desk, foresight: Foresight, administration: Administration, draft: PlannedChange, *, at_once: bool
) -> Preview:
    # What is carried out at once finds what is there now: what is due already has its own turn.
    expected = foresight.truth if at_once else foresight.before(draft)
    draft = replace(draft, steps=_remembering(draft.steps, expected, draft.due))
    entries = entries_wanted(draft.steps, expected, draft.due)
    if not entries:
        raise ChangeRefused((Problem(str(names_of(draft.steps)[0]), "hsa_id", "everything stands so already by then"),))
    served = desk.view.served
    reach = administration.reach(draft.caller, served)
    demand_allowed(reach, draft.steps, entries, expected, served, dry_run=True)
    demand_valid(entries, expected)
    effects = effects_of(entries, expected, draft.due)
    return Preview(draft, expected, effects, _disturbed(foresight, foresight.with_plan(draft), draft))


def outlook_of(ahead: LookAhead, plan: PlannedChange) -> Preview | None:
    """What one that waits will do, as things stand now; ``None`` when it could not be carried out."""
    foresight = ahead.foresight()
    expected = foresight.before(plan)
    try:
        entries = entries_wanted(plan.steps, expected, plan.due)
        demand_valid(entries, expected)
    except ChangeRefused:
        return None
    others = foresight.without_plan(plan)
    return Preview(plan, expected, effects_of(entries, expected, plan.due), _disturbed(others, foresight, plan))


def plan_change(
    desk: Desk, ahead: LookAhead, administration: Administration, proposal: Proposal, key: RequestKey | None
) -> tuple[PlannedChange, Preview]:
    """Keep a change until it is due, or carry it out at once: as it stands then, with what was foreseen of it.

    Raises as ``preview_change``, and ``KeyUsedOtherwise``. One that is carried out at once may still fail: its state
    tells.
    """
    preview = preview_change(desk, ahead, administration, proposal)
    draft, plans = preview.plan, ahead.plans
    if proposal.due is not None:
        return plans.add(draft, key)[0], preview
    kept, is_new = plans.add(draft.begun(draft.planned_at, desk.view.truth.revision), key)
    return (carry_out(desk, plans, administration, kept) if is_new else kept), preview


def cancel_plan(
    desk: Desk, ahead: LookAhead, administration: Administration, plan: PlannedChange, caller: Caller, reason: str
) -> PlannedChange:
    """Whoever planned it may cancel it, and so may who may do what it does. Cancelling twice is cancelling once.

    Raises ``PlanBegun``, ``PlanSettled`` and ``NotAllowed``.
    """
    terms = Terms.parse(caller.name, reason, "plan")
    if plan.caller.name != caller.name:
        reach = administration.reach(caller, desk.view.served)
        expected = ahead.foresight().until(plan.due).snapshot
        demands = [demand for step in plan.steps for demand in step_demands(step, expected)]
        if not demands:
            raise NotAllowed("only who planned it may cancel a change of what is not there")
        for demand in demands:
            reach.demand(demand.act, demand.entry, demand.attributes)
    while True:
        match plan.state:
            case PlanState.CANCELLED:
                return plan
            case PlanState.BEGUN:
                raise PlanBegun("it is being carried out; undo it in the journal afterwards if it must not stand")
            case PlanState.DONE:
                raise PlanSettled("it was carried out already; undo it in the journal if it must not stand")
        cancelled = ahead.plans.replace(plan, plan.cancelled(desk.clock.now(), f"{terms.reason} ({terms.actor})"))
        if cancelled is not None:
            return cancelled
        plan = _now(ahead.plans, plan)


def retry_plan(
    desk: Desk, ahead: LookAhead, administration: Administration, plan: PlannedChange, caller: Caller
) -> PlannedChange:
    """Try one again that failed, at once if its date has passed; ``caller`` answers for it from now on.

    Raises what ``preview_change`` raises while it cannot be carried out, and ``PlanSettled`` unless it has failed.
    """
    if plan.state is not PlanState.FAILED:
        raise PlanSettled("only what has failed is tried again")
    now, plans = desk.clock.now(), ahead.plans
    is_due = plan.due <= now
    again = plan.tried_again(caller)
    _previewed(desk, ahead.foresight(), administration, again, at_once=is_due)
    kept = plans.replace(plan, again.begun(now, desk.view.truth.revision) if is_due else again)
    if kept is None:
        return _now(plans, plan)
    return carry_out(desk, plans, administration, kept) if is_due else kept


def _remembering(steps: Steps, snapshot: Snapshot, due: datetime) -> Steps:
    """Each step with what it changes as it stands then. Raises ``ChangeRefused`` for a step that changes nothing."""
    kept: list[Step] = []
    for step in steps:
        if isinstance(step, Reorganisation):
            return (step,)
        entry = wanted(step, snapshot, due)
        if entry is None:
            raise ChangeRefused((Problem(str(names_of((step,))[0]), "hsa_id", "it stands so already by that date"),))
        kept.append(step if getattr(step, "seen", None) is not None else with_seen(step, snapshot))
        snapshot = snapshot.succeeded_by([entry], snapshot.revision)
    return tuple(kept)


def _disturbed(without: Foresight, with_it: Foresight, plan: PlannedChange) -> Mapping[int, str]:
    """Which waiting changes would fail because of ``plan``: they would not fail without it."""
    before = without.obstacles
    return {
        each: refusal.description
        for each, refusal in with_it.obstacles.items()
        if each not in before and each != plan.id
    }


def _now(plans: Plans, plan: PlannedChange) -> PlannedChange:
    found = plans.find(plan.id)
    if found is None:
        raise EntryUnknown("there is no such planned change")
    return found
