"""What undoing does to one entry: the three-way comparison of what a change set, what came later, and what stands.

INVARIANT (nothing later is lost): undoing puts back what the undone changes found, and touches nothing that another
change has set since: neither an attribute nor one value of a list. INVARIANT (nothing is taken away): an entry that the
undone change created is ended and archived; its id and its history stay.

Boundary: pure, and generic over the fields of entries, so that a new kind of entry needs nothing here. What touched the
entries the journal tells, and whether the outcome obeys the rules ``validation`` says.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

from directory.core.entries import FIELDS, Entry
from directory.core.sameness import alike, differing
from vocabulary.hsa_id import HsaId

Spot = tuple[str, Hashable]
"""An attribute's name, and which value of it when it is a list; ``None`` for the whole attribute."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one revision did to one entry: what the directory held of it before, and after."""

    revision: int
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True, slots=True)
class Undone:
    """One entry as it stands (``now``) and as it will (``then``); equal when there is nothing to do.

    ``later`` are the revisions that touched it since. ``left`` are the attributes that undoing would change back but
    that one of those has set; ``WHOLE`` for an entry that the undone change made and that others have worked on or use
    since (``used_by``).
    """

    now: Entry
    then: Entry
    later: tuple[int, ...] = ()
    left: tuple[str, ...] = ()
    used_by: tuple[HsaId, ...] = ()

    @property
    def hsa_id(self) -> HsaId:
        return self.now.hsa_id

    @property
    def attributes(self) -> tuple[str, ...]:
        """What will be other than it is."""
        return differing(self.now, self.then)

    @property
    def is_ending(self) -> bool:
        """Whether undoing ends the entry, since the undone change made it."""
        return self.then.archived and not self.now.archived


WHOLE = ("*",)


def laid_to_rest(entry: Entry, at: datetime) -> Entry:
    """Ended by ``at`` and archived. Doing it twice is doing it once."""
    return replace(entry, period=entry.period.ended_at(at), archived=True)


def undone(own: Sequence[Step], later: Sequence[Step], now: Entry, at: datetime) -> Undone:
    """``own`` are the steps to undo, in order; ``later`` what others did to the entry since the first of them."""
    first = own[0].before
    revisions = tuple(sorted({step.revision for step in later}))
    target = laid_to_rest(now, at) if first is None else first
    if not differing(now, target):
        return Undone(now, now)
    if not later:
        return Undone(now, target)
    if first is None:
        return Undone(now, now, revisions, WHOLE)
    mine, theirs = _spots(own), _spots(later)
    left = tuple(name for name in FIELDS[type(now)] if any(spot[0] == name for spot in mine & theirs))
    return Undone(now, _put_back(now, first, mine - theirs), revisions, left)


def references(entry: Entry) -> frozenset[str]:
    """The keys of all HSA-ids that ``entry`` names, its own apart; also those in texts (areas, scopes of rights)."""
    named: set[str] = set()
    for name in FIELDS[type(entry)]:
        if name != "hsa_id":
            named.update(named_in(getattr(entry, name)))
    return frozenset(named)


def named_in(value: object) -> Iterable[str]:
    """The keys of all HSA-ids in ``value``, however deep, among other words of the texts in its lists."""
    if isinstance(value, HsaId):
        yield value.key
    elif isinstance(value, tuple):
        for each in value:
            if isinstance(each, str):
                yield from (part.upper() for part in each.split(";"))
            else:
                yield from named_in(each)
    elif is_dataclass(value):
        for part in fields(value):
            yield from named_in(getattr(value, part.name))


def _spots(steps: Sequence[Step]) -> set[Spot]:
    return {spot for step in steps for spot in _touched(step)}


def _touched(step: Step) -> Iterable[Spot]:
    if step.before is None or step.after is None:
        entry = step.after if step.after is not None else step.before
        assert entry is not None, "a step is about an entry"
        for name in FIELDS[type(entry)]:
            yield from _of_value(name, getattr(entry, name))
        return
    for name in differing(step.before, step.after):
        before, after = getattr(step.before, name), getattr(step.after, name)
        if not isinstance(before, tuple):
            yield name, None
            continue
        were, are = _groups(before), _groups(after)
        yield from ((name, key) for key in were.keys() | are.keys() if were.get(key) != are.get(key))


def _of_value(name: str, value: object) -> Iterable[Spot]:
    if isinstance(value, tuple):
        yield from ((name, key) for key in _groups(value))
    else:
        yield name, None


def _groups(values: tuple[Any, ...]) -> dict[Hashable, tuple[Any, ...]]:
    """The values that are about one thing, by what that is: a person's memberships are one group."""
    groups: dict[Hashable, tuple[Any, ...]] = {}
    for value in values:
        key = _subject(value)
        groups[key] = (*groups.get(key, ()), value)
    return groups


def _subject(value: Any) -> Hashable:
    """What a value in a list is about: itself, or the first part of a compound one (a membership's person)."""
    subject: Hashable = getattr(value, fields(value)[0].name) if is_dataclass(value) else value
    return subject


def _put_back(now: Entry, first: Entry, spots: set[Spot]) -> Entry:
    values: dict[str, Any] = {}
    for name in {name for name, _ in spots}:
        held = getattr(now, name)
        if isinstance(held, tuple):
            values[name] = _list_put_back(held, getattr(first, name), {key for spot, key in spots if spot == name})
        else:
            values[name] = getattr(first, name)
    return replace(now, **values)


def _list_put_back(now: tuple[Any, ...], first: tuple[Any, ...], keys: set[Hashable]) -> tuple[Any, ...]:
    """``now`` with the groups of ``keys`` as they were in ``first``: in their present place where they have one, and
    all in the former order where nothing else has changed."""
    were, placed = _groups(first), set()
    values: list[Any] = []
    for value in now:
        key = _subject(value)
        if key not in keys:
            values.append(value)
        elif key not in placed:
            placed.add(key)
            values += were.get(key, ())
    for key in dict.fromkeys(_subject(value) for value in first):
        if key in keys and key not in placed:
            values += were[key]
    return first if alike(tuple(values), first) else tuple(values)
