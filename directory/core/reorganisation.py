"""Reorganisations of units: one is moved, several are merged, one is split or closed, with all that stands below it.

INVARIANT (rights stay with their care provider): an assignment opens its care provider's data. So no reorganisation
brings it under another provider: it is ended, or left with a unit of its own provider, and whoever plans it says so in
so many words. Nothing crosses members at all.

Boundary: pure. That what comes of it obeys the rules is ``validation``'s question; who may is asked at the door.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from directory.core.entries import Assignment, Entry, Function, Member, Unit, VideoEndpoint
from directory.core.merging import merged_units
from directory.core.moving import demand_same_provider, moved, subtree
from directory.core.snapshot import Snapshot
from directory.core.steps import is_over
from directory.refusals import ChangeRefused, CrossesProviders, EntryOver, Problem
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


class Fate(StrEnum):
    """What becomes of the assignments."""

    TAKE = "take"
    """They go where the unit goes, with their rights and their people."""
    END = "end"
    """They end, and whoever holds them loses them at that instant."""
    LEAVE = "leave"
    """They go to another unit of their own care provider."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """``at`` is the unit that they are left with, for ``Fate.LEAVE``."""

    fate: Fate
    at: HsaId | None = None


TAKE, END = Assignments(Fate.TAKE), Assignments(Fate.END)


@dataclass(frozen=True, slots=True)
class MoveUnit:
    """Let ``unit`` stand below ``to``, a unit or the member, with all that stands below it.

    ``care_provider`` says whose it is afterwards; it must be said where ``to`` belongs to another provider.
    """

    unit: HsaId
    to: HsaId
    care_provider: HsaId | None = None
    assignments: Assignments = TAKE


@dataclass(frozen=True, slots=True)
class MergeUnits:
    """``survivor`` takes over from each of ``gone``."""

    gone: tuple[HsaId, ...]
    survivor: HsaId
    assignments: Assignments = TAKE


@dataclass(frozen=True, slots=True)
class Part:
    """A new unit beside the one that is split, like it but for its name, and what it takes of what stands below."""

    hsa_id: HsaId
    name: str
    takes: tuple[HsaId, ...] = ()


@dataclass(frozen=True, slots=True)
class SplitUnit:
    unit: HsaId
    parts: tuple[Part, ...]


class Children(StrEnum):
    """What becomes of the units below one that is closed."""

    NONE = "none"
    """There must be none."""
    CLOSE = "close"
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class CloseUnit:
    """``children_to`` is where the units below it go, for ``Children.MOVE``."""

    unit: HsaId
    children: Children = Children.NONE
    children_to: HsaId | None = None
    assignments: Assignments = END


Reorganisation = MoveUnit | MergeUnits | SplitUnit | CloseUnit


def reorganised(what: Reorganisation, snapshot: Snapshot, at: datetime) -> list[Entry]:
    """All entries that differ afterwards, as they shall stand at ``at``.

    Raises ``EntryOver``, ``CrossesProviders`` and ``ChangeRefused``.
    """
    draft = _Draft(snapshot, at)
    match what:
        case MoveUnit():
            _move(draft, what)
        case MergeUnits():
            for gone in what.gone:
                _merge(draft, gone, what.survivor, what.assignments)
        case SplitUnit():
            _split(draft, what)
        case CloseUnit():
            _close(draft, what)
    return list(draft.news.values())


def units_named(what: Reorganisation) -> tuple[HsaId, ...]:
    """Every id that the reorganisation names and that is there already: the unit that it is about first."""
    named: tuple[HsaId | None, ...]
    match what:
        case MoveUnit():
            named = (what.unit, what.to, what.care_provider, what.assignments.at)
        case MergeUnits():
            named = (*what.gone, what.survivor, what.assignments.at)
        case SplitUnit():
            named = (what.unit, *(each for part in what.parts for each in part.takes))
        case CloseUnit():
            named = (what.unit, what.children_to, what.assignments.at)
    return tuple(each for each in named if each is not None)


class _Draft:
    """The directory as it becomes, change by change."""

    def __init__(self, snapshot: Snapshot, at: datetime) -> None:
        self.snapshot, self.at = snapshot, at
        self.news: dict[str, Entry] = {}

    def put(self, entries: Iterable[Entry]) -> None:
        new = {entry.hsa_id.key: entry for entry in entries}
        self.news |= new
        self.snapshot = self.snapshot.succeeded_by(new.values(), self.snapshot.revision)

    def unit(self, hsa_id: HsaId) -> Unit:
        """A unit that counts at that date."""
        found = self.snapshot.unit(hsa_id)
        if found is None:
            raise EntryOver((Problem(str(hsa_id), "hsa_id", "there is no such unit"),))
        if found.archived or is_over(found, self.at):
            into = f", merged into `{found.merged_into}`" if found.merged_into is not None else ""
            raise EntryOver((Problem(str(hsa_id), "period", f"the unit has ended by that date{into}"),))
        return found

    def children(self, unit: Unit) -> list[Unit]:
        """Units right below that have not ended."""
        below = (entry for entry in self.snapshot.below(unit.hsa_id) if isinstance(entry, Unit))
        return [child for child in below if not child.archived and not is_over(child, self.at)]

    def assignments(self, unit: HsaId) -> list[Assignment]:
        """All of the unit's own, ended ones too."""
        return [entry for entry in self.snapshot.below(unit) if isinstance(entry, Assignment)]

    def open_assignments(self, unit: HsaId) -> list[Assignment]:
        return [each for each in self.assignments(unit) if not each.archived and not is_over(each, self.at)]


