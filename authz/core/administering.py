"""How far admin assignments reach, and what each duty lets its holder read and touch: two tables and the tree.

Everything is three-valued: where a place cannot be told, the answer is ``UNKNOWN``. Boundary: what nobody may do,
however far she reaches (hand out more than she has, change her own), are rules of their own.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from authz.core.directory_facts import AdminAssignmentInUse, Area, DirectoryEntry, Places, Power
from authz.core.directory_words import ORDINARY, AttributeClass, EntryKind
from authz.core.facts import Facts
from authz.core.request import Action, DirectoryObject, Request
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.duties import Duty

Answer = bool | Unknown
Held = tuple[AdminAssignmentInUse, ...]

_EVERY_KIND: Final = frozenset(EntryKind)
_HELD_BY_PEOPLE: Final = frozenset({EntryKind.ASSIGNMENT, EntryKind.SYSTEM_ROLE})

READS: Final[Mapping[Duty, frozenset[EntryKind]]] = MappingProxyType(
    {
        Duty.ADMINISTER: _EVERY_KIND,
        Duty.READ: _EVERY_KIND,
        Duty.CREATE_ASSIGNMENTS: frozenset({EntryKind.ASSIGNMENT}),
        Duty.ASSIGN_PEOPLE: _HELD_BY_PEOPLE,
        Duty.KEEP_LICENCES: frozenset({EntryKind.PERSON}),
    }
)
"""Of which kinds of entries a duty lets its holder see what administrators see."""

WRITES: Final[Mapping[Duty, tuple[frozenset[EntryKind], frozenset[AttributeClass]]]] = MappingProxyType(
    {
        Duty.ADMINISTER: (_EVERY_KIND, frozenset(AttributeClass) - {AttributeClass.LICENCES}),
        Duty.CREATE_ASSIGNMENTS: (
            frozenset({EntryKind.ASSIGNMENT}),
            ORDINARY | {AttributeClass.AUTHORITY, AttributeClass.PLACE, AttributeClass.VALIDITY},
        ),
        Duty.ASSIGN_PEOPLE: (_HELD_BY_PEOPLE, frozenset({AttributeClass.HOLDERS})),
        Duty.KEEP_LICENCES: (frozenset({EntryKind.PERSON}), frozenset({AttributeClass.LICENCES})),
    }
)
"""Which classes of attributes, of which kinds of entries, a duty lets its holder touch."""

INCLUDED: Final[Mapping[Duty, frozenset[Duty]]] = MappingProxyType(
    {Duty.ADMINISTER: frozenset({Duty.ADMINISTER, Duty.CREATE_ASSIGNMENTS, Duty.ASSIGN_PEOPLE, Duty.READ})}
)
"""A duty that contains others; each contains itself."""

IMPLIED: Final[Mapping[str, frozenset[AttributeClass]]] = MappingProxyType(
    {
        Action.CREATE: frozenset({AttributeClass.PLACE}),
        Action.END: frozenset({AttributeClass.VALIDITY}),
        Action.ASSIGN: frozenset({AttributeClass.HOLDERS}),
    }
)
"""What an act touches whether it is stated or not."""

_FROM_ABOVE: Final = frozenset({AttributeClass.PLACE, AttributeClass.VALIDITY})


def touched(request: Request) -> frozenset[AttributeClass]:
    """The classes that the question is about. Without any it is about ordinary attributes."""
    wanted = request.resource
    stated = wanted.classes if isinstance(wanted, DirectoryObject) else frozenset()
    return stated | IMPLIED.get(request.action, frozenset()) or frozenset({AttributeClass.STAFF})


def current(facts: Facts) -> Held | Unknown:
    """The asker's admin assignments that count at this instant."""
    if facts.admin_assignments is UNKNOWN:
        return UNKNOWN
    return tuple(held for held in facts.admin_assignments if held.period.contains(facts.now))


def states(facts: Facts) -> tuple[DirectoryEntry, ...] | Unknown:
    """The entry as it stands and as it will stand, as far as each is known."""
    if facts.entry is UNKNOWN or facts.entry_after is UNKNOWN:
        return UNKNOWN
    return tuple(state for state in (facts.entry, facts.entry_after) if state is not None)


def with_duty(held: Iterable[AdminAssignmentInUse], duty: Duty) -> Held:
    """Those whose duties are or contain ``duty``."""
    return tuple(one for one in held if any(duty in INCLUDED.get(own, (own,)) for own in one.power.duties))


def whole_region(held: Iterable[AdminAssignmentInUse], duty: Duty = Duty.ADMINISTER) -> bool:
    return any(one.power.areas is None for one in with_duty(held, duty))


