"""The engine and the naive reading answer every question alike. Where they part, the law's text says who is right."""

import ast
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path
from secrets import randbelow

import pytest

from authz.core.decide import decide_or_raise
from authz.core.decision import Decision, Obligation
from authz.core.order import ADMINISTRATION, EVERY_ORDER
from authz.edge.yaml_cases.case_file import load_cases
from authz.edge.yaml_cases.question import ask
from authz.edge.yaml_cases.registers import stand
from tests.authz.oracle.chance import MOMENT
from tests.authz.oracle.compared import answered, told
from tests.authz.oracle.generated import Question, questions
from tests.authz.oracle.naive import judged, permits
from tests.authz.oracle.situations import SITUATIONS

HALF = 10_000
SEED = 20260302
FRESH = randbelow(2**32)
CASES = Path(__file__).parent.parent / "cases"
SHAPES = frozenset(f"authz.core.{name}" for name in ("directory_words", "facts", "messages", "request", "unknown"))

Answer = tuple[Question, Decision, bool]


@pytest.fixture(scope="module")
def answers() -> list[Answer]:
    """Of the seed that every run asks."""
    return [(question, *answered(question)) for question in islice(questions(SEED), HALF)]


def test_every_question_is_answered_as_the_naive_reading_answers_it(answers) -> None:
    apart = [
        told(question, f"seed {SEED}, question {n}") for n, (question, _, differs) in enumerate(answers) if differs
    ]

    assert not apart, "\n\n".join(apart[:3])


def test_so_are_questions_that_nobody_has_asked_before() -> None:
    apart = [
        told(question, f"seed {FRESH}, question {n}")
        for n, question in enumerate(islice(questions(FRESH), HALF))
        if answered(question)[1]
    ]

    assert not apart, "\n\n".join(apart[:3])


def test_a_generator_of_denials_would_prove_nothing(answers) -> None:
    permitted = sum(decision.permit for _, decision, _ in answers)
    changed_once = sum(len(question.changes) == 1 for question, _, _ in answers)

    assert 0.25 < permitted / len(answers) < 0.75
    assert changed_once / len(answers) > 0.4
    assert {question.situation for question, decision, _ in answers if decision.permit} == set(SITUATIONS)


def test_every_rule_decides_some_question(answers) -> None:
    deciding = Counter(decision.rule for _, decision, _ in answers)
    named = {
        rule.name
        for order in EVERY_ORDER
        if order is not ADMINISTRATION
        for gate in order
        for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise)
    } - {"origin_known", "not_hers_to_know"}
    table = "\n".join(f"{deciding[name]:6} {name}" for name in sorted(named | set(deciding)))

    assert not named - set(deciding), table


def test_near_misses_lie_on_both_sides(answers) -> None:
    """One change in a permitted situation denies often, and often does not."""
    once = [(q, decision) for q, decision, _ in answers if len(q.changes) == 1 and decide_or_raise(*q.neighbour).permit]
    denied = Counter(question.changes[0] for question, decision in once if not decision.permit)
    spared = Counter(question.changes[0] for question, decision in once if decision.permit)

    assert 0.2 < sum(denied.values()) / len(once) < 0.8
    assert len(denied) > 40 < len(spared)


def test_a_permit_stands_until_the_instant_that_it_names(answers) -> None:
    permitted = [(q, decision) for q, decision, _ in answers if decision.permit][:2_000]
    for question, decision in permitted:
        until = decision.valid_until
        if until is not None:
            later = replace(question.facts, now=until - MOMENT)
            assert permits(question.request, later), told(question, f"until {until}")


def test_an_emergency_is_logged_and_reviewed_exactly_when_nothing_else_opens(answers) -> None:
    permitted = [(question, decision) for question, decision, _ in answers if decision.permit]
    for question, decision in permitted:
        alone = judged(question.request, question.facts)[1] == "emergency_3_6"
        owed = {Obligation.LOG_AS_EMERGENCY, Obligation.REVIEW_EMERGENCY} & set(decision.obligations)
        assert len(owed) == (2 if alone else 0), told(question, "logged otherwise")


@pytest.mark.parametrize(
    "area", sorted(path.stem for path in CASES.glob("*.yaml") if path.stem not in ("world", "administration"))
)
def test_the_naive_reading_knows_the_agreed_cases(area) -> None:
    world = (CASES / "world.yaml").read_text(encoding="utf-8")
    agreed = load_cases(world + (CASES / f"{area}.yaml").read_text(encoding="utf-8"))

    for case in agreed.cases:
        request, facts = ask(case.when, agreed.world, case.at)
        facts = stand(case.given, agreed.world, facts)
        assert permits(request, facts) is case.then.permit, (case.name, judged(request, facts))


def test_the_naive_reading_borrows_shapes_and_nothing_else() -> None:
    """What it would share with the engine, it could not find wrong."""
    borrowed = {
        node.module
        for name in ("naive", "naive_crossing", "naive_delegation", "plainly")
        for node in ast.walk(ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("authz")
    }

    assert borrowed <= SHAPES
