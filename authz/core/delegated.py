"""Delegations as a funnel: which of those given for a task are left after each demand.  (PSL 6 kap. 3 §, SOSFS 1997:14)

Every stage is a named test of one delegation. A delegation that passes them all gives the task; when none does, the
first stage that lets nobody through is the reason, and each has its rule.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from authz.core.facts import AssignmentInUse, CatalogueTask, Delegation, Delegator, Facts
from authz.core.request import Information, Request, Task
from authz.core.rights import reaches
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.capacity import Capacity
from vocabulary.codes import Activity, Purpose
from vocabulary.stockholm import ZONE

_SHORTEST_YEAR = timedelta(days=364)

# Bound once: looking an enum's member up is slow, and these are asked for at every stage.
_HEALTH_CARE, _CARE, _READ = Capacity.HEALTH_CARE, Purpose.CARE.value, Activity.READ

Stage = Callable[[Delegation, Request, Facts], bool | Unknown]


def asked_task(request: Request, facts: Facts) -> CatalogueTask | Unknown | None:
    """The catalogue's entry for the task that is asked about, or in whose name something is read."""
    task, resource = facts.task, request.resource
    if task is UNKNOWN or task is None:
        return task
    code = resource.code if isinstance(resource, Task) else getattr(resource, "task", None)
    return task if task.code == code else None


def licensed(request: Request, facts: Facts) -> bool | Unknown:
    """True when the reader's own licence covers the asked task."""
    task, reader = asked_task(request, facts), facts.reader
    if task is UNKNOWN or reader is UNKNOWN:
        return UNKNOWN
    if task is None or reader is None:
        return False
    return UNKNOWN if reader.licences is UNKNOWN else not reader.licences.isdisjoint(task.required_licences)


def given(request: Request, facts: Facts) -> tuple[Delegation, ...]:
    """The delegations of the asked task to the reader, whatever their state; none when they cannot be read."""
    task, reader, delegations = asked_task(request, facts), facts.reader, facts.delegations
    if delegations is UNKNOWN or task is None or task is UNKNOWN or reader is None or reader is UNKNOWN:
        return ()
    code, recipient = task.code, reader.id.key
    return tuple([one for one in delegations if one.task == code and one.recipient.key == recipient])


def stopped_at(stage: Stage, request: Request, facts: Facts) -> tuple[Delegation, ...]:
    """Those that pass every earlier stage, when ``stage`` lets none of them through; else an empty tuple."""
    stopped = []
    for one in given(request, facts):
        for each in STAGES:
            passes = each(one, request, facts) is not False
            if each is stage:
                if passes:
                    return ()
                stopped.append(one)
            if each is stage or not passes:
                break
    return tuple(stopped)


def accepted(one: Delegation, request: Request, facts: Facts) -> bool | Unknown:
    """Accepted by the recipient, not vetoed, and agreed by the receiving member when it comes from another provider.

    It comes from where the delegator works now. One who has no assignment any more is told of as such, in ``standing``.
    """
    if not one.accepted or one.vetoed:
        return False
    if one.receiving_member_agreed:
        return True
    delegator, assignment = one.delegator, facts.assignment
    if delegator is UNKNOWN or delegator.assignments is UNKNOWN or not isinstance(assignment, AssignmentInUse):
        return UNKNOWN
    held = _current_assignments(delegator, facts) or delegator.assignments
    return any(one_held.provider == assignment.provider for one_held in held)


def current(one: Delegation, request: Request, facts: Facts) -> bool:
    """Now within its written period, which is at most a year; not revoked; not an occasion that has been."""
    start, end = one.period.start, one.period.end
    if one.spent or start is None or end is None or not one.period.contains(facts.now):
        return False
    if one.revoked_at is not None and one.revoked_at <= facts.now:
        return False
    return lasts_at_most(facts.policy.longest_delegation_years, start, end)


def lasts_at_most(years: int, start: datetime, end: datetime) -> bool:
    """Whether ``end`` is at most so many years after ``start`` by calendar and clock in Stockholm.

    After a leap day the year ends on 28 February. In the night that has an hour twice it ends with the first, and in
    the one that lacks an hour before it: the strictest reading.
    """
    if end - start < years * _SHORTEST_YEAR:
        return True
    begun = start.astimezone(ZONE)
    leap_day = (begun.month, begun.day) == (2, 29)
    over = begun.replace(year=begun.year + years, day=28 if leap_day else begun.day, fold=0)
    by_clock = end.astimezone(ZONE).replace(tzinfo=None) <= over.replace(tzinfo=None)
    return by_clock and end.astimezone(UTC) <= over.astimezone(UTC)


def for_this_patient(one: Delegation, request: Request, facts: Facts) -> bool:
    return not one.patients or request.patient in one.patients


