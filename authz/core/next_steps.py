"""What whoever was denied can do: steps that, all done, lead to a permit. They are tried out before they are told.

A denial that no steps lead past is final. Boundary: only ``try_again`` promises nothing, since it stands for what could
not be read.
"""

from collections.abc import Iterable, Iterator

from authz.core import reasons
from authz.core.decide import UNREADABLE, decide
from authz.core.decision import Decision
from authz.core.facts import AssignmentInUse
from authz.core.packs.deciding import PackFacts
from authz.core.remedies import Done, Remedy, Step, remedies_for, under, unreadable

_LONGEST = 6
"""More steps than gates that can be helped are no help."""

Steps = tuple[Step, ...]


def next_steps(decision: Decision, others: Iterable[AssignmentInUse] = ()) -> Steps:
    """The fewest steps to a permit, for whoever asked; none when the denial is final, or a permit.

    ``others`` are the assignments that she could choose instead. Where two ways are as long, choosing another
    assignment alone comes first, and then staying in the one in use.
    """
    if decision.permit or isinstance(decision.facts, PackFacts):
        return ()  # What would help under an application's own policy, only the application can say.
    if decision.told_rule == UNREADABLE:
        return (Step(reasons.TRY_AGAIN, {}),) if unreadable(decision.facts) else ()
    ways = [way for way in _ways(decision, others) if way is not None]
    return min(ways, key=_length, default=())


def _ways(decision: Decision, others: Iterable[AssignmentInUse]) -> Iterator[Steps | None]:
    yield _climb(decision, (), frozenset())
    for other in others:
        chosen = under(other, decision.request, decision.facts)
        if chosen is not None and other.period.contains(decision.facts.now) and other != decision.facts.assignment:
            yield _climb(_asked_again(chosen), (Step(reasons.CHOOSE_ASSIGNMENT, chosen[2]),), frozenset())


def _length(way: Steps) -> tuple[int, bool]:
    chosen = way[0].reason is reasons.CHOOSE_ASSIGNMENT
    return len(way), chosen is not (len(way) == 1)


def _climb(decision: Decision, done: Steps, used: frozenset[str]) -> Steps | None:
    """The steps from ``decision`` to a permit, after those that are ``done``; no remedy is used twice."""
    if decision.permit:
        return done
    if len(done) == _LONGEST:
        return None
    for remedy in remedies_for(decision.told_rule):
        further = _after(remedy, decision, done, used)
        if further is not None:
            return further
    return None


def _after(remedy: Remedy, decision: Decision, done: Steps, used: frozenset[str]) -> Steps | None:
    reason, apply = remedy
    if reason.code in used:
        return None
    applied = apply(decision.request, decision.facts)
    if applied is None:
        return None
    return _climb(_asked_again(applied), (*done, Step(reason, applied[2])), used | {reason.code})


def _asked_again(done: Done) -> Decision:
    return decide(done[0], done[1])
