"""How votes become a decision. Three laws: default deny; forbid overrides permit; unknown in a restriction forbids.

The first denying rule in the order names a denial, the most specific permitting rule a permit. Pure: the same question
and facts always give the same answer, alone or in a batch.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from authz.core.decision import Decision, Obligation, Round
from authz.core.facts import Facts
from authz.core.order import Gate, order_for
from authz.core.reach import may_be_told_of
from authz.core.reasons import BLOCKS
from authz.core.request import Action, Request, Task
from authz.core.rule import Rule
from authz.core.rules import not_hers_to_know, origin_known, protected_person
from authz.core.vote import SILENT, Verdict, Vote, unknown

UNREADABLE = "facts_unreadable"

_PERMIT, _FORBID, _UNKNOWN = Verdict.PERMIT, Verdict.FORBID, Verdict.UNKNOWN
_SIGN = Action.SIGN
_EMERGENCY = "emergency"
_NOBODY_PERMITTED = "right_missing"
_LOG: tuple[Obligation, ...] = (Obligation.LOG,)
_LOG_EMERGENCY = (Obligation.LOG, Obligation.LOG_AS_EMERGENCY, Obligation.REVIEW_EMERGENCY)
_LOG_DELEGATION = (Obligation.LOG, Obligation.NOTIFY_MAS)

# By these an entry is answered as one that is not there.
_HIDING = frozenset({protected_person.judge, not_hers_to_know.judge})

# Half the cost of the class's own constructor, which is paid for every permit.
_new: Callable[[type[Decision], tuple[Any, ...]], Decision] = tuple.__new__

# Stands in the findings for whichever rule failed, since a failing rule cannot speak for itself.
_FAULT = Rule.of(origin_known, "fault")


def decide(request: Request, facts: Facts, order: tuple[Gate, ...] | None = None) -> Decision:
    """The answer to one question. Never raises: a rule that fails is a restriction that could not be read.

    ``order`` is that of an application's own policy pack; without it the order is the law's.
    """
    rounds: list[Round] = []
    try:
        return _weigh(order or order_for(request), request, facts, rounds)
    except Exception as error:  # noqa: BLE001 – a fault in a rule must close, whatever it is.
        rounds.append(((_FAULT,), [unknown(f"a rule failed: {type(error).__name__}")]))
        return Decision(False, UNREADABLE, (), False, request, facts, tuple(rounds))


def decide_or_raise(request: Request, facts: Facts) -> Decision:
    """As ``decide``, but a fault in a rule is raised: for tests and for checking policies."""
    return _weigh(order_for(request), request, facts, [])


def as_told(decision: Decision) -> Decision:
    """The decision as it may be spelled out to whoever asked: about an entry that is hidden from her, that about one
    which is not there, in every word. The audit trail keeps the decision itself."""
    if not any(rule.judge in _HIDING and vote.verdict is _FORBID for rule, vote in decision.steps):
        return decision
    return decide(decision.request, replace(decision.facts, colleague=None, entry=None, entry_after=None))


def _weigh(order: tuple[Gate, ...], request: Request, facts: Facts, rounds: list[Round]) -> Decision:
    denied: str | None = None
    permitted: Rule | None = None
    in_emergency = False
    for _, restrictions, grounds, otherwise, judges, silence in order:
        votes = [judge(request, facts) for judge in judges]
        rounds.append((restrictions, votes))
        if votes != silence:
            for rule, vote in zip(restrictions, votes, strict=True):
                if vote.verdict is _FORBID:
                    denied = denied or rule.name
                elif vote.verdict is _UNKNOWN:
                    denied = denied or UNREADABLE
                elif vote.verdict is _PERMIT and (permitted is None or rule.weight > permitted.weight):
                    permitted = rule
        if grounds:
            votes = []
            rounds.append((grounds, votes))
            ground = _first_ground(grounds, request, facts, votes)
            if ground is None:
                doubt = any(vote.verdict is _UNKNOWN for vote in votes)
                why_not = UNREADABLE if doubt else _first_reason(otherwise, request, facts, rounds)
                denied = denied or why_not
            else:
                in_emergency = in_emergency or ground.name == _EMERGENCY
                if permitted is None or ground.weight > permitted.weight:
                    permitted = ground
    if denied is not None or permitted is None:
        name = denied or _NOBODY_PERMITTED
        told = name in BLOCKS and may_be_told_of(name, request, facts)
        return Decision(False, name, (), told, request, facts, tuple(rounds))
    obligations = _LOG_EMERGENCY if in_emergency else _LOG
    if request.action is _SIGN and isinstance(request.resource, Task):
        obligations = _LOG_DELEGATION
    return _new(Decision, (True, permitted.name, obligations, False, request, facts, tuple(rounds)))


def _first_ground(grounds: tuple[Rule, ...], request: Request, facts: Facts, votes: list[Vote]) -> Rule | None:
    """The first that permits by a law in force; those after it are not asked, since they are not needed."""
    for rule in grounds:
        vote = rule.judge(request, facts)
        votes.append(vote)
        if vote is not SILENT and vote.verdict is _PERMIT and rule.since <= facts.now < rule.until:
            return rule
    return None


def _first_reason(otherwise: tuple[Rule, ...], request: Request, facts: Facts, rounds: list[Round]) -> str:
    """Which rule tells best why no ground permitted; when none does, nobody permitted."""
    votes: list[Vote] = []
    rounds.append((otherwise, votes))
    for rule in otherwise:
        vote = rule.judge(request, facts)
        votes.append(vote)
        if vote.verdict is _FORBID:
            return rule.name
        if vote.verdict is _UNKNOWN:
            return UNREADABLE
    return _NOBODY_PERMITTED
