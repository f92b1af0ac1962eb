"""What a planned change does: steps that each change one entry, and say only what they change of it.

A step remembers what it was planned against (``seen``). What others change meanwhile of the same entry stays; if it is
the very thing that the step changes, the step is overtaken and does nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from directory.core.entries import FIELDS, Assignment, Entry, Function, Held, Membership, Unit, parent_of
from directory.core.moving import demand_whose, moved
from directory.core.sameness import alike, same
from directory.core.snapshot import Snapshot
from directory.refusals import ChangeRefused, EntryOver, Overtaken, Problem
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

Values = tuple[tuple[str, Any], ...]
"""Names and values, as the entry holds them."""


@dataclass(frozen=True, slots=True)
class Create:
    """``entry`` as it shall stand; its id was reserved when the change was planned."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class Amend:
    """Set ``values``, which are attributes of the entry."""

    hsa_id: HsaId
    values: Values
    seen: Values | None = None


@dataclass(frozen=True, slots=True)
class End:
    hsa_id: HsaId
    seen: Values | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Let a unit, a function or an assignment stand below ``to``. ``care_provider`` says whose a unit is there, where
    ``to`` belongs to another one."""

    hsa_id: HsaId
    to: HsaId
    seen: Values | None = None
    care_provider: HsaId | None = None


@dataclass(frozen=True, slots=True)
class Assign:
    """Let ``person`` hold it from the change's date on; ``until`` is the first instant at which she does not."""

    hsa_id: HsaId
    person: HsaId
    until: datetime | None = None
    seen: Values | None = None


@dataclass(frozen=True, slots=True)
class Unassign:
    """``person`` does not hold it from the change's date on."""

    hsa_id: HsaId
    person: HsaId
    seen: Values | None = None


OnOne = Amend | End | Move | Assign | Unassign
Step = Create | OnOne


def wanted(step: Step, snapshot: Snapshot, at: datetime) -> Entry | None:
    """The entry as it shall stand at ``at``; ``None`` when it stands so already.

    Raises ``EntryOver``, ``Overtaken`` and ``ChangeRefused``.
    """
    if isinstance(step, Create):
        return None if same(snapshot.entry(step.entry.hsa_id), step.entry) else step.entry
    found = snapshot.entry(step.hsa_id)
    if found is None:
        raise EntryOver((Problem(str(step.hsa_id), "hsa_id", "there is no such entry"),))
    after = _made(step, found, snapshot, at)
    if same(after, found):
        return None
    if found.archived or (is_over(found, at) and is_over(after, at)):
        raise EntryOver((Problem(str(step.hsa_id), "period", _why_over(found)),))
    if step.seen is not None:
        _demand_as_seen(step, found)
    return after


def with_seen(step: Step, snapshot: Snapshot) -> Step:
    """The step, remembering how what it changes stands in ``snapshot``."""
    found = None if isinstance(step, Create) else snapshot.entry(step.hsa_id)
    if isinstance(step, Create) or found is None:
        return step
    return replace(step, seen=tuple(_touched(step, found)))


def named(step: Step) -> tuple[HsaId, ...]:
    """Every id that the step names: the entry that it changes first."""
    match step:
        case Create():
            return tuple(_named_by(step.entry))
        case Amend():
            return (step.hsa_id, *(value for _, value in step.values if isinstance(value, HsaId)))
        case Move():
            return (step.hsa_id, step.to, *(() if step.care_provider is None else (step.care_provider,)))
        case Assign() | Unassign():
            return (step.hsa_id, step.person)
    return (step.hsa_id,)


def is_over(entry: Entry, at: datetime) -> bool:
    """Whether the entry has ended by ``at``."""
    return entry.period.end is not None and entry.period.end <= at


def _named_by(entry: Entry) -> Iterator[HsaId]:
    yield from (value for name in FIELDS[type(entry)] if isinstance(value := getattr(entry, name), HsaId))
    if isinstance(entry, Held):
        yield from (membership.person for membership in entry.memberships)


def _made(step: OnOne, found: Entry, snapshot: Snapshot, at: datetime) -> Entry:
    match step:
        case Amend():
            return replace(found, **dict(step.values))
        case End():
            return replace(found, period=found.period.ended_at(at))
        case Move():
            if not isinstance(found, Unit | Function | Assignment):
                raise _refused(step, "hsa_id", "only units, functions and assignments are moved")
            if isinstance(found, Unit):
                demand_whose(snapshot, found, step.to, step.care_provider)
            return moved(snapshot, found, step.to)
        case Assign():
            return _assigned(step, _held(step, found), snapshot, at)
        case Unassign():
            held = _held(step, found)
            ended = (
                replace(m, period=m.period.ended_at(at)) if m.person == step.person else m for m in held.memberships
            )
            return replace(held, memberships=tuple(ended))


def _assigned(step: Assign, held: Held, snapshot: Snapshot, at: datetime) -> Entry:
    person = snapshot.person(step.person)
    if person is None or person.archived or is_over(person, at):
        raise EntryOver((Problem(str(step.person), "memberships", "the person is not there at that date"),))
    new = Period(at, step.until)
    if any(m.person == step.person and m.period.within(new) == new for m in held.memberships):
        return held
    return replace(held, memberships=(*held.memberships, Membership(step.person, new)))


def _held(step: OnOne, found: Entry) -> Held:
    if not isinstance(found, Held):
        raise _refused(step, "hsa_id", "only assignments, admin assignments and system roles are held by people")
    return found


def _demand_as_seen(step: OnOne, found: Entry) -> None:
    seen = dict(step.seen or ())
    for name, now in _touched(step, found):
        if name in seen and not alike(now, seen[name]):
            field = {"end": "period", "place": "parent" if isinstance(found, Unit) else "unit"}.get(name, name)
            said = "somebody else changed this after the change was planned"
            raise Overtaken((Problem(str(step.hsa_id), field, said),))


def _touched(step: OnOne, found: Entry) -> Iterator[tuple[str, Any]]:
    match step:
        case Amend():
            yield from ((name, getattr(found, name)) for name, _ in step.values)
        case End():
            yield "end", found.period.end
        case Move():
            yield "place", parent_of(found)
        case Assign() | Unassign():
            held = found.memberships if isinstance(found, Held) else ()
            yield "memberships", tuple(membership for membership in held if membership.person == step.person)


def _why_over(entry: Entry) -> str:
    merged = getattr(entry, "merged_into", None)
    if merged is not None:
        return f"the entry was merged into `{merged}`"
    return "the entry is archived" if entry.archived else "the entry has ended by that date"


def _refused(step: OnOne, field: str, said: str) -> ChangeRefused:
    return ChangeRefused((Problem(str(step.hsa_id), field, said),))
