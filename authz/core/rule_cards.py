"""Every rule as a card that a jurist can read: what it says, by which law and since when, and which questions ask it.

Boundary: drawn from the code that decides, so that it cannot say something else. Examples are the decision cases'.
"""

from dataclasses import dataclass
from enum import StrEnum

from authz.core import order
from authz.core.order import Gate
from authz.core.rule import Rule


class Part(StrEnum):
    """What a rule does in its gate: it forbids, it permits, or it tells why nothing permitted."""

    RESTRICTION = "restriction"
    GROUND = "ground"
    REASON = "reason"


_QUESTIONS = {
    "reading, writing, signing or printing information": order.INFORMATION,
    "the same for a task": order.INFORMATION_FOR_A_TASK,
    "performing a task": order.PERFORMING,
    "delegating a task": order.SIGNING_A_DELEGATION,
    "sending a message": order.SENDING,
    "receiving a message": order.RECEIVING,
    "one's own record": order.OWN_RECORD,
    "a colleague's entry": order.DIRECTORY,
    "administering the directory": order.ADMINISTRATION,
    "using an application": order.APPLICATION,
    "what nobody offers": order.UNOFFERED,
}


@dataclass(frozen=True, slots=True)
class Card:
    """``asked`` are the kinds of question whose order has the rule, ``gate`` where in it."""

    rule: Rule
    gate: str
    parts: tuple[Part, ...]
    asked: tuple[str, ...]


def cards() -> tuple[Card, ...]:
    """One for each rule, in the order in which it is first asked."""
    found: dict[str, tuple[Rule, dict[Part, None], dict[str, None]]] = {}
    for question, gates in _QUESTIONS.items():
        for gate in gates:
            for part, rules in _parts(gate):
                for rule in rules:
                    _, parts, asked = found.setdefault(rule.name, (rule, {}, {}))
                    parts[part] = asked[question] = None
    return tuple(Card(rule, rule.gate, tuple(parts), tuple(asked)) for rule, parts, asked in found.values())


def _parts(gate: Gate) -> tuple[tuple[Part, tuple[Rule, ...]], ...]:
    return (Part.RESTRICTION, gate.restrictions), (Part.GROUND, gate.grounds), (Part.REASON, gate.otherwise)
