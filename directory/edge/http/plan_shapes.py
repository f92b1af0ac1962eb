"""The JSON of planned changes as it goes out: what is planned, how it stands, and what it will do.

A planned change is told to whoever administers all that it names; for everybody else it does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from directory.core.effects import Effects
from directory.core.entries import NAMES, Entry, Person, parent_of
from directory.core.planned_change import PlannedChange, PlanState, names_of
from directory.core.reorganisation import Reorganisation
from directory.core.snapshot import Snapshot
from directory.core.steps import Amend, Create, Step
from directory.core.visibility import Visibility
from directory.edge.http.shapes import Audience, Shape, Told, plain
from directory.ports import Consequence
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId

_DO: dict[str, str] = {
    "Create": "create", "Amend": "change", "End": "end", "Move": "move", "Assign": "assign", "Unassign": "unassign",
    "MoveUnit": "move", "MergeUnits": "merge", "SplitUnit": "split", "CloseUnit": "close",
}  # fmt: skip
"""What the API calls each step."""


class ForeseenShape(Shape):
    """``before`` and ``after`` are entries of ``kind``, as the caller may see them; a new one has no ``before``."""

    hsa_id: str
    kind: str
    before: Told | None
    after: Told | None


class DisturbedShape(Shape):
    """A planned change that could not be carried out any more, and why."""

    id: int
    why: str


class PlanShape(Shape):
    """``id`` and ``state`` are absent of what is only tried. ``revision`` is the commit that carried it out; absent
    where nothing was left to do. ``why`` and ``remedy`` are of one that failed; ``obstacle`` is what stands against one
    that waits, as things are now."""

    id: int | None
    state: PlanState | None
    due: datetime
    reason: str
    planned_by: str
    planned_at: datetime
    steps: list[dict[str, Any]]
    revision: int | None = None
    settled_at: datetime | None = None
    why: str | None = None
    remedy: str | None = None
    obstacle: str | None = None


class EffectShape(Shape):
    """``what`` happens to the entry; ``below`` is what it stands below then."""

    what: str
    kind: str
    hsa_id: str
    name: str | None
    below: str | None = None


class HoldingShape(Shape):
    """Somebody whose assignment ends, or goes to the unit ``to``."""

    person: str
    name: str | None
    assignment: str
    at: str
    to: str | None


class ConsequenceShape(Shape):
    """``count`` is absent where nobody can tell now."""

    kind: str
    count: int | None
    ids: list[str]
    effect: str


class PreviewShape(Shape):
    """What it will do, against what is expected at its date: every entry as it is and will be, and in short."""

    changes: list[ForeseenShape]
    entries: list[EffectShape]
    people: list[HoldingShape]
    outside: list[ConsequenceShape]
    disturbs: list[DisturbedShape]


class PlanWithPreview(PlanShape):
    """``preview`` is of what waits or is only tried; absent of one that could not be carried out as things stand."""

    preview: PreviewShape | None = None


@dataclass(frozen=True, slots=True)
class Beholder:
    """Who asks about planned changes. ``audience`` sees the directory with all that waits carried out, by the rights of
    today."""

    caller: Caller
    audience: Audience

    def knows(self, plan: PlannedChange) -> bool:
        """Whether the planned change exists for her: she administers all that it names."""
        for hsa_id in names_of(plan.steps):
            entry = self.audience.snapshot.entry(hsa_id)
            if entry is None:
                if plan.caller.name != self.caller.name:
                    return False
            elif not self._administers(entry):
                return False
        return all(self._administers(step.entry) for step in plan.steps if isinstance(step, Create))

    def _administers(self, entry: Entry) -> bool:
        return self.audience.sees(entry) and self.audience.reach.circle(entry) is Visibility.ADMINISTRATORS


def plan_told(plan: PlannedChange, obstacle: str | None = None) -> dict[str, Any]:
    """As ``PlanShape``."""
    return {
        "id": plan.id,
        "state": plan.state.value,
        "due": plan.due,
        "reason": plan.reason,
        "planned_by": plan.caller.name,
        "planned_at": plan.planned_at,
        "steps": [step_told(step) for step in plan.steps],
        "revision": plan.revision,
        "settled_at": plan.settled_at,
        "why": plan.why,
        "remedy": plan.remedy,
        "obstacle": obstacle,
    }


def step_told(step: Step | Reorganisation) -> dict[str, Any]:
    """A step in the form in which it was asked for; a created entry with its id."""
    do = _DO[type(step).__name__]
    match step:
        case Create():
            entry = step.entry
            shown = {each.name: getattr(entry, each.name) for each in fields(entry) if each.name != "number_lookup"}
            given = {name: plain(value) for name, value in shown.items() if value not in (None, (), False)}
            return {"do": do, "kind": NAMES[type(entry)], "set": given}
        case Amend():
            return {"do": do, "entry": str(step.hsa_id), "set": {name: plain(value) for name, value in step.values}}
    told = {each.name: getattr(step, each.name) for each in fields(step) if each.name != "seen"}
    named = {_SPELLED.get((do, name), _SPELLED.get(("", name), name)): _jsonable(v) for name, v in told.items()}
    return {"do": do} | {name: value for name, value in named.items() if value is not None}


_SPELLED = {("", "hsa_id"): "entry", ("merge", "gone"): "units", ("merge", "survivor"): "into"}


def _jsonable(value: Any) -> Any:
    if hasattr(value, "fate"):
        return {"fate": value.fate.value} | ({} if value.at is None else {"at": str(value.at)})
    if isinstance(value, tuple):
        return [_jsonable(each) for each in value]
    if hasattr(value, "takes"):
        return {"hsa_id": str(value.hsa_id), "name": value.name, "takes": [str(each) for each in value.takes]}
    return plain(value)


def _foreseen(audience: Audience, now: Entry | None, then: Entry) -> ForeseenShape | None:
    """``None`` when it is about an entry that the caller may not see, as it is or as it will be."""
    if any(entry is not None and not audience.sees(entry) for entry in (now, then)):
        return None
    return ForeseenShape(
        hsa_id=str(then.hsa_id),
        kind=NAMES[type(then)],
        before=None if now is None else audience.entry(now),
        after=audience.entry(then),
    )


def preview_told(
    audience: Audience, effects: Effects, disturbs: Mapping[int, str], outside: tuple[Consequence, ...]
) -> dict[str, Any]:
    """As ``PreviewShape``, as far as ``audience`` may see; it sees what is expected."""
    seen = [each for each in effects.entries if audience.sees(each.then)]
    people = [holding for holding in effects.people if audience.sees_id(holding.person)]
    changes = (_foreseen(audience, each.now, each.then) for each in seen if each.now is not each.then)
    return {
        "changes": [change for change in changes if change is not None],
        "entries": [
            {
                "what": each.what.value,
                "kind": NAMES[type(each.then)],
                "hsa_id": str(each.hsa_id),
                "name": _name(each.then),
                "below": _below(each.then),
            }
            for each in seen
        ],
        "people": [
            {
                "person": str(each.person),
                "name": _name_of(audience.snapshot, each.person),
                "assignment": str(each.assignment),
                "at": str(each.at),
                "to": None if each.to is None else str(each.to),
            }
            for each in people
        ],
        "outside": [
            {"kind": each.kind, "count": each.count, "ids": list(each.ids), "effect": each.effect} for each in outside
        ],
        "disturbs": [{"id": plan_id, "why": why} for plan_id, why in disturbs.items()],
    }


def _name_of(snapshot: Snapshot, hsa_id: HsaId) -> str | None:
    entry = snapshot.entry(hsa_id)
    return None if entry is None else _name(entry)


def _name(entry: Entry) -> str:
    return entry.full_name if isinstance(entry, Person) else entry.name


def _below(entry: Entry) -> str | None:
    above = parent_of(entry)
    return None if above is None else str(above)
