"""Assignments that are told to nobody, since something of theirs is missing or malformed.  (HSA, rule of quality 2)"""

from collections.abc import Iterator

from directory.core.completeness import lacks_of
from directory.core.entries import Assignment
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from vocabulary.hsa_id import HsaId


def suppressed(standing: Standing) -> Iterator[Finding]:
    """What has ended is not looked at: nobody misses it."""
    for assignment in standing.truth.assignments():
        if assignment.archived or standing.past(assignment.period.end) is not None:
            continue
        lacks = lacks_of(standing.truth, assignment)
        if lacks:
            yield Finding(
                "assignment_suppressed", assignment, f"it lacks {', '.join(lacks)}", also=_place(standing, assignment)
            )


def _place(standing: Standing, assignment: Assignment) -> tuple[HsaId, ...]:
    unit = standing.truth.unit(assignment.unit)
    provider = () if unit is None or unit.care_provider is None else (unit.care_provider,)
    return (assignment.unit, *provider)