def _move(draft: _Draft, what: MoveUnit) -> None:
    unit = draft.unit(what.unit)
    place = _place(draft, unit, what.to)
    if any(each.hsa_id == what.to for each in subtree(draft.snapshot, unit)):
        raise _refused(unit, "parent", "the unit would stand below itself")
    if what.care_provider is None:
        demand_same_provider(draft.snapshot, unit, place.hsa_id)
    elif what.care_provider != unit.care_provider:
        _change_provider(draft, unit, what.care_provider, what.assignments)
    draft.put([moved(draft.snapshot, draft.unit(what.unit), what.to)])


def _place(draft: _Draft, unit: Unit, to: HsaId) -> Unit | Member:
    member = draft.snapshot.member(to)
    place = member if member is not None else draft.unit(to)
    if (place.hsa_id if isinstance(place, Member) else place.member) != unit.member:
        raise _refused(unit, "parent", f"`{to}` belongs to another member")
    return place


def _change_provider(draft: _Draft, unit: Unit, provider: HsaId, assignments: Assignments) -> None:
    """The unit, and what below it has the same provider, comes to another one; no assignment comes along."""
    found = draft.snapshot.care_provider(provider)
    if found is None or found.member != unit.member:
        raise _refused(unit, "care_provider", f"the member has no care provider `{provider}`")
    same = [each for each in subtree(draft.snapshot, unit) if each.care_provider == unit.care_provider]
    for each in same:
        if assignments.at == each.hsa_id:
            raise _refused(unit, "assignments", "the assignments cannot be left where the unit is taken from them")
        _part_with_assignments(draft, each, assignments)
        over = [a for a in draft.assignments(each.hsa_id) if not a.archived]
        draft.put([*(replace(a, archived=True) for a in over), replace(each, care_provider=provider)])


def _part_with_assignments(draft: _Draft, unit: Unit, assignments: Assignments) -> None:
    """End the unit's assignments or leave them with another unit. Raises ``CrossesProviders`` when neither is said."""
    held = draft.open_assignments(unit.hsa_id)
    if assignments.fate is Fate.TAKE and held:
        said = (
            f"`{held[0].hsa_id}` would come under another care provider; say that assignments end, or where they stay"
        )
        raise CrossesProviders((Problem(str(unit.hsa_id), "assignments", said),))
    if assignments.fate is Fate.END:
        draft.put(_put_away(each, draft.at) for each in held)
    if assignments.fate is Fate.LEAVE:
        draft.put(_left(draft, unit, held, assignments.at))


def _left(draft: _Draft, unit: Unit, held: Sequence[Assignment], at: HsaId | None) -> list[Entry]:
    if at is None:
        raise _refused(unit, "assignments", "say which unit the assignments are left with")
    if draft.snapshot.care_provider(at) is None:
        draft.unit(at)
    return [moved(draft.snapshot, each, at) for each in held]