def not_passed_on(one: Delegation, request: Request, facts: Facts) -> bool | Unknown:
    """The delegator had the task of her own, not by delegation."""
    delegator = one.delegator
    if delegator is UNKNOWN:
        return UNKNOWN
    return not delegator.holds_by_delegation or _has_licence(delegator, request, facts)


def standing(one: Delegation, request: Request, facts: Facts) -> bool | Unknown:
    """Nothing has ended it by itself: the delegator keeps licence and assignment, the recipient her unit, and the
    responsibility for the patient has not moved away from the delegator."""
    delegator, assignment = one.delegator, facts.assignment
    if not isinstance(assignment, AssignmentInUse) or assignment.unit not in one.units:
        return False
    if delegator is UNKNOWN or delegator.assignments is UNKNOWN:
        return UNKNOWN
    if not delegator.active or not _current_assignments(delegator, facts):
        return False
    has_licence = _has_licence(delegator, request, facts)
    if has_licence is False and _lost_meanwhile(one, delegator, facts):
        return False
    return _not_moved_away(delegator, request, facts)


def competent(one: Delegation, request: Request, facts: Facts) -> bool | Unknown:
    """The delegator has licence and own right for the task, and no restriction on it."""
    delegator, task = one.delegator, asked_task(request, facts)
    if delegator is UNKNOWN or task is UNKNOWN or delegator.restrictions is UNKNOWN:
        return UNKNOWN
    if task is None or task.code in delegator.restrictions:
        return False
    has_licence = _has_licence(delegator, request, facts)
    if has_licence is not True or not isinstance(request.resource, Task):
        return has_licence
    if delegator.assignments is UNKNOWN:
        return UNKNOWN
    return _may_see_all(_current_assignments(delegator, facts), task)


def wide_enough(one: Delegation, request: Request, facts: Facts) -> bool | Unknown:
    """What is read, and all that the task needs, the delegator could read by rights of her own."""
    information, delegator = request.resource, one.delegator
    if not isinstance(information, Information):
        return True
    if delegator is UNKNOWN or delegator.assignments is UNKNOWN:
        return UNKNOWN
    if information.unit is None or information.provider is None:
        return UNKNOWN
    kind, unit, provider = information.information_type, information.unit, information.provider
    held = _current_assignments(delegator, facts)
    reached = any(reaches(one_held, _READ, kind, unit, provider) for one_held in held)
    return reached and _may_see_all(held, asked_task(request, facts))


STAGES: tuple[Stage, ...] = (
    accepted,
    current,
    for_this_patient,
    not_passed_on,
    standing,
    competent,
    wide_enough,
)


def has_own_right(assignment: AssignmentInUse, information_type: str) -> bool:
    """A right to read this type at least in the own unit."""
    return any(right.activity is _READ and right.covers_type(information_type) for right in assignment.rights)


def _may_see_all(held: tuple[AssignmentInUse, ...], task: CatalogueTask | Unknown | None) -> bool | Unknown:
    """Own rights to every type of information that the task needs."""
    if task is UNKNOWN or task is None:
        return UNKNOWN if task is UNKNOWN else False
    return all(any(has_own_right(one_held, kind) for one_held in held) for kind in task.gives_sight_of)


def _has_licence(delegator: Delegator, request: Request, facts: Facts) -> bool | Unknown:
    task = asked_task(request, facts)
    if task is UNKNOWN or delegator.licences is UNKNOWN:
        return UNKNOWN
    return task is not None and not delegator.licences.isdisjoint(task.required_licences)


def _lost_meanwhile(one: Delegation, delegator: Delegator, facts: Facts) -> bool:
    lost_at, start = delegator.licence_lost_at, one.period.start
    return lost_at is not None and lost_at <= facts.now and start is not None and start < lost_at


def _current_assignments(delegator: Delegator, facts: Facts) -> tuple[AssignmentInUse, ...]:
    """Those that count now, in health care and for care: no other lets anybody have a task, or hand it on."""
    if delegator.assignments is UNKNOWN:
        return ()
    now = facts.now
    return tuple(
        [
            held
            for held in delegator.assignments
            if held.capacity is _HEALTH_CARE and held.purpose == _CARE and held.period.contains(now)
        ]
    )


def _not_moved_away(delegator: Delegator, request: Request, facts: Facts) -> bool | Unknown:
    """HSL 12 kap. 1 §: with the responsibility goes what its former holder delegated for that patient."""
    if facts.responsibility_moves is UNKNOWN:
        return UNKNOWN
    if not facts.responsibility_moves:
        return True
    units = {held.unit for held in _current_assignments(delegator, facts)}
    for move in facts.responsibility_moves:
        if move.patient != request.patient or facts.now < move.at or move.from_unit not in units:
            continue
        if delegator.licences is UNKNOWN:
            return UNKNOWN
        if not delegator.licences.isdisjoint(move.professions):
            return False
    return True
