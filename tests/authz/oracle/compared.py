"""One question put to both readings, and a disagreement told so that a person can follow it."""

from dataclasses import fields, is_dataclass
from typing import Any

from authz.core.decide import decide_or_raise
from authz.core.decision import Decision
from authz.core.facts import Facts
from tests.authz.oracle.generated import Question
from tests.authz.oracle.naive import judged


def answered(question: Question) -> tuple[Decision, bool]:
    """The engine's decision, and whether the naive reading answers otherwise."""
    decision = decide_or_raise(question.request, question.facts)
    return decision, judged(question.request, question.facts)[0] is not decision.permit


def told(question: Question, place: str) -> str:
    """Both answers with their reasons, what was asked, and what differs from the neighbour that was permitted."""
    decision = decide_or_raise(question.request, question.facts)
    permitted, why = judged(question.request, question.facts)
    before, stood = question.neighbour
    lines = [
        f"{place}: {question.situation}, then {', '.join(question.changes) or 'unchanged'}",
        f"  naive:  {'permit' if permitted else 'deny'}: {why}",
        f"  engine: {'permit' if decision.permit else 'deny'}: {decision.reason_admin}",
        f"  its neighbour: naive {_short(judged(before, stood))}; engine {decide_or_raise(before, stood).rule}",
        f"  request: {written(question.request)}",
        f"  now: {question.facts.now.isoformat()}",
        *(f"  {line}" for line in _differences(before, question.request, "request")),
        *(f"  {line}" for line in _differences(stood, question.facts, "facts")),
        "  facts that stand:",
        *(f"    {line}" for line in _standing(question.facts)),
    ]
    return "\n".join(lines)


def _short(verdict: tuple[bool, str]) -> str:
    return "permit" if verdict[0] else f"deny ({verdict[1]})"


def written(value: Any) -> str:
    """A record without what it leaves at its default, ids and instants as people write them."""
    if is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "value"):
            return str(value)
        if type(value).__name__ == "Right":
            return str(value)
        told_fields = (
            f"{one.name}={written(getattr(value, one.name))}"
            for one in fields(value)
            if getattr(value, one.name) != one.default
        )
        return f"{type(value).__name__}({', '.join(told_fields)})"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(written(one) for one in value) + "]"
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(written(one) for one in value)) + "}"
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _differences(before: Any, after: Any, where: str) -> list[str]:
    return [
        f"changed {where}.{one.name}: {written(getattr(before, one.name))} -> {written(getattr(after, one.name))}"
        for one in fields(after)
        if getattr(before, one.name) != getattr(after, one.name)
    ]


def _standing(facts: Facts) -> list[str]:
    return [
        f"{one.name}: {written(getattr(facts, one.name))}"
        for one in fields(facts)
        if one.name not in ("now", "policy") and getattr(facts, one.name) not in ((), None)
    ]