def _merge(draft: _Draft, gone_id: HsaId, survivor_id: HsaId, assignments: Assignments) -> None:
    gone, survivor = draft.unit(gone_id), draft.unit(survivor_id)
    crosses = gone.care_provider != survivor.care_provider
    if assignments.at == gone.hsa_id:
        raise _refused(gone, "assignments", "the assignments cannot be left with the unit that ends")
    if crosses and gone.member == survivor.member:
        if draft.children(gone):
            said = "units below it would come under another care provider; move or close them first"
            raise CrossesProviders((Problem(str(gone.hsa_id), "care_provider", said),))
        _part_with_assignments(draft, gone, assignments)
        draft.put(_taken_over(draft, gone, survivor))
    else:
        if assignments.fate is not Fate.TAKE:
            _part_with_assignments(draft, gone, assignments)
        draft.put(merged_units(draft.snapshot, draft.unit(gone_id), draft.unit(survivor_id), draft.at))
    draft.put(
        replace(video, owner=survivor.hsa_id)
        for video in draft.snapshot.all_of(VideoEndpoint, gone.member)
        if video.owner == gone.hsa_id
    )


def _taken_over(draft: _Draft, gone: Unit, survivor: Unit) -> list[Entry]:
    """A merge across care providers of one member: functions go over, assignments do not."""
    functions = (entry for entry in draft.snapshot.below(gone.hsa_id) if isinstance(entry, Function))
    return [
        *(replace(function, unit=survivor.hsa_id) for function in functions),
        replace(_closed(gone, draft.at), merged_into=survivor.hsa_id),
    ]


def _split(draft: _Draft, what: SplitUnit) -> None:
    unit = draft.unit(what.unit)
    taken: set[HsaId] = set()
    for part in what.parts:
        draft.put([_like(unit, part, draft.at)])
        for each in part.takes:
            stands = next((e for e in draft.snapshot.below(unit.hsa_id) if e.hsa_id == each), None)
            if not isinstance(stands, Unit | Function | Assignment):
                where = "it goes to two parts" if each in taken else f"it does not stand right below `{unit.hsa_id}`"
                raise _refused(unit, "parts", f"`{each}`: {where}")
            taken.add(each)
            draft.put([moved(draft.snapshot, stands, part.hsa_id)])


def _like(unit: Unit, part: Part, at: datetime) -> Unit:
    """What is only the old unit's is left with it: its keys, its codes, its short name."""
    return replace(
        unit,
        hsa_id=part.hsa_id,
        name=part.name,
        short_name=None,
        source=None,
        source_id=None,
        prescription_code=None,
        period=Period(at, None),
    )


def _close(draft: _Draft, what: CloseUnit) -> None:
    unit = draft.unit(what.unit)
    children = draft.children(unit)
    if children and what.children is Children.NONE:
        said = f"`{children[0].hsa_id}` stands below it; say that units below it are closed, or where they go"
        raise _refused(unit, "children", said)
    if what.children is Children.MOVE:
        if what.children_to is None:
            raise _refused(unit, "children", "say where the units below it go")
        if any(each.hsa_id == what.children_to for each in subtree(draft.snapshot, unit)):
            raise _refused(unit, "children", f"`{what.children_to}` would be closed or stand below itself")
        for child in children:
            _move(draft, MoveUnit(child.hsa_id, what.children_to))
        children = []
    closing = list(subtree(draft.snapshot, unit))
    if what.assignments.at is not None and any(each.hsa_id == what.assignments.at for each in closing):
        raise _refused(unit, "assignments", "the assignments cannot be left with a unit that is closed")
    if what.assignments.fate is Fate.TAKE:
        raise _refused(
            unit, "assignments", "a closed unit takes its assignments nowhere; end them, or say where they stay"
        )
    for each in closing:
        if each.archived or is_over(each, draft.at):
            continue
        _part_with_assignments(draft, each, what.assignments)
        functions = [entry for entry in draft.snapshot.below(each.hsa_id) if isinstance(entry, Function)]
        draft.put(_put_away(f, draft.at) for f in functions if not f.archived)
        draft.put([_closed(each, draft.at)])


def _put_away(entry: Function | Assignment, at: datetime) -> Entry:
    """Ended and archived. Memberships are left as they are: what bounds them has ended."""
    if isinstance(entry, Function):
        return replace(entry, period=entry.period.ended_at(at), archived=True, public=False)
    return replace(entry, period=entry.period.ended_at(at), archived=True)


def _closed(unit: Unit, at: datetime) -> Unit:
    return replace(unit, period=unit.period.ended_at(at), archived=True, public=False)


def _refused(unit: Unit, field: str, said: str) -> ChangeRefused:
    return ChangeRefused((Problem(str(unit.hsa_id), field, said),))
