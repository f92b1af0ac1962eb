"""Planned changes as they are kept, and what hangs on units outside the directory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from directory.core.effects import Effects
from directory.core.planned_change import PlannedChange, PlanState
from vocabulary.caller import Caller


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The caller's own key of a request, and a hash of what was asked, so that a repeated one plans nothing twice."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which planned changes are asked for; what is ``None`` does not matter. ``due_from`` is in, ``due_until`` not."""

    states: frozenset[PlanState] | None = None
    reorganisation: bool | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class WaitingAtMost:
    """How many planned changes may wait at once, ``per_caller`` (by ``Caller.name``) and ``in_all``: each is looked at
    whenever the future is."""

    per_caller: int = 1_000
    in_all: int = 10_000


class Plans(Protocol):
    """Planned changes. Every verb is durable when it returns, and raises ``JournalUnavailable``.

    INVARIANT (room to wait): no more wait than ``WaitingAtMost`` says, however many are planned at the same instant by
    whatever processes. What is begun does not wait any more. Lowering the limits takes nothing away.
    """

    def add(self, plan: PlannedChange, key: RequestKey | None) -> tuple[PlannedChange, bool]:
        """Keep a new one under an id of its own, which is greater than all before; ``True``. When the key came before,
        what was kept then; ``False``. Raises ``KeyUsedOtherwise`` when it came with another request, and for one that
        waits ``TooManyPlans`` and ``PlansFull``."""
        ...

    def demand_room(self, caller: Caller) -> None:
        """Raises ``TooManyPlans`` or ``PlansFull`` when nothing more of the caller's may wait now."""
        ...

    def with_key(self, key: RequestKey) -> PlannedChange | None:
        """What was kept under the key. Raises ``KeyUsedOtherwise`` when it came with another request."""
        ...

    def find(self, plan_id: int) -> PlannedChange | None: ...

    def unsettled(self, until: datetime) -> tuple[PlannedChange, ...]:
        """Waiting and begun ones that fall due by ``until`` (it is in), in the order in which they are carried out: by
        date, then by id."""
        ...

    def all_unsettled(self) -> tuple[PlannedChange, ...]:
        """The same, whenever they fall due. What was read before is not read again while it stands so, and is the same
        object."""
        ...

    def listed(self, query: PlanQuery, after: tuple[datetime, int] | None, limit: int) -> tuple[PlannedChange, ...]:
        """At most ``limit``, by date, then by id, behind ``after``."""
        ...

    def replace(self, before: PlannedChange, after: PlannedChange) -> PlannedChange | None:
        """Keep ``after`` in place of ``before``, with the next version; ``None`` when that is not what is kept any
        more. Of several at once one succeeds. The steps stay. Raises ``TooManyPlans`` and ``PlansFull`` when it did not
        wait and now would."""
        ...

    def forget_keys(self, planned_before: datetime) -> int:
        """The keys of requests that came before are free again; how many."""
        ...

    def erase(self, settled: Iterable[PlannedChange]) -> int:
        """Take these away for good, but for those that went on meanwhile; how many."""
        ...


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a reorganisation touches outside the directory. ``kind`` is a register, ``application`` or ``staff_list``.

    ``count`` is ``None`` where nobody can tell now. ``ids`` are those of the records, at most as many as are useful;
    they say nothing about patients. ``effect`` says in words what becomes of them.
    """

    kind: str
    count: int | None
    ids: tuple[str, ...]
    effect: str


class Consequences(Protocol):
    """What the rest of the house has that hangs on units, assignments and people."""

    def of(self, effects: Effects) -> tuple[Consequence, ...]:
        """Never raises: what cannot be told is told so, and what is not touched is left out."""
        ...
