"""What is due to be erased now, and what keeps the rest: read from the directory as it stands, and changing nothing."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from directory.actions.desk import Desk
from directory.core.decisions import Concern, Decisions
from directory.core.entries import NAMES, Person
from directory.core.planned_change import PlannedChange, PlanState, names_of
from directory.core.retention import RULES, Due, cutoff, due_in, kind_of_plan, years_later
from directory.core.steps import Create
from directory.ports import Erasures, LicenceChecks, PlanQuery, Plans, StaffLists

_READ_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Registers:
    """What is kept beside the journal and goes with what it is about. ``settled_at_once`` is for trying it out: then
    what was changed just now is due by its end alone.
    """

    plans: Plans
    licence_checks: LicenceChecks
    erasures: Erasures
    staff_lists: StaffLists
    settled_at_once: bool = False


def what_is_due(desk: Desk, registers: Registers, decisions: Decisions, besides: Collection[str] = ()) -> Due:
    """What would be erased now. Entries that stand otherwise in the store are settled before anything else is done,
    and what a planned change names is held back until that is erased too.

    Who is erased is taken out of what history tells of other entries: so where that is a member's that has not decided,
    she stays.
    """
    left_alone = {*desk.view.drift, *besides}
    truth, now = desk.view.truth, desk.clock.now()
    kinds = [kind for kind in NAMES.values() if kind in RULES]
    if registers.settled_at_once:
        settled_by = dict.fromkeys(kinds, truth.revision)
    else:
        settled_by = {kind: desk.journal.revision_at(cutoff(kind, now)) for kind in kinds}
    planned = _planned(registers.plans)
    due = due_in(truth, now, settled_by, left_alone, planned, decisions)
    people = [entry.hsa_id for entry in due.erased if isinstance(entry, Person)]
    undecided = decisions.missing(Concern.in_(truth).everybody)
    if not people or not undecided:
        return due
    told_of = desk.journal.tells_of(people, undecided)
    return due_in(truth, now, settled_by, left_alone, planned, decisions, told_of) if told_of else due


def every_plan(plans: Plans, query: PlanQuery) -> Iterator[PlannedChange]:
    after: tuple[datetime, int] | None = None
    while some := plans.listed(query, after, _READ_AT_ONCE):
        yield from some
        after = some[-1].due, some[-1].id


def _planned(plans: Plans) -> dict[str, int]:
    """By key, the planned change that keeps an entry longest: one that waits before one that is settled, else the one
    that is erased last; of two alike the later one."""
    found: dict[str, tuple[datetime | None, int]] = {}
    for plan in every_plan(plans, PlanQuery()):
        until = _kept_until(plan)
        made = (step.entry.hsa_id for step in plan.steps if isinstance(step, Create))
        for hsa_id in (*names_of(plan.steps), *made):
            kept, _ = found.get(hsa_id.key, (until, 0))
            if until is None or (kept is not None and kept <= until):
                found[hsa_id.key] = until, plan.id
    return {key: number for key, (_, number) in found.items()}


def _kept_until(plan: PlannedChange) -> datetime | None:
    """``None`` while nobody can tell."""
    if plan.settled_at is None or plan.state in (PlanState.WAITING, PlanState.BEGUN):
        return None
    return years_later(plan.settled_at, RULES[kind_of_plan(plan)].years)
