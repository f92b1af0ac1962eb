"""What bounds what: an employment its memberships, a care provider its units, a licence what follows from it.

Asked of what a change brings in; what has come to stand otherwise since (somebody left, a unit closed) is no fault of
the change that touches it next, and is told by the quality report.  (HSA, rules of quality 2, 3, 4 and 6)
"""

from collections.abc import Iterator

from directory.core.after import After
from directory.core.entries import (
    Assignment,
    CareProvider,
    Entry,
    Function,
    Held,
    Member,
    Person,
    Unit,
    parent_of,
)
from directory.refusals import Problem


def bound_problems(entry: Entry, before: Entry | None, after: After) -> Iterator[Problem]:
    """Not asked where an undoing puts back what stood before: what is beyond its bounds counts for nothing anyway."""
    match entry:
        case Assignment():
            yield from _place(entry, before, after)
        case Unit():
            yield from _provider(entry, before, after)
            yield from _below_what_stands(entry, before, after)
        case Function():
            yield from _below_what_stands(entry, before, after)
        case Person():
            if _licensing(entry) != _licensing(before):
                yield from licence_problems(entry)
    if isinstance(entry, Held):
        for person in _new_people(entry, before, after):
            yield from _employment(entry, person, after)


def _below_what_stands(entry: Unit | Function, before: Entry | None, after: After) -> Iterator[Problem]:
    """Nothing new comes below a unit that is over."""
    place = parent_of(entry)
    unit = None if place is None else after.unit(place)
    is_new_there = before is None or parent_of(before) != place
    if unit is not None and unit.archived and is_new_there and not entry.archived:
        field = "parent" if isinstance(entry, Unit) else "unit"
        yield Problem(str(entry.hsa_id), field, f"`{unit.hsa_id}` is archived: nothing new comes below it")


def lending_problems(entry: Entry, before: Entry | None, after: After) -> Iterator[Problem]:
    """Whose people an assignment is newly given to. Always asked: such a membership would count."""
    if isinstance(entry, Assignment):
        for person in _new_people(entry, before, after):
            if not may_assign(entry, person, after):
                said = f"`{entry.member}` may not assign people of `{person.member}`"
                yield Problem(str(entry.hsa_id), "memberships", said)


def may_assign(assignment: Assignment, person: Person, after: After) -> bool:
    """Whether the assignment's member may give it to ``person``: her own member's people, and those of the members
    that it names."""
    if person.member == assignment.member:
        return True
    member = after.member(assignment.member)
    return member is not None and person.member.key in {named.upper() for named in member.assigns_people_of}


def licence_problems(person: Person) -> Iterator[Problem]:
    """A speciality and a right to prescribe belong to a licence that the person has."""
    for name in ("specialities", "prescription_rights"):
        for value in getattr(person, name):
            licence = value.partition(";")[0]
            if licence not in person.licences:
                yield Problem(str(person.hsa_id), name, f"the person has no licence `{licence}`")


def _licensing(person: Entry | None) -> object:
    if not isinstance(person, Person):
        return None
    return person.licences, person.specialities, person.prescription_rights


def _place(assignment: Assignment, before: Entry | None, after: After) -> Iterator[Problem]:
    """A new assignment, or one that moves, stands where it will be told of."""
    if isinstance(before, Assignment) and before.unit == assignment.unit:
        return
    name = str(assignment.hsa_id)
    unit = after.unit(assignment.unit)
    if unit is not None and unit.care_provider is None:
        yield Problem(name, "unit", f"`{unit.hsa_id}` is no care unit: nobody would be told of the assignment")
    place = unit or after.of_kind(CareProvider, assignment.unit)
    if place is not None and not place.period.overlaps(assignment.period):
        yield Problem(name, "period", f"`{place.hsa_id}` does not exist at any time in it")


def _provider(unit: Unit, before: Entry | None, after: After) -> Iterator[Problem]:
    if unit.care_provider is None or (isinstance(before, Unit) and before.care_provider == unit.care_provider):
        return
    provider = after.of_kind(CareProvider, unit.care_provider)
    if provider is not None and (provider.archived or not provider.period.overlaps(unit.period)):
        yield Problem(str(unit.hsa_id), "care_provider", f"the care provider `{provider.hsa_id}` is not current")


def _new_people(held: Held, before: Entry | None, after: After) -> Iterator[Person]:
    """Who did not hold it before, whenever; people that there are."""
    had = {membership.person.key for membership in before.memberships} if isinstance(before, Held) else set()
    new = {m.person.key: m.person for m in held.memberships if m.person.key not in had}
    return (person for hsa_id in new.values() if (person := after.person(hsa_id)) is not None)


def _employment(held: Held, person: Person, after: After) -> Iterator[Problem]:
    was, name = after.snapshot.person(person.hsa_id), str(held.hsa_id)
    # Whoever comes with the change as archived comes with her history.
    if person.archived and was is not None and was.archived:
        yield Problem(name, "memberships", f"`{person.hsa_id}` is archived")
    hers = [membership.period for membership in held.memberships if membership.person == person.hsa_id]
    if not any(period.overlaps(person.period) for period in hers):
        yield Problem(name, "memberships", f"`{person.hsa_id}` is not employed at any time in the membership")


def assigning_problems(member: Member, after: After) -> Iterator[Problem]:
    """Whom a member may assign is told by members that there are."""
    for named in member.assigns_people_of:
        if named.upper() not in {other.hsa_id.key for other in after.all_of(Member)}:
            yield Problem(str(member.hsa_id), "assigns_people_of", f"there is no member `{named}`")
