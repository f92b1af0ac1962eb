"""What goes on beyond what bounds it: units, providers, employments and memberships.  (HSA, rule of quality 3)"""

from collections.abc import Iterator
from typing import get_args

from directory.core.entries import AdminAssignment, Assignment, Function, Held, SystemRole, Unit
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing

_HELD: tuple[type[Held], ...] = get_args(Held)


def beyond_bounds(standing: Standing) -> Iterator[Finding]:
    for unit in standing.truth.units():
        if standing.counts(unit):
            yield from _of_unit(standing, unit)
    for function in standing.truth.all_of(Function):
        if standing.counts(function):
            yield from _below(standing, function)
    for kind in _HELD:
        for held in standing.truth.all_of(kind):
            if standing.counts(held):
                yield from _of_held(standing, held)


def _of_unit(standing: Standing, unit: Unit) -> Iterator[Finding]:
    truth = standing.truth
    provider = None if unit.care_provider is None else truth.care_provider(unit.care_provider)
    if provider is not None and not standing.counts(provider):
        yield Finding(
            "provider_not_current", unit, f"the care provider `{provider.hsa_id}` is not current",
            also=(provider.hsa_id,), began=standing.past(provider.period.end),
        )  # fmt: skip
    yield from _below(standing, unit)
    manager = None if unit.manager is None else truth.person(unit.manager)
    if manager is not None and not standing.employed(manager):
        yield Finding(
            "manager_not_current", unit, f"`{manager.hsa_id}` is not employed now", named=(manager.hsa_id,),
            began=standing.past(manager.period.end),
        )  # fmt: skip


def _below(standing: Standing, entry: Unit | Function) -> Iterator[Finding]:
    above = entry.parent if isinstance(entry, Unit) else entry.unit
    parent = None if above is None else standing.truth.unit(above)
    if parent is not None and not standing.counts(parent):
        yield Finding(
            "parent_not_current", entry, f"it stands below `{parent.hsa_id}`, which is not current",
            also=(parent.hsa_id,), began=standing.past(parent.period.end),
        )  # fmt: skip


def _of_held(standing: Standing, held: Held) -> Iterator[Finding]:
    current = 0
    for membership in held.memberships:
        person = standing.truth.person(membership.person)
        if person is None or not membership.period.contains(standing.now):
            continue
        if standing.employed(person):
            current += 1
            continue
        yield Finding(
            "membership_outlives_person", held, f"`{person.hsa_id}` is not employed now and holds it",
            person.hsa_id.key, named=(person.hsa_id,), began=standing.past(person.period.end),
        )  # fmt: skip
    match held:
        case Assignment():
            yield from _of_place(standing, held)
            if not current:
                yield Finding("nobody_holds_it", held, "nobody holds it now")
        case AdminAssignment() | SystemRole():
            pass


def _of_place(standing: Standing, assignment: Assignment) -> Iterator[Finding]:
    place = standing.truth.unit(assignment.unit) or standing.truth.care_provider(assignment.unit)
    if place is not None and not standing.counts(place):
        yield Finding(
            "place_not_current", assignment, f"it stands at `{place.hsa_id}`, which is not current",
            also=(place.hsa_id,), began=standing.past(place.period.end),
        )  # fmt: skip
