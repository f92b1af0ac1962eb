"""Erase for good what is kept beside entries: planned changes, what came of staff lists, the journal, sealed numbers.

What tells of one member goes by its decision, what tells of several when each has decided. The journal holds the past
of all in one line, and of a number that nothing names any more nobody can tell whose it was: so those go only when
every member has decided.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from directory.actions.desk import Desk
from directory.actions.what_is_due import Registers, every_plan
from directory.core.decisions import Concern, Decisions
from directory.core.planned_change import PlannedChange, PlanState
from directory.core.retention import RULES, Besides, cutoff, kind_of_plan
from directory.ports import Erasure, HistoryQuery, PlanQuery
from vocabulary.hsa_id import HsaId

_READ_AT_ONCE = 1_000
_SURELY_COMMITTED = timedelta(days=1)
"""A sealed number is kept just before the change that needs it."""
_SETTLED = frozenset({PlanState.DONE, PlanState.FAILED, PlanState.CANCELLED})


def erase_beside_entries(desk: Desk, registers: Registers, decisions: Decisions) -> None:
    """Everything of that which is due now; each is recorded before the next is begun."""
    now, concern = desk.clock.now(), Concern.in_(desk.view.truth)
    for made in _erased(desk, registers, decisions, concern, now):
        if made.count:
            registers.erasures.note([made])


def joined(decisions: tuple[str, ...]) -> str:
    """Several decisions as one text of the record."""
    return "; ".join(decisions)


def _erased(
    desk: Desk, registers: Registers, decisions: Decisions, concern: Concern, now: datetime
) -> Iterator[Erasure]:
    yield from _plans(registers, decisions, concern, now)
    yield from _staff_lists(registers, decisions, now)
    if by := decisions.covering(concern.everybody):
        yield _record(Besides.JOURNAL, _thinned(desk, cutoff(Besides.JOURNAL, now)), now, by)
        yield _record(Besides.SEALED_NUMBER, _numbers(desk, now), now, by)


def _plans(registers: Registers, decisions: Decisions, concern: Concern, now: datetime) -> Iterator[Erasure]:
    going: dict[tuple[Besides, HsaId | None, tuple[str, ...]], list[PlannedChange]] = defaultdict(list)
    for plan in every_plan(registers.plans, PlanQuery(states=_SETTLED)):
        kind = kind_of_plan(plan)
        if plan.settled_at is None or plan.settled_at >= cutoff(kind, now):
            continue
        members = concern.of_whatever(plan.steps, plan.caller.person, plan.caller.assignment)
        if by := decisions.covering(members):
            going[kind, next(iter(members)) if len(members) == 1 else None, by].append(plan)
    for (kind, member, by), some in going.items():
        yield _record(kind, registers.plans.erase(some), now, by, member)


def _staff_lists(registers: Registers, decisions: Decisions, now: datetime) -> Iterator[Erasure]:
    for kind in (Besides.STAFF_LIST, Besides.STAFF_LIST_PREVIEW):
        limit = cutoff(kind, now)
        for member in registers.staff_lists.members(kind, limit):
            if by := decisions.covering([member]):
                yield _record(kind, registers.staff_lists.erase(kind, member, limit), now, by, member)


def _thinned(desk: Desk, limit: datetime) -> int:
    """The oldest records, up to the first that is younger: a clock that was set back leaves older ones behind it."""
    count, journal = 0, desk.journal
    while True:
        oldest = journal.oldest()
        heads = journal.commits(HistoryQuery(first=oldest, last=oldest + _READ_AT_ONCE - 1), None, _READ_AT_ONCE)
        below = next((head.revision for head in reversed(heads) if head.at > limit), oldest + len(heads))
        gone = 0 if below == oldest else journal.thin(below)
        if not gone:
            return count
        count += gone


def _numbers(desk: Desk, now: datetime) -> int:
    """Those that no entry has and no change that is kept. Whoever comes with one of them meanwhile keeps it anew, and
    then it is not taken."""
    surely = now - _SURELY_COMMITTED
    used = {person.number_lookup for person in desk.view.truth.people()}
    unused = desk.sealed_numbers.kept_before(surely) - used
    return desk.sealed_numbers.erase([each for each in unused if not desk.journal.names_number(each)], surely)


def _record(kind: Besides, count: int, at: datetime, by: tuple[str, ...], member: HsaId | None = None) -> Erasure:
    return Erasure(at, kind, count, RULES[kind].law, cutoff(kind, at), joined(by), None, member)
