"""How far a block reaches, and whether a lift opens it.  (national block service, contract 4.0.4)

Boundary: what a block that stands means for the decision is for the rules to say.
"""

from authz.core.facts import AssignmentInUse, Block, Facts, Lift, LiftReason
from authz.core.request import Information, Request
from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.capacity import Capacity
from vocabulary.codes import INFORMATION_TYPES, Purpose

_MAY_BE_EXCEPTED = frozenset({"lak", "upp"})


def hides(block: Block, request: Request, facts: Facts) -> bool:
    """True when the block stands against this reader, lifts not counted.

    It does not when the type is excepted or the information's days lie wholly outside the block's; any doubt about
    either, such as an unspecified type or unknown days, and it does.
    """
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return True
    if block.patient != request.patient:
        return False
    wanted, own = (
        (information.provider, assignment.provider) if block.unit is None else (information.unit, assignment.unit)
    )
    blocked = (block.unit or block.provider).key
    if wanted is None or wanted.key != blocked or (own is not None and own.key == blocked):
        return False
    if not block.period.contains(facts.now):
        return False
    return not _excepted(block, information) and not _outside(block, information)


def opened(block: Block, facts: Facts) -> Lift | Unknown | None:
    """The current lift that opens this block for this reader's unit, or for the reader in person."""
    assignment, reader = facts.assignment, facts.reader
    if facts.lifts is UNKNOWN:
        return UNKNOWN
    if not facts.lifts or not isinstance(assignment, AssignmentInUse) or reader is None or reader is UNKNOWN:
        return None
    if assignment.purpose != Purpose.CARE:
        return None
    for lift in facts.lifts:
        if lift.block != block.id or lift.unit != assignment.unit:
            continue
        if lift.person is not None and lift.person != reader.id:
            continue
        if _is_current(lift, facts) and _reason_suffices(lift, block, assignment, facts):
            return lift
    return None


def may_be_told_of(rule: str, request: Request, facts: Facts) -> bool:
    """Whether the reader may learn that blocked information exists, when ``rule`` denied.

    Inside the provider always (PDL 4 kap. 4 §). An outer block: only whoever has a ground to see the rest, which the
    order of the gates has made sure of, and health care (Lag 2022:913 2 kap.).
    """
    assignment, information = facts.assignment, request.resource
    if not isinstance(assignment, AssignmentInUse) or not isinstance(information, Information):
        return False
    if rule == "inner_block":
        return assignment.provider == information.provider or facts.policy.inner_block_told_to_other_providers
    if rule == "outer_block":
        return assignment.capacity is Capacity.HEALTH_CARE or facts.policy.outer_block_told_to_social_care
    return False


def _excepted(block: Block, information: Information) -> bool:
    written = information.information_type
    if not block.excepted:
        return False
    return written in _MAY_BE_EXCEPTED and written in block.excepted and written in INFORMATION_TYPES


def _outside(block: Block, information: Information) -> bool:
    if block.first is not None and information.last is not None and information.last < block.first:
        return True
    return block.last is not None and information.first is not None and information.first > block.last


def _is_current(lift: Lift, facts: Facts) -> bool:
    start = lift.period.start
    return start is not None and lift.period.contains(facts.now) and facts.now < start + facts.policy.longest_lift


def _reason_suffices(lift: Lift, block: Block, assignment: AssignmentInUse, facts: Facts) -> bool:
    """Inside a care provider both reasons do (PDL 4 kap. 5 §), in social care only consent, since there is no emergency
    access in it. Across providers only those that the policy names."""
    if block.unit is not None and block.provider == assignment.provider:
        return lift.reason is LiftReason.PATIENTS_CONSENT or assignment.capacity is Capacity.HEALTH_CARE
    return lift.reason in facts.policy.reasons_that_lift_outer
