"""Where in a proposal stands what breaks a rule: in which of its steps, or in which field of a reorganisation."""

from collections.abc import Sequence

from directory.core.planned_change import Steps
from directory.core.reorganisation import CloseUnit, MergeUnits, MoveUnit, Reorganisation, SplitUnit
from directory.core.steps import Amend, Assign, Create, Move, Step, Unassign
from directory.edge.http.pointing import WHOLE, Where
from directory.refusals import Problem
from vocabulary.hsa_id import HsaId


def in_steps(steps: Steps) -> Where:
    """Into the body of a planned change, or of a reorganisation, that was read into ``steps``."""

    def where(problem: Problem) -> str:
        first = steps[0] if steps else None
        if isinstance(first, Reorganisation):
            return _in_reorganisation(first, problem)
        return _in_step([each for each in steps if not isinstance(each, Reorganisation)], problem)

    return where


def _in_step(steps: Sequence[Step], problem: Problem) -> str:
    """The step that sets the attribute; else the last that names the entry, since those before it did no harm."""
    about = [(number, step) for number, step in enumerate(steps) if _names(step, problem.hsa_id)]
    for number, step in about:
        if (field := _field(step, problem)) is not None:
            return f"/steps/{number}/{field}"
    if not about:
        return "/steps" if steps else WHOLE
    number, step = about[-1]
    return f"/steps/{number}/{'set' if isinstance(step, Create) else 'entry'}"


def _names(step: Step, hsa_id: str) -> bool:
    """The entry that it changes, or the person whom it lets hold something."""
    if isinstance(step, Create):
        return str(step.entry.hsa_id) == hsa_id
    return hsa_id in (str(step.hsa_id), str(step.person) if isinstance(step, Assign) else None)


def _field(step: Step, problem: Problem) -> str | None:
    match step, problem.field:
        case Create(), "hsa_id":
            return "set"
        case Create(), field:
            return f"set/{field}"
        case Amend(), field if field in dict(step.values):
            return f"set/{field}"
        case Move(), "parent" | "unit":
            return "to"
        case Move(), "care_provider":
            return "care_provider"
        case Assign() | Unassign(), "memberships":
            return "person"
    return None


def _in_reorganisation(what: Reorganisation, problem: Problem) -> str:
    match what, problem.field:
        case MoveUnit(), "parent":
            return "/to"
        case MoveUnit(), "care_provider" | "assignments" as field:
            return f"/{field}"
        case MergeUnits(), "merged_into" | "care_provider":
            return "/into"
        case MergeUnits() | CloseUnit(), "assignments":
            return "/assignments"
        case CloseUnit(), "children":
            return "/children"
        case SplitUnit(), "parts":
            return "/parts"
    return _named_in(what, problem)


def _named_in(what: Reorganisation, problem: Problem) -> str:
    """The field that names the entry."""
    places: list[tuple[str, HsaId | None]]
    match what:
        case MoveUnit():
            places = [("/unit", what.unit), ("/to", what.to)]
        case MergeUnits():
            places = [*((f"/units/{n}", each) for n, each in enumerate(what.gone)), ("/into", what.survivor)]
        case SplitUnit():
            places = [("/unit", what.unit), *((f"/parts/{n}", part.hsa_id) for n, part in enumerate(what.parts))]
        case CloseUnit():
            places = [("/unit", what.unit), ("/children_to", what.children_to)]
    places += [] if isinstance(what, SplitUnit) else [("/assignments/at", what.assignments.at)]
    at = next((pointer for pointer, hsa_id in places if str(hsa_id) == problem.hsa_id), WHOLE)
    is_part = isinstance(what, SplitUnit) and at.startswith("/parts/") and problem.field == "name"
    return f"{at}/name" if is_part else at