def touches(held: Held, duty: Duty, kind: AttributeClass, entry: DirectoryEntry) -> Answer:
    """Whether the duty, in one of these admin assignments, lets its holder touch this class of this entry."""
    kinds, classes = WRITES.get(duty, (frozenset(), frozenset()))
    if entry.kind not in kinds or kind not in classes:
        return False
    fitting = with_duty(held, duty)
    if entry.kind is EntryKind.ADMIN_ASSIGNMENT:
        return covers_areas(fitting, entry.power)
    return some(_covers(one, kind, entry) for one in fitting)


def sees(held: Held, entry: DirectoryEntry) -> Answer:
    """Whether some duty lets its holder see what administrators see of this entry."""
    return some(
        reaches(one, entry)
        for one in held
        if any(entry.kind in READS.get(duty, frozenset()) for duty in one.power.duties)
    )


def holds_now(entry: DirectoryEntry, facts: Facts) -> bool:
    """Whether the asker holds it at this instant."""
    return any(period.contains(facts.now) for period in entry.own)


def sees_protected(held: Held, entry: DirectoryEntry) -> Answer:
    """The duty to see protected people counts beside another one of the same admin assignment only."""
    return some(
        reaches(one, entry) for one in held if Duty.SEE_PROTECTED in one.power.duties and len(one.power.duties) > 1
    )


def reaches(one: AdminAssignmentInUse, entry: DirectoryEntry) -> Answer:
    """Whether the entry stands in one of the areas; a person, where she belongs or has an assignment; an admin
    assignment, when what it is for and the areas overlap."""
    areas = one.power.areas
    if areas is None:
        return True
    if entry.kind is EntryKind.ADMIN_ASSIGNMENT:
        return _overlap(areas, entry.power)
    ids = _ids(areas)
    if entry.id in ids or entry.member in ids:
        return True
    return some(_meets(ids, place) for place in (entry.work if entry.kind is EntryKind.PERSON else (entry.above,)))


def covers_areas(held: Held, power: Power | None) -> Answer:
    """Whether everything that the power is for lies in the areas of these admin assignments taken together."""
    if any(one.power.areas is None for one in held):
        return True
    if power is None or power.areas is None:
        return False
    ids = frozenset().union(*(_ids(one.power.areas or ()) for one in held))
    return bool(power.areas) and every(_lies_in(area, ids) for area in power.areas)


def has_power(held: Held, power: Power) -> Answer:
    """Whether the power is no more than these admin assignments give: every area with every duty, and administering
    there, since only who administers hands out."""
    wanted = power.duties | {Duty.ADMINISTER}
    return every(covers_areas(with_duty(held, duty), power) for duty in wanted)


def contains(one: AdminAssignmentInUse, place: Area) -> Answer:
    """Whether all of the place lies in an area of this admin assignment."""
    areas = one.power.areas
    return True if areas is None else _lies_in(place, _ids(areas))


def meets(one: AdminAssignmentInUse, place: Area) -> Answer:
    """Whether the place, or a part of it, lies in an area of this admin assignment."""
    areas = one.power.areas
    return True if areas is None else _overlap(areas, Power((place,), frozenset()))


def some(answers: Iterable[Answer]) -> Answer:
    """True when one is; not known when none is and one is not known."""
    doubt = False
    for answer in answers:
        if answer is UNKNOWN:
            doubt = True
        elif answer:
            return True
    return UNKNOWN if doubt else False


def every(answers: Iterable[Answer]) -> Answer:
    """False when one is; not known when none is and one is not known."""
    doubt = False
    for answer in answers:
        if answer is UNKNOWN:
            doubt = True
        elif not answer:
            return False
    return UNKNOWN if doubt else True


def _covers(one: AdminAssignmentInUse, kind: AttributeClass, entry: DirectoryEntry) -> Answer:
    """What a thing is part of decides whether and where it stands; itself, how it looks. Everything of a member is in
    the member's area, wherever it stands. A person is her member's: somebody who administers a part of it looks after
    those who work nowhere else."""
    areas = one.power.areas
    if areas is None:
        return True
    ids = _ids(areas)
    if entry.member in ids and (entry.kind is not EntryKind.MEMBER or kind not in _FROM_ABOVE):
        return True
    if entry.kind is EntryKind.PERSON:
        return kind in ORDINARY and bool(entry.work) and every(_meets(ids, place) for place in entry.work)
    return (kind not in _FROM_ABOVE and entry.id in ids) or _meets(ids, entry.above)


def _ids(areas: tuple[Area, ...]) -> Places:
    return frozenset(area.id for area in areas)


def _meets(ids: Places, places: Places | Unknown) -> Answer:
    return UNKNOWN if places is UNKNOWN else not ids.isdisjoint(places)


def _lies_in(area: Area, ids: Places) -> Answer:
    return area.id in ids or area.member in ids or _meets(ids, area.above)


def _overlap(areas: tuple[Area, ...], power: Power | None) -> Answer:
    if power is None or power.areas is None:
        return True
    theirs = _ids(power.areas)
    return some([*(_lies_in(area, _ids(areas)) for area in power.areas), *(_lies_in(area, theirs) for area in areas)])
