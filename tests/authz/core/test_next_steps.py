"""Whoever does all the steps that a denial names is permitted; a denial that names none says that it is final.

Over every decision case: each step is done in a sandbox from nothing but what a machine is told of it.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from authz.actions.answer_question import Answer
from authz.core.decide import decide, decide_or_raise
from authz.core.directory_facts import AdminAssignmentInUse, DirectoryEntry, Power
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import (
    AssignmentInUse,
    CareRelationship,
    CaseState,
    Colleague,
    Consent,
    Delegation,
    Delegator,
    Facts,
    Ground,
    Lift,
    LiftReason,
    Reader,
    ServiceRecipient,
)
from authz.core.next_steps import next_steps
from authz.core.order import EVERY_ORDER
from authz.core.remedies import RULES_WITH_REMEDIES, Step
from authz.core.request import DirectoryObject, Employee, Request
from authz.edge.http.answers import answer_text
from authz.edge.yaml_cases import load_cases
from authz.edge.yaml_cases.question import ask
from authz.edge.yaml_cases.registers import stand
from tests.authz.cases.parts import FOLDER, WORLD
from tests.authz.core import situations
from vocabulary.assurance import AssuranceLevel
from vocabulary.capacity import Capacity
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.right import Right

Asked = tuple[Request, Facts]


@dataclass(frozen=True)
class Denied:
    """A case that denies, with the assignments that the person could choose; ``again`` is it with everything read."""

    name: str
    request: Request
    facts: Facts
    others: tuple[AssignmentInUse, ...]
    again: Facts


def denied_cases() -> Iterator[Denied]:
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem == "world":
            continue
        loaded = load_cases(WORLD + path.read_text(encoding="utf-8"))
        for case in loaded.cases:
            request, facts = ask(case.when, loaded.world, case.at)
            given = stand(case.given, loaded.world, facts)
            reader = case.when["reader"]
            others = tuple(one.value for one in loaded.world.assignments.values() if one.person == reader)
            readable = [one for one in case.given if "unreadable" not in one]
            if not decide_or_raise(request, given).permit:
                yield Denied(case.name, request, given, others, stand(readable, loaded.world, facts))


CASES = list(denied_cases())


def sandbox(step: Step, request: Request, facts: Facts, others: tuple[AssignmentInUse, ...]) -> Asked:
    """What stands once the step is done, by its code and what it is told with alone."""
    told = dict(step.told)
    now, patient = facts.now, request.patient
    match step.reason.code:
        case "log_in_higher" | "log_in_with_two_factors":
            return replace(request, assurance=AssuranceLevel[told["level"].upper()]), facts
        case "choose_assignment":
            chosen = next(one for one in others if one.id.value == told["assignment"])
            assert isinstance(request.subject, Employee)
            return replace(request, subject=replace(request.subject, assignment=chosen.id)), replace(
                facts, assignment=chosen
            )
        case "ask_for_right":
            held = facts.assignment
            assert isinstance(held, AssignmentInUse) and held.id.value == told["assignment"]
            wider = replace(held, rights=(*held.rights, Right.parse(told["right"])))
            return request, replace(facts, assignment=wider)
        case "register_care_relationship":
            person, unit = HsaId.parse(told["person"]), HsaId.parse(told["unit"])
            made: Any = CareRelationship("new", patient, person, unit, Period(now, now + timedelta(days=30)))
            return request, replace(facts, care_relationships=(*facts.care_relationships, made))
        case "ask_for_consent":
            unit = HsaId.parse(told["unit"])
            made = Consent("new", patient, unit, None, Ground(told["ground"]), Period(now, now + timedelta(days=30)))
            opened = all_lifted(facts, unit, [one.id for one in facts.blocks])
            return request, replace(opened, consents=(*facts.consents, made))
        case "register_service_recipient":
            made = ServiceRecipient("new", patient, HsaId.parse(told["provider"]))
            return request, replace(facts, service_recipients=(*facts.service_recipients, made))
        case "ask_for_lift":
            return request, all_lifted(facts, HsaId.parse(told["unit"]), [one.id for one in facts.blocks])
        case "ask_for_plan_consent":
            return request, replace(
                facts, discharge_cases=tuple(replace(one, plan_consent=True) for one in facts.discharge_cases)
            )
        case "await_doctor":
            return request, replace(
                facts, discharge_cases=tuple(replace(one, state=CaseState.READY) for one in facts.discharge_cases)
            )
        case "accept_delegation":
            return request, with_delegation(facts, told["delegation"], accepted=True)
        case "await_agreement":
            return request, with_delegation(facts, told["delegation"], receiving_member_agreed=True)
        case "ask_for_delegation":
            return request, replace(facts, delegations=(*facts.delegations, delegated(told, facts)))
        case "ask_another_administrator":
            return as_somebody_else(request, facts)
    raise AssertionError(f"nobody knows how to do `{step.reason.code}`")


def all_lifted(facts: Facts, unit: HsaId, blocks: list[str]) -> Facts:
    week = Period(facts.now, facts.now + timedelta(days=7))
    made = tuple(Lift(f"lift of {one}", one, unit, None, LiftReason.PATIENTS_CONSENT, week) for one in blocks)
    return replace(facts, lifts=(*facts.lifts, *made))


def with_delegation(facts: Facts, name: str, **changes: bool) -> Facts:
    return replace(
        facts, delegations=tuple(replace(one, **changes) if one.id == name else one for one in facts.delegations)
    )


def delegated(told: dict[str, str], facts: Facts) -> Delegation:
    """By a licensed colleague with every right at the unit's provider."""
    assert isinstance(facts.reader, Reader) and isinstance(facts.assignment, AssignmentInUse)
    assert facts.task is not None and facts.task.code == told["task"]
    rights = tuple(Right.parse(f"Läsa;alla;{scope}") for scope in ("VG", "SJF"))
    colleague = HsaId.parse(f"{facts.reader.id.prefix}-COLLEAGUE")
    held = replace(facts.assignment, id=colleague, unit=None, rights=rights, capacity=Capacity.HEALTH_CARE)
    licences = facts.task.required_licences
    return Delegation(
        "new",
        Delegator(colleague, facts.reader.member, licences, frozenset(), (held,)),
        facts.reader.id,
        told["task"],
        frozenset(),
        frozenset({HsaId.parse(told["unit"])}),
        Period(facts.now, facts.now + timedelta(days=90)),
        accepted=True,
        receiving_member_agreed=True,
    )


