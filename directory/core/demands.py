"""What somebody must be allowed to do to say that a planned step shall not be done.

Boundary: whether somebody may is ``ports.Reach``'s answer. Whether a step may be *done* is asked about the entries that
it makes, by ``Reach.demand_changes``.
"""

from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields

from directory.core.administration import Act
from directory.core.entries import Entry
from directory.core.reorganisation import CloseUnit, MergeUnits, MoveUnit, Reorganisation, SplitUnit
from directory.core.snapshot import Snapshot
from directory.core.steps import Amend, Assign, Create, End, Move, Step, Unassign
from vocabulary.hsa_id import HsaId


@dataclass(frozen=True, slots=True)
class Demand:
    """To do ``act`` to ``entry``, touching ``attributes``."""

    act: Act
    entry: Entry
    attributes: frozenset[str]


def step_demands(step: Step | Reorganisation, snapshot: Snapshot) -> Iterator[Demand]:
    """What is needed to say that ``step`` shall not be done: the right to do it, to what it names first."""
    ids: tuple[HsaId, ...]
    match step:
        case Create():
            yield Demand(Act.CREATE, step.entry, frozenset(_given(step.entry)))
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
            yield Demand(act, entry, names & {each.name for each in fields(entry)})


def _given(entry: Entry) -> Iterator[str]:
    """The attributes that do not have their defaults."""
    for each in fields(entry):
        if each.default is MISSING or getattr(entry, each.name) != each.default:
            yield each.name
