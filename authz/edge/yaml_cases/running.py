"""Runs the cases of a file, each in registers of its own, and compares answer with expectation."""

from dataclasses import dataclass

from authz.core.decide import decide_or_raise
from authz.core.decision import Decision
from authz.edge.yaml_cases.case_file import Case, CaseFile, Expectation
from authz.edge.yaml_cases.question import ask
from authz.edge.yaml_cases.registers import stand
from authz.edge.yaml_cases.scratch_world import ScratchWorld
from vocabulary.refusals import InvalidValue


@dataclass(frozen=True, slots=True)
class CaseResult:
    """``expected`` and ``got`` are for people. ``unsupported`` tells what the case says that we do not understand."""

    name: str
    area: str
    passed: bool
    expected: str
    got: str
    unsupported: str | None = None


def run_cases(case_file: CaseFile) -> list[CaseResult]:
    """One result per case, in the file's order. A case that cannot be understood has not passed."""
    return [_run(case, case_file.world) for case in case_file.cases]


def _run(case: Case, world: ScratchWorld) -> CaseResult:
    expected = _spell(case.then.permit, case.then.rule, case.then.may_show_blocked_exists, case.then.obligations)
    try:
        request, facts = ask(case.when, world, case.at)
        decision = decide_or_raise(request, stand(case.given, world, facts))
    except InvalidValue as refusal:
        return CaseResult(case.name, case.area, False, expected, "nothing", refusal.description)
    shown = None if case.then.may_show_blocked_exists is None else decision.may_show_blocked_exists
    owed = None if case.then.obligations is None else frozenset(decision.obligations)
    got = _spell(decision.permit, decision.rule, shown, owed)
    return CaseResult(case.name, case.area, _agrees(decision, case.then), expected, got)


def _agrees(decision: Decision, then: Expectation) -> bool:
    if (decision.permit, decision.rule) != (then.permit, then.rule):
        return False
    if then.may_show_blocked_exists not in (None, decision.may_show_blocked_exists):
        return False
    return then.obligations is None or then.obligations == frozenset(decision.obligations)


def _spell(permit: bool, rule: str, shown: bool | None, obligations: frozenset[str] | None) -> str:
    parts = ["permit" if permit else "deny", rule]
    if shown is not None:
        parts.append(f"may_show_blocked_exists: {str(shown).lower()}")
    if obligations is not None:
        parts.append(f"obligations: {', '.join(sorted(obligations)) or 'none'}")
    return "; ".join(parts)
