"""What somebody must be allowed to do to make entries stand: derived from the difference, whatever verb it came by.

Boundary: only says what is needed. Whether somebody may is ``ports.Reach``'s answer.
"""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any

from directory.core.administration import Act
from directory.core.entries import NAMES, Entry, Held
from directory.core.reorganisation import CloseUnit, MergeUnits, MoveUnit, Reorganisation, SplitUnit
from directory.core.sameness import alike
from directory.core.snapshot import Snapshot
from directory.core.steps import Amend, Assign, Create, End, Move, Step, Unassign
from vocabulary.hsa_id import HsaId

_ENDS = frozenset({"archived", "merged_into"})


@dataclass(frozen=True, slots=True)
class Demand:
    """To do ``act`` to ``entry``, touching ``attributes``."""

    act: Act
    entry: Entry
    attributes: frozenset[str]


def demands_of(before: Entry | None, after: Entry) -> Iterator[Demand]:
    """Everything that is needed to turn ``before`` into ``after``; an entry that is changed is asked about as it stands
    and as it will stand, so that nobody takes it out of, or into, a part of the tree that is not hers."""
    if before is None or type(before) is not type(after):
        yield Demand(Act.CREATE, after, frozenset(_given(after)))
        if isinstance(after, Held) and after.memberships:
            yield Demand(Act.ASSIGN, after, frozenset({"memberships"}))
        return
    differing = {name for name, _ in _FIELDS[type(after)] if not alike(getattr(before, name), getattr(after, name))}
    ending = differing & _ENDS
    if "period" in differing and before.period.end != after.period.end:
        ending |= {"period"}
    if "period" in differing and before.period.start == after.period.start:
        differing -= {"period"}
    if ending:
        yield Demand(Act.END, before, frozenset(ending))
    assigning = differing & {"memberships"}
    changing = differing - _ENDS - assigning
    for act, names in ((Act.ASSIGN, assigning), (Act.CHANGE, changing)):
        if names:
            yield Demand(act, before, frozenset(names))
            yield Demand(act, after, frozenset(names))


def step_demands(step: Step | Reorganisation, snapshot: Snapshot) -> Iterator[Demand]:
    """What is needed to say that ``step`` shall not be done: the right to do it, to what it names first."""
    ids: tuple[HsaId, ...]
    match step:
        case Create():
            yield from demands_of(None, step.entry)
            return
        case Amend():
            act, names, ids = Act.CHANGE, frozenset(name for name, _ in step.values), (step.hsa_id,)
        case End():
            act, names, ids = Act.END, frozenset({"period"}), (step.hsa_id,)
        case Move():
            act, names, ids = Act.CHANGE, frozenset({"parent", "unit"}), (step.hsa_id,)
        case Assign() | Unassign():
            act, names, ids = Act.ASSIGN, frozenset({"memberships"}), (step.hsa_id,)
        case MoveUnit() | SplitUnit():
            act, names, ids = Act.CHANGE, frozenset({"parent"}), (step.unit,)
        case CloseUnit():
            act, names, ids = Act.END, frozenset({"period"}), (step.unit,)
        case MergeUnits():
            act, names, ids = Act.END, frozenset({"merged_into"}), step.gone
    for hsa_id in ids:
        entry = snapshot.entry(hsa_id)
        if entry is not None:
            yield Demand(act, entry, names)


def _given(entry: Entry) -> Iterator[str]:
    """The attributes that do not have their defaults."""
    for name, default in _FIELDS[type(entry)]:
        if name != "memberships" and (default is MISSING or getattr(entry, name) != default):
            yield name


_FIELDS: dict[type[Entry], tuple[tuple[str, Any], ...]] = {
    kind: tuple((each.name, each.default) for each in fields(kind)) for kind in NAMES
}