def as_somebody_else(request: Request, facts: Facts) -> Asked:
    """An administrator of the whole region."""
    other = HsaId.parse("SE2321000230-CHIEF")
    held = (AdminAssignmentInUse(other, Power(None, frozenset(Duty)), ALWAYS),)
    entry = facts.entry
    return replace(request, subject=Employee(other, None)), replace(
        facts,
        reader=Reader(other, None),
        admin_assignments=held,
        entry=entry if entry is None else replace(entry, own=()),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_all_steps_done_permit_or_the_answer_is_final(case: Denied) -> None:
    request, facts = case.request, case.facts
    steps = next_steps(decide_or_raise(request, facts), case.others)
    if [step.reason.code for step in steps] == ["try_again"]:
        facts = case.again
        steps = next_steps(decide_or_raise(request, facts), case.others)
        assert [step.reason.code for step in steps] != ["try_again"], "what is readable is not unreadable"

    for step in steps:
        request, facts = sandbox(step, request, facts, case.others)

    decision = decide_or_raise(request, facts)
    assert decision.permit is bool(steps or decide_or_raise(case.request, facts).permit), decision.reason_admin


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_step_can_be_left_out(case: Denied) -> None:
    steps = next_steps(decide_or_raise(case.request, case.facts), case.others)
    if [step.reason.code for step in steps] == ["try_again"]:
        return

    for left_out in steps:
        request, facts = case.request, case.facts
        for step in steps:
            if step is not left_out:
                request, facts = sandbox(step, request, facts, case.others)
        assert not decide(request, facts).permit, f"`{left_out.reason.code}` was needless"


FINAL = {
    "delegator_not_competent": "who lacks the licence signs no delegation",
    "facts_unreadable": "the question itself lacks what it takes",
    "investigation_data": "another unit's investigation opens to nobody",
    "licence_restricted": "what the licence register forbids nobody here allows",
    "not_concerned": "the case does not concern the unit",
    "not_hers_to_know": "what is unknown to her stays so",
    "own_record_read_only": "the patient does not write",
    "protected_person": "what is unknown to her stays so",
    "purpose_not_allowed": "no other purpose of hers reaches there",
    "task_not_delegable": "the task is never delegated",
    "wrong_capacity": "no assignment of hers is in that capacity",
    "wrong_sender": "somebody else sends",
}
"""Denials that nobody can help, in some case or in all, by rule; what could help is not in reach of these."""

NO_HELP_HERE = {
    "right_missing": "a task gives no sight of what it does not need",
    "no_care_relationship": "at the very instant at which the responsibility moves",
    "no_ground_across_providers": "before the law was in force",
}
"""Rules that can mostly be helped, and the one case each in which they cannot."""


def test_what_is_final_is_what_nobody_can_help() -> None:
    final = {
        decide_or_raise(case.request, case.facts).rule
        for case in CASES
        if not next_steps(decide_or_raise(case.request, case.facts), case.others)
    }

    assert final == {*FINAL, *NO_HELP_HERE}
    assert not {*FINAL} & RULES_WITH_REMEDIES - {"delegator_not_competent"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_the_asker_is_told_names_nobody_but_herself(case: Denied) -> None:
    told = explained(case.request, case.facts, case.others)
    context = json.loads(told)["context"]
    words = json.dumps([context["reason_user"], context["next_steps"]])
    hers = {one.id.value for one in case.others} | {str(one.unit) for one in case.others}
    hers |= {str(one.provider) for one in case.others} | {str(getattr(case.facts.reader, "id", ""))}

    named = set(re.findall(r"SE[0-9]{10}-[A-Za-z0-9]+", words))
    assert named <= hers
    if isinstance(case.facts.blocks, tuple):
        assert not any(f'"{one.id}"' in words for one in case.facts.blocks)


def explained(request: Request, facts: Facts, others: tuple[AssignmentInUse, ...] = ()) -> str:
    decision = decide(request, facts)
    return answer_text(Answer(decision.permit, "0" * 32, decision.rule, True, decision, "7.1", others))


WANTED = HsaId.parse("SE2120002767-P2002")


@pytest.mark.parametrize("classes", [frozenset(), frozenset({AttributeClass.LICENCES})])
def test_the_explained_answers_about_hidden_and_missing_are_the_same_bytes(classes: frozenset[AttributeClass]) -> None:
    request = situations.ask(DirectoryObject(WANTED, classes), patient=None)
    entry = DirectoryEntry(WANTED, EntryKind.PERSON, situations.BODEN, frozenset({situations.BODEN}), protected=True)
    hidden = situations.facts(colleague=Colleague(WANTED, True, version=9), entry=entry)
    administration = DirectoryEntry(WANTED, EntryKind.ADMIN_ASSIGNMENT, situations.BODEN, frozenset(), version=3)
    not_hers = situations.facts(entry=administration)

    missing = explained(request, situations.facts())

    assert explained(request, hidden) == explained(request, not_hers) == missing
    assert '"unknown_to_you"' in missing and '"final":true' in missing


def test_a_block_that_may_not_be_told_of_is_told_as_a_lack_of_ground() -> None:
    request = situations.read(situations.CARE_CENTRE)
    blocked = situations.block(situations.REGION, situations.CARE_CENTRE)
    taking_part = (situations.relationship(situations.NURSING),)
    hers = {"assignment": situations.assignment(situations.NURSING), "care_relationships": taking_part}
    without = situations.placed(request, situations.facts(**hers))
    consented = situations.consent(situations.NURSING)
    behind = situations.placed(request, situations.facts(**hers, consents=(consented,), blocks=(blocked,)))

    told = [json.loads(explained(request, facts))["context"] for facts in (without, behind)]

    assert decide(request, behind).rule == "inner_block"
    for name in ("reason_user", "next_steps", "final"):
        assert told[0][name] == told[1][name]
    assert "may_show_blocked_exists" not in told[1]


def test_gates_tell_in_order_what_was_required_and_what_was_found() -> None:
    request = situations.read(situations.CARE_CENTRE)
    blocks = (situations.block(situations.REGION, situations.CARE_CENTRE),)
    whole = json.loads(explained(request, situations.placed(request, situations.facts(blocks=blocks))))
    gates = whole["context"]["gates"]

    assert [gate["gate"] for gate in gates][:3] == ["assurance", "assignment", "capacity"]
    assert all(gate["requires"] and all(text.endswith(".") for text in gate["requires"]) for gate in gates)
    assert all(rule.requires and "\n" not in rule.requires for order in EVERY_ORDER for gate in order
               for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise))  # fmt: skip
    denying = next(finding for gate in gates for finding in gate["findings"] if finding["rule"] == "inner_block")
    assert denying["law"] == "PDL (2008:355) 4 kap. 4 §" and denying["facts"] == ["Block b1 v1"]


@pytest.mark.parametrize(
    ("rule", "step"),
    [("subject_token_invalid", "log_in_again"), ("trail_unavailable", None), ("revision_not_reached", "try_again"),
     ("unknown_resource", None)],
)  # fmt: skip
def test_a_question_that_came_to_no_rule_is_final_unless_time_or_a_login_helps(rule: str, step: str | None) -> None:
    context = json.loads(answer_text(Answer(False, "0" * 32, rule, True, None, "7.1")))["context"]

    if rule != "trail_unavailable":
        assert [one["code"] for one in context["next_steps"]] == ([] if step is None else [step])
        assert context["final"] is (step is None)
    else:
        assert context["error"]["status"] == 503
