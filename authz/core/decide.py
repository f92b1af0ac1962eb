"""How votes become a decision. Three laws: default deny; forbid overrides permit; unknown in a restriction forbids.

The first denying rule in the order names a denial, the most specific permitting rule a permit. Pure: the same question
and facts always give the same answer, alone or in a batch.
"""

from authz.core.decision import Decision, Obligation
from authz.core.facts import Facts
from authz.core.order import Gate, order_for
from authz.core.reach import may_be_told_of
from authz.core.reasons import BLOCKS
from authz.core.request import Action, Request, Task
from authz.core.rule import Rule
from authz.core.rules import origin_known
from authz.core.vote import SILENT, Verdict, Vote, unknown

UNREADABLE = "facts_unreadable"

_PERMIT, _FORBID, _UNKNOWN = Verdict.PERMIT, Verdict.FORBID, Verdict.UNKNOWN
_SIGN = Action.SIGN
_NOBODY_PERMITTED = "right_missing"
_LOG: tuple[Obligation, ...] = (Obligation.LOG,)
_LOG_EMERGENCY = (Obligation.LOG, Obligation.LOG_AS_EMERGENCY, Obligation.REVIEW_EMERGENCY)
_LOG_DELEGATION = (Obligation.LOG, Obligation.NOTIFY_MAS)

# Stands in the findings for whichever rule failed, since a failing rule cannot speak for itself.
_FAULT = Rule.of(origin_known, "fault")

Steps = list[tuple[Rule, Vote]]


def decide(request: Request, facts: Facts) -> Decision:
    """The answer to one question. Never raises: a rule that fails is a restriction that could not be read."""
    steps: Steps = []
    try:
        return _weigh(order_for(request), request, facts, steps)
    except Exception as error:  # noqa: BLE001 – a fault in a rule must close, whatever it is.
        steps.append((_FAULT, unknown(f"a rule failed: {type(error).__name__}")))
        return Decision(False, UNREADABLE, (), False, request, facts, tuple(steps))


def decide_or_raise(request: Request, facts: Facts) -> Decision:
    """As ``decide``, but a fault in a rule is raised: for tests and for checking policies."""
    return _weigh(order_for(request), request, facts, [])


def _weigh(order: tuple[Gate, ...], request: Request, facts: Facts, steps: Steps) -> Decision:
    denied: str | None = None
    permitted: Rule | None = None
    in_emergency = False
    now = facts.now
    for gate in order:
        votes = [judge(request, facts) for judge in gate.judges]
        cast = zip(gate.restrictions, votes, strict=True)
        if votes == gate.silence:
            steps.extend(cast)
        else:
            for rule, vote in cast:
                steps.append((rule, vote))
                if vote.verdict is _FORBID:
                    denied = denied or rule.name
                elif vote.verdict is _UNKNOWN:
                    denied = denied or UNREADABLE
                elif vote.verdict is _PERMIT and (permitted is None or rule.weight > permitted.weight):
                    permitted = rule
        if gate.grounds:
            unreadable = False
            for rule in gate.grounds:
                vote = rule.judge(request, facts)
                steps.append((rule, vote))
                if vote is SILENT:
                    continue
                if vote.verdict is _PERMIT and rule.since <= now < rule.until:
                    if permitted is None or rule.weight > permitted.weight:
                        permitted = rule
                    in_emergency = in_emergency or rule.name == "emergency"
                    break
                unreadable = unreadable or vote.verdict is _UNKNOWN
            else:
                why_not = UNREADABLE if unreadable else _first_reason(gate, request, facts, steps)
                denied = denied or why_not
        if denied is not None and gate.ends:
            break
    if denied is not None or permitted is None:
        name = denied or _NOBODY_PERMITTED
        told = name in BLOCKS and may_be_told_of(name, request, facts)
        return Decision(False, name, (), told, request, facts, tuple(steps))
    obligations = _LOG_EMERGENCY if in_emergency else _LOG
    if request.action is _SIGN and isinstance(request.resource, Task):
        obligations = _LOG_DELEGATION
    return Decision(True, permitted.name, obligations, False, request, facts, tuple(steps))


def _first_reason(gate: Gate, request: Request, facts: Facts, steps: Steps) -> str:
    """Which rule tells best why no ground permitted; when none does, nobody permitted."""
    for rule in gate.otherwise:
        vote = rule.judge(request, facts)
        steps.append((rule, vote))
        if vote.verdict is _FORBID:
            return rule.name
        if vote.verdict is _UNKNOWN:
            return UNREADABLE
    return _NOBODY_PERMITTED
