"""The directory with everything that waits carried out, kept from one look to the next.

What each planned change would do is kept, with all that it read to come to it. When the directory or the plans change,
those are thought through anew that read something that differs by now; the others come to the same.
INVARIANT (as from nothing): what is kept is what going through all the plans would tell, one after the other.

Boundary: pure. Which plans wait, and what stands, is handed in.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Self

from directory.core.changes import Change, differences
from directory.core.entries import KINDS, Entry
from directory.core.planned_change import PlannedChange, demand_valid, entries_wanted
from directory.core.snapshot import ANYTHING, Snapshot, marks_of
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal

_MOST_SNAPSHOTS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """The directory as it will be once ``plans`` are carried out, in this order; ``obstacles`` tells for each plan that
    cannot be, as things stand now, why not: it is left out."""

    snapshot: Snapshot
    plans: tuple[PlannedChange, ...]
    obstacles: Mapping[int, Refusal]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a planned change would do where it stands among the others: ``changes``, or ``refusal`` why it cannot be.
    ``asked`` is what it read to come to it (``Snapshot.noting``)."""

    plan: PlannedChange
    changes: tuple[Change, ...]
    refusal: Refusal | None
    asked: tuple[str, ...]

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands among others."""
        return self.plan.due, self.plan.id

    @classmethod
    def of(cls, plan: PlannedChange, expected: Snapshot) -> Self:
        asked: set[str] = set()
        noting = expected.noting(asked)
        try:
            entries = entries_wanted(plan.steps, noting, plan.due)
            demand_valid(entries, noting)
        except Refusal as refusal:
            # A traceback would keep every snapshot that was looked into.
            return cls(plan, (), refusal.with_traceback(None), tuple(asked))
        return cls(plan, differences(entries, noting.entry), None, tuple(asked))

    def comes_to(self, other: "Outcome") -> bool:
        """Whether the same stands after both."""
        return [change.after for change in self.changes] == [change.after for change in other.changes]

    def marks(self) -> Iterator[str]:
        """Of all that is another after it than before it."""
        for change in self.changes:
            for entry in (change.before, change.after):
                yield from () if entry is None else marks_of(entry)


@dataclass(frozen=True, slots=True, eq=False)
class Foresight:
    """``outcomes`` upon ``truth``, in the order in which the plans fall due. It never changes; the last snapshots that
    were asked for are kept, by how many of the plans are carried out in them."""

    truth: Snapshot
    outcomes: tuple[Outcome, ...] = ()
    _snapshots: dict[int, Snapshot] = field(default_factory=dict)
    _keeping: Lock = field(default_factory=Lock)

    @property
    def plans(self) -> tuple[PlannedChange, ...]:
        return tuple(outcome.plan for outcome in self.outcomes)

    @property
    def obstacles(self) -> Mapping[int, Refusal]:
        """Why each that cannot be carried out cannot, by id."""
        return _obstacles(self.outcomes)

    def until(self, due: datetime) -> Foreseen:
        """With what falls due by then (it is in)."""
        count = bisect_right(self.outcomes, due, key=lambda outcome: outcome.plan.due)
        some = self.outcomes[:count]
        counted = tuple(outcome.plan for outcome in some if outcome.refusal is None)
        return Foreseen(self._after(count), counted, _obstacles(some))

    def before(self, plan: PlannedChange) -> Snapshot:
        """What ``plan`` finds at its date, whether it is among those that wait or not."""
        return self._after(bisect_left(self.outcomes, (plan.due, plan.id), key=lambda outcome: outcome.place))

    def with_plan(self, plan: PlannedChange) -> "Foresight":
        """As it would be if ``plan`` waited, too."""
        plans = sorted((*self.plans, plan), key=lambda each: (each.due, each.id))
        return self.brought_up_to(self.truth, plans)

    def without_plan(self, plan: PlannedChange) -> "Foresight":
        """As it would be if ``plan`` did not wait."""
        return self.brought_up_to(self.truth, [each for each in self.plans if each.id != plan.id])

    def brought_up_to(self, truth: Snapshot, plans: Sequence[PlannedChange]) -> "Foresight":
        """The foresight of ``plans``, which stand in their order, upon ``truth``: costs what differs. A plan is known
        again by its id, since its steps and its date never change."""
        is_same = truth is self.truth
        differing = set(_marks_between(self.truth, truth)) if self.outcomes and not is_same else set()
        walk = _Walk(truth, differing, self._kept() if is_same else {})
        for before, plan in _side_by_side(self.outcomes, plans):
            walk.go_on(before, plan)
        return Foresight(truth, tuple(walk.outcomes), walk.still_so())

    def _after(self, count: int) -> Snapshot:
        """The directory after so many of the plans."""
        kept = self._kept()
        if count in kept:
            return kept[count]
        start = max((at for at in kept if at < count), default=0)
        made = _carried_out(kept.get(start, self.truth), self.outcomes[start:count])
        with self._keeping:
            while len(self._snapshots) >= _MOST_SNAPSHOTS:
                del self._snapshots[next(iter(self._snapshots))]
            self._snapshots[count] = made
        return made

    def _kept(self) -> dict[int, Snapshot]:
        with self._keeping:
            return dict(self._snapshots)


class _Walk:
    """Along what was kept and what is wanted now, plan by plan.

    ``differing`` are the marks of all that may be another by now than it was for what was kept: it only grows.
    ``snapshots`` are of what was kept, by how many plans are carried out in them.
    """

    def __init__(self, truth: Snapshot, differing: set[str], snapshots: Mapping[int, Snapshot]) -> None:
        self.outcomes: list[Outcome] = []
        self._differing, self._snapshots = differing, snapshots
        self._alike: int | None = None
        self._now, self._reached = truth, 0

    def go_on(self, before: Outcome | None, plan: PlannedChange | None) -> None:
        """``before`` is what was kept of ``plan``, if it was; without ``plan`` it is not wanted any more."""
        if before is not None and plan is not None and self._differing.isdisjoint(before.asked):
            self.outcomes.append(before if before.plan is plan else replace(before, plan=plan))
            return
        made = None if plan is None else Outcome.of(plan, self._here())
        if before is None or made is None or not made.comes_to(before):
            self._alike = len(self.outcomes) if self._alike is None else self._alike
            for outcome in (before, made):
                self._differing.update(() if outcome is None else outcome.marks())
        if made is not None:
            self.outcomes.append(made)

    def still_so(self) -> dict[int, Snapshot]:
        """The snapshots from before the first difference."""
        return {at: kept for at, kept in self._snapshots.items() if self._alike is None or at <= self._alike}

    def _here(self) -> Snapshot:
        """The directory after all plans so far."""
        count = len(self.outcomes)
        known = max((at for at in self.still_so() if self._reached < at <= count), default=0)
        if known:
            self._now, self._reached = self._snapshots[known], known
        self._now, self._reached = _carried_out(self._now, self.outcomes[self._reached :]), count
        return self._now


def _carried_out(snapshot: Snapshot, outcomes: Iterable[Outcome]) -> Snapshot:
    news: dict[str, Entry] = {}
    for outcome in outcomes:
        news |= {change.hsa_id.key: change.after for change in outcome.changes if change.after is not None}
    return snapshot.succeeded_by(news.values(), snapshot.revision) if news else snapshot


def _obstacles(outcomes: Iterable[Outcome]) -> dict[int, Refusal]:
    return {outcome.plan.id: outcome.refusal for outcome in outcomes if outcome.refusal is not None}


def _side_by_side(
    outcomes: Iterable[Outcome], plans: Iterable[PlannedChange]
) -> Iterator[tuple[Outcome | None, PlannedChange | None]]:
    """What was kept and what is wanted, in their order; one plan of both together."""
    left, right = iter(outcomes), iter(plans)
    outcome, plan = next(left, None), next(right, None)
    while outcome is not None or plan is not None:
        if outcome is None or (plan is not None and (plan.due, plan.id) < outcome.place):
            yield None, plan
            plan = next(right, None)
        elif plan is None or outcome.place < (plan.due, plan.id):
            yield outcome, None
            outcome = next(left, None)
        else:
            yield outcome, plan
            outcome, plan = next(left, None), next(right, None)


def _marks_between(earlier: Snapshot, later: Snapshot) -> Iterator[str]:
    """The marks of all that differs between two states of the directory."""
    yield ANYTHING
    for kind in KINDS.values():
        keys = later.differing_from(earlier, kind)
        if keys is None:
            keys = _differing(earlier, later, kind)
        for key in keys:
            hsa_id = HsaId(key, key)
            for entry in (earlier.of_kind(kind, hsa_id), later.of_kind(kind, hsa_id)):
                yield from () if entry is None else marks_of(entry)


def _differing(earlier: Snapshot, later: Snapshot, kind: type[Entry]) -> set[str]:
    was = {entry.hsa_id.key: entry for entry in earlier.all_of(kind)}
    new = {entry.hsa_id.key for entry in later.all_of(kind) if was.pop(entry.hsa_id.key, None) is not entry}
    return new | was.keys()
