"""A pack's own decision cases, run: which pass, and which rules no case ever heard speak."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from authz.core.decision import Obligation
from authz.core.facts import AssignmentInUse, Reader
from authz.core.packs.asking import Told, decide_asked, fault_of
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import EMPLOYEE, PackCase
from authz.core.vote import Verdict
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.refusals import InvalidValue


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rule`` names what decided, ``owed`` are the pack's obligations, ``heard`` the rules that were not silent."""

    permit: bool
    rule: str
    owed: tuple[str, ...] = ()
    heard: frozenset[str] = frozenset()

    def __str__(self) -> str:
        owed = f", owing {', '.join(self.owed)}" if self.owed else ""
        return f"{'permit' if self.permit else 'deny'} by {self.rule}{owed}"


@dataclass(frozen=True, slots=True)
class CaseResult:
    case: PackCase
    got: Outcome

    @property
    def passed(self) -> bool:
        case, got = self.case, self.got
        owes = case.obligations is None or set(case.obligations) == set(got.owed)
        return case.permit is got.permit and case.rule in (None, got.rule) and owes


@dataclass(frozen=True, slots=True)
class Flipped:
    """A question that another version answers otherwise."""

    case: PackCase
    before: Outcome
    after: Outcome


def run_cases(policy: PackPolicy, now: datetime) -> tuple[CaseResult, ...]:
    return tuple(CaseResult(case, outcome_of(policy, case, now)) for case in policy.pack.cases)


def rules_unheard(policy: PackPolicy, results: Iterable[CaseResult]) -> tuple[str, ...]:
    """Ids of the rules that were silent in every case: nothing was shown of them."""
    heard = frozenset().union(*(result.got.heard for result in results))
    return tuple(rule.id for rule in policy.pack.rules if rule.id not in heard)


def flipped(before: PackPolicy, after: PackPolicy, now: datetime) -> tuple[Flipped, ...]:
    """Of all that either version has cases for, what they answer differently."""
    found = []
    for case in (*before.pack.cases, *(case for case in after.pack.cases if case not in before.pack.cases)):
        one, other = outcome_of(before, case, now), outcome_of(after, case, now)
        if one.permit is not other.permit:
            found.append(Flipped(case, one, other))
    return tuple(found)


def outcome_of(policy: PackPolicy, case: PackCase, now: datetime) -> Outcome:
    """What the pack answers to the case's question, supposing what the case tells of the house."""
    fault = fault_of(policy.pack, case.asked)
    if fault is not None:
        return Outcome(False, fault)
    told = _told(case, now)
    if told is None:
        return Outcome(False, "incomplete_question")
    decision = decide_asked(policy, case.asked, told)
    own = f"{policy.pack.space}:"
    heard = frozenset(
        rule.name.removeprefix(own) for rule, vote in decision.steps if vote.verdict is not Verdict.SILENT
    )
    owed = tuple(word for word in decision.obligations if not isinstance(word, Obligation))
    return Outcome(decision.permit, decision.rule.removeprefix(own), owed, heard)


def _told(case: PackCase, now: datetime) -> Told | None:
    """``None`` for an employee whose id is none."""
    zone = NetworkZone(case.network_zone)
    if case.asked.subject_type != EMPLOYEE:
        return Told(now, zone)
    try:
        person = HsaId.parse(case.asked.subject_id)
        member = None if case.house.member is None else HsaId.parse(case.house.member)
    except InvalidValue:
        return None
    house = case.house
    reader = Reader(person, member, house.licences, system_roles=house.system_roles)
    held = (
        None
        if house.assignment is None
        else AssignmentInUse(house.assignment, house.unit, house.provider, None, None, ())
    )
    return Told(now, zone, AssuranceLevel(house.level), person, reader, held)
