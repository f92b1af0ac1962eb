"""Cedar, given our rules as its policies and our facts as its entities, answers as the engine does.

Where they part, the law's text says who is right, as with the naive reading.
"""

import ast
from collections import Counter
from dataclasses import fields, replace
from itertools import islice
from pathlib import Path
from secrets import randbelow

import cedarpy
import pytest

from authz.core.facts import Facts, Patient
from authz.core.request import Action, Citizen, Information, Task
from authz.core.unknown import UNKNOWN
from tests.authz.oracle import cedar_text
from tests.authz.oracle.cedar_compared import Compared, compared
from tests.authz.oracle.cedar_export import CedarFailed, answers, can_say, exported
from tests.authz.oracle.chance import ELSA
from tests.authz.oracle.generated import questions

HALF = 5_000
SEED = 20260302
FRESH = randbelow(2**32)
SHAPES = frozenset(f"authz.core.{name}" for name in ("facts", "request", "unknown"))


@pytest.fixture(scope="module")
def asked() -> list[Compared]:
    """Of the seed that every run asks."""
    return list(compared(islice(questions(SEED), HALF)))


def test_cedar_answers_every_question_as_the_engine_does(asked) -> None:
    apart = [one.told(SEED) for one in asked if one.differs]

    assert not apart, "\n\n".join(apart[:3])


def test_so_it_does_with_questions_that_nobody_has_asked_before() -> None:
    apart = [one.told(FRESH) for one in compared(islice(questions(FRESH), HALF)) if one.differs]

    assert not apart, "\n\n".join(apart[:3])


def test_most_questions_can_be_put_to_cedar_and_half_of_those_are_permitted(asked) -> None:
    permitted = sum(one.cedar.permit for one in asked)

    assert len(asked) > 0.7 * HALF
    assert 0.4 < permitted / len(asked) < 0.7
    assert {type(one.question.request.resource) for one in asked} == {Information, Task}


def test_no_policy_could_be_left_out(asked) -> None:
    """Each permits something alone, or is alone in forbidding what some ground permits."""
    alone = [one for one in asked if len(one.cedar.policies) == 1]
    denied = [one for one in alone if not one.cedar.permit]
    permitting = cedarpy.PolicySet.from_str(cedar_text.permitting())
    unforbidden = answers([(one.question.request, one.question.facts) for one in denied], permitting)
    needed = Counter(
        policy
        for one in (
            *(one for one in alone if one.cedar.permit),
            *(one for one, open_otherwise in zip(denied, unforbidden, strict=True) if open_otherwise.permit),
        )
        for policy in one.cedar.policies
    )

    assert set(needed) == _names(cedar_text.policies()), needed


def test_the_policies_are_sound_by_cedars_own_validator() -> None:
    """Nothing that may be missing is read unasked: such a policy would fail, and one that forbids would then permit."""
    sound = cedarpy.validate_policies(cedar_text.policies(), cedar_text.schema())

    assert sound.validation_passed, [str(error) for error in sound.errors[:3]]


def test_whoever_is_unknown_in_any_register_is_not_asked_about(asked) -> None:
    question = next(one.question for one in asked if one.cedar.permit)

    for register in fields(Facts):
        if register.name not in ("now", "policy"):
            assert not can_say(question.request, replace(question.facts, **{register.name: UNKNOWN})), register.name
    assert not can_say(question.request, replace(question.facts, patient=Patient(ELSA, UNKNOWN)))
    assert not can_say(replace(question.request, subject=Citizen(ELSA)), question.facts)
    assert not can_say(replace(question.request, action=Action.SEND), question.facts)


def test_cedar_itself_permits_when_what_a_forbidding_policy_needs_is_missing() -> None:
    """Why the third value is ours, and such questions are left out."""
    reader, note = {"type": "Reader", "id": "anna"}, {"type": "Note", "id": "1"}
    policies = "permit (principal, action, resource); forbid (principal, action, resource) when { resource.blocked };"
    request = {"principal": reader, "action": {"type": "Action", "id": "read"}, "resource": note, "context": {}}

    answer = cedarpy.is_authorized(request, policies, [{"uid": note, "attrs": {}, "parents": []}])

    assert answer.allowed
    assert answer.diagnostics.errors


def test_more_records_than_the_policies_look_at_are_refused(asked) -> None:
    question = next(one.question for one in asked if one.question.facts.consents)
    many = question.facts.consents[:1] * (cedar_text.AT_MOST["consent"] + 1)

    with pytest.raises(CedarFailed):
        exported([(question.request, replace(question.facts, consents=many))])


def test_facts_are_given_to_cedar_whole(asked) -> None:
    """Record by record: nothing that is in a register was judged away before Cedar saw it."""
    registers = {
        "care_relationships": "CareRelationship", "responsibility_moves": "ResponsibilityMove", "consents": "Consent",
        "blocks": "Block", "lifts": "Lift", "emergencies": "Emergency", "delegations": "Delegation",
        "service_recipients": "ServiceRecipient", "discharge_cases": "DischargeCase",
    }  # fmt: skip
    about = [one.question for one in asked if isinstance(one.question.request.resource, Information)]
    _, entities = exported([(question.request, question.facts) for question in about])
    given = Counter(entity["uid"]["type"] for entity in entities)

    for register, kind in registers.items():
        assert given[kind] == sum(len(getattr(question.facts, register)) for question in about) > 0, register


def test_the_export_borrows_shapes_and_nothing_else() -> None:
    """What it would share with the engine or the naive reading, it could not find wrong."""
    borrowed = {
        node.module
        for name in ("cedar_export", "cedar_text")
        for node in ast.walk(ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith(("authz", "tests"))
    }

    assert borrowed <= SHAPES | {"tests.authz.oracle", "tests.authz.oracle.plainly"}


def _names(policies: str) -> set[str]:
    return {line.split('"')[1] for line in policies.splitlines() if line.startswith("@id")}
