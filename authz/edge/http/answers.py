"""Answers as AuthZEN 1.0 writes them. Terse by default: test runners compare batch items as exact JSON."""

import json
from typing import Any, Final

from authz.actions.answer_question import Answer
from authz.actions.denials import DENIALS, TRY_AGAIN
from authz.actions.records import instant_text
from authz.core import reasons
from authz.core.decide import as_told
from authz.core.decision import Decision
from authz.core.next_steps import next_steps
from authz.core.reasons import Reason
from authz.core.remedies import Step
from authz.core.vote import Verdict
from authz.refusals import MalformedQuestion

PERMIT, DENY = '{"decision":true}', '{"decision":false}'


def answer_text(answer: Answer) -> str:
    """One decision as JSON text."""
    if answer.rule in ("trail_unavailable", "not_judged"):
        return error_text(503, DENIALS[answer.rule].text_en)
    if not answer.explain:
        return PERMIT if answer.permit else DENY
    whole = {"decision": answer.permit, "context": explanation(answer)}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def fault_text(fault: MalformedQuestion) -> str:
    """A malformed item of a batch: denied, with its own error."""
    return error_text(400, fault.description)


def error_text(status: int, message: str) -> str:
    whole = {"decision": False, "context": {"error": {"status": status, "message": message}}}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


def explanation(answer: Answer) -> dict[str, Any]:
    """The ``context`` of an explained answer."""
    decision = answer.decision
    if decision is None:
        reason = DENIALS[answer.rule]
        return {
            "decision_id": answer.decision_id,
            "reason_user": reason_json(reason),
            "reason_admin": {"code": answer.rule, "text": reason.text_en},
            "next_steps": [_step(step) for step in _AGAIN.get(answer.rule, ())],
            "final": answer.rule not in _AGAIN,
            "obligations": [],
            "facts_revision": answer.facts_revision,
        }
    decision = as_told(decision)
    until, steps = decision.valid_until, next_steps(decision, answer.others)
    context: dict[str, Any] = {
        "decision_id": answer.decision_id,
        "reason_user": reason_json(decision.reason_user),
        "reason_admin": {"code": decision.rule, "text": decision.reason_admin},
        "gates": _gates(decision),
        "next_steps": [_step(step) for step in steps],
        "final": not decision.permit and not steps,
        "obligations": [str(word) for word in decision.obligations],
        "policy_version": decision.policy_version,
        "facts_revision": answer.facts_revision,
        "valid_until": None if until is None else instant_text(until),
    }
    if decision.may_show_blocked_exists:
        context["may_show_blocked_exists"] = True
    return context


def _gates(decision: Decision) -> list[dict[str, Any]]:
    """The ladder that the question climbed: gate by gate in order, with what the rules asked there require, and what
    was found where something was."""
    ladder: dict[str, list[dict[str, Any]]] = {}
    required: dict[str, list[str]] = {}
    for (rule, _), finding in zip(decision.steps, decision.findings, strict=True):
        required.setdefault(finding.gate, []).append(rule.requires)
        found = ladder.setdefault(finding.gate, [])
        if finding.verdict is not Verdict.SILENT:
            facts = [f"{fact.kind} {fact.id} v{fact.version}" for fact in finding.facts]
            found.append(
                {
                    "rule": finding.rule,
                    "verdict": finding.verdict.value,
                    "law": str(finding.citation),
                    "explanation": finding.explanation,
                    "facts": facts,
                }
            )
    return [
        {"gate": gate, "outcome": _outcome(found), "requires": required[gate], "findings": found}
        for gate, found in ladder.items()
    ]


def _step(step: Step) -> dict[str, Any]:
    """``with`` is for machines: what it takes to do the step."""
    told = reason_json(step.reason)
    return {**told, "with": dict(step.told)} if step.told else {**told}


def _outcome(found: list[dict[str, Any]]) -> str:
    """The gravest verdict of a gate; ``passed`` when nobody had anything against it."""
    verdicts = {finding["verdict"] for finding in found}
    return next((grave for grave in ("forbid", "unknown", "permit") if grave in verdicts), "passed")


_AGAIN: Final = {
    **dict.fromkeys(TRY_AGAIN, (Step(reasons.TRY_AGAIN, {}),)),
    **dict.fromkeys(("subject_token_missing", "subject_token_invalid"), (Step(reasons.LOG_IN_AGAIN, {}),)),
}
"""What can be done about a question that came to no rule. Whether it helps nobody knows before it is asked again."""


def reason_json(reason: Reason) -> dict[str, str]:
    return {"code": reason.code, "sv": reason.text, "en": reason.text_en}
