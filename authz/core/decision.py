"""The answer that explains itself: which rule decided, and every finding with law and facts.

Two voices. ``reason_user`` leaks nothing: not who blocked, not that a protected person exists. ``reason_admin`` names
rule, facts and law and is for administrators, log review and the audit trail.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from authz.core import horizon, reasons
from authz.core.facts import Facts
from authz.core.reasons import Reason
from authz.core.request import Request
from authz.core.rule import Rule
from authz.core.vote import Verdict, Vote
from vocabulary.citation import Citation


class Obligation(StrEnum):
    """What whoever opens the information must do."""

    LOG = "log"
    LOG_AS_EMERGENCY = "log_as_emergency"
    REVIEW_EMERGENCY = "review_emergency"
    NOTIFY_MAS = "notify_mas"


class FactRef(NamedTuple):
    """Which record a finding rested on: enough to find it again, without its content."""

    kind: str
    id: str
    version: int


class Finding(NamedTuple):
    """What one rule found. ``gate`` is the step of the decision's order."""

    gate: str
    rule: str
    citation: Citation
    verdict: Verdict
    explanation: str
    facts: tuple[FactRef, ...]


# Half the cost of the class's own constructor, and a decision has a dozen findings.
_new: Callable[[type[Finding], tuple[Any, ...]], Finding] = tuple.__new__

Round = tuple[tuple[Rule, ...], Sequence[Vote]]
"""The rules of one part of a gate and their votes in the same order; a round may have ended before its last rule."""


class Decision(NamedTuple):
    """A permit or a denial. ``rule`` names the deciding rule; ``facts_unreadable`` when the third value decided.

    ``rounds`` are the votes as they were cast; ``steps`` and ``findings`` spell them out on demand, since most callers
    never look. A denied decision has no obligations: what it asks for is never opened.
    """

    permit: bool
    rule: str
    obligations: tuple[Obligation | str, ...]
    may_show_blocked_exists: bool
    request: Request
    facts: Facts
    rounds: tuple[Round, ...]

    @property
    def steps(self) -> tuple[tuple[Rule, Vote], ...]:
        """Each rule that was asked with its vote, in order. Rules after the first ground that holds are not asked."""
        return tuple(step for rules, votes in self.rounds for step in zip(rules, votes, strict=False))

    @property
    def policy_version(self) -> str:
        return self.facts.policy.version

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every vote that was cast, silent ones included, in the order of the decision."""
        return tuple(
            [
                _new(
                    Finding,
                    (rule.gate, rule.name, rule.cites, verdict, why, tuple(map(reference, facts)) if facts else ()),
                )
                for rules, votes in self.rounds
                for rule, (verdict, why, facts) in zip(rules, votes, strict=False)
            ]
        )

    @property
    def reason_user(self) -> Reason:
        """Stable code, Swedish and English text, for whoever asked."""
        if self.permit:
            return reasons.PERMITTED
        own = (rule.told for rule, vote in self.steps if rule.told is not None and self._decided(rule, vote))
        return next(own, None) or reasons.for_user(self.told_rule)

    @property
    def reason_admin(self) -> str:
        """Rule, explanation, law and facts in one line."""
        for rule, vote in self.steps:
            if self._decided(rule, vote):
                rested = ", ".join(f"{ref.kind} {ref.id} v{ref.version}" for ref in map(reference, vote.facts))
                return f"{self.rule}: {vote.why} ({rule.cites}{'; ' + rested if rested else ''})"
        return f"{self.rule}: {reasons.UNEXPLAINED}"

    @property
    def valid_until(self) -> datetime | None:
        """The earliest instant at which a gathered fact's period begins or ends; ``None`` when time alone changes
        nothing. A change in a register can end the answer before that."""
        return horizon.next_change(self.facts)

    @property
    def told_rule(self) -> str:
        """The rule as the asker may know it: a block that may not be told of looks like any lack of ground."""
        if self.rule in reasons.BLOCKS and not self.may_show_blocked_exists:
            return "no_ground_across_providers"
        return self.rule

    def _decided(self, rule: Rule, vote: Vote) -> bool:
        if self.rule == "facts_unreadable":
            return vote.verdict is Verdict.UNKNOWN
        return rule.name == self.rule and vote.verdict is (Verdict.PERMIT if self.permit else Verdict.FORBID)


def reference(record: Any) -> FactRef:
    """The kind, id and version of a record of ``authz.core.facts``."""
    for name in ("id", "key", "unit", "code", "client_id"):
        value = getattr(record, name, None)
        if value is not None:
            return FactRef(type(record).__name__, str(value), record.version)
    raise TypeError(f"{type(record).__name__} is no fact with an id")
