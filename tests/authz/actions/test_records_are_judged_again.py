"""A decision is judged again from nothing but its record, and gets the same answer; what would differ is told."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from authz.actions.recorded import facts_of, request_of
from authz.actions.records import FactTexts, decision_record, instant_text
from authz.actions.replay import Outcome, replay, replay_one
from authz.core.decide import decide
from authz.core.decision import Decision
from authz.core.facts import Facts
from authz.core.policy import STRICTEST
from authz.core.request import (
    Action,
    Application,
    Citizen,
    DirectoryObject,
    Employee,
    Information,
    Message,
    OwnRecord,
    PatientKey,
    Request,
    Task,
)
from authz.core.unknown import UNKNOWN
from authz.edge.trail import scan
from authz.edge.yaml_cases import load_cases
from authz.edge.yaml_cases.question import ask
from authz.edge.yaml_cases.registers import stand
from tests.authz.actions.asking import QUESTION, relate
from tests.authz.actions.world import PEP, World
from tests.authz.core.drawn_situations import FACTS, REQUESTS
from tests.authz.core.situations import placed
from vocabulary.refusals import InvalidValue

CASES = Path(__file__).parents[1] / "cases"


def told(request: Request) -> str:
    """What was asked about, as the record of an application's question tells it."""
    resource = request.resource
    match resource:
        case Information():
            given: dict[str, Any] = {"type": "patient_information", "id": "*", "investigation": resource.investigation}
            given |= {"information_type": resource.information_type, "task": resource.task}
            given |= {"first": _day(resource.first), "last": _day(resource.last)}
        case Task():
            given = {"type": "task", "id": resource.code}
        case Message():
            given = {"type": "message", "id": resource.case or "*", "message_kind": resource.kind}
        case OwnRecord():
            given = {"type": "own_record", "id": "*" if resource.unit is None else str(resource.unit)}
        case DirectoryObject():
            entry = "ou=Nowhere,c=SE" if resource.id is None else str(resource.id)
            given = {"type": "directory_object", "id": entry, "kind": str(resource.kind)}
            given["attribute_classes"] = sorted(resource.classes)
        case Application():
            given = {"type": "application", "id": resource.client_id}
    if isinstance(request.subject, Employee):
        given["capacity"] = request.subject.capacity
    given["stated_purpose"] = request.purpose
    return json.dumps({name: value for name, value in given.items() if value is not None})


def _day(value: Any) -> str | None:
    return None if value is None else value.isoformat()


def recorded(decision: Decision) -> dict[str, Any]:
    """The record of a decision, as it stands in the trail."""
    line = decision_record(
        decision_id="d",
        at=instant_text(decision.facts.now),
        asked_by="pep",
        token_client=None,
        decision=decision,
        resource=told(decision.request),
        sealed=None,
        facts_revision="1.1",
        texts=FactTexts(),
    )
    read: dict[str, Any] = json.loads(line)
    return read


def as_asked(request: Request) -> Request:
    """Whoever writes rules' tests may say `read` of a message; at the decision point it is called `receive`."""
    received = isinstance(request.resource, Message) and request.action is Action.READ
    return replace(request, action=Action.RECEIVE) if received else request


def cases() -> list[tuple[str, Request, Facts]]:
    world = (CASES / "world.yaml").read_text(encoding="utf-8")
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        if path.stem == "world":
            continue
        read = load_cases(world + path.read_text(encoding="utf-8"))
        for case in read.cases:
            try:
                request, asked = ask(case.when, read.world, case.at)
            except InvalidValue:
                continue
            found.append((f"{case.area}: {case.name}", as_asked(request), stand(case.given, read.world, asked)))
    return found


CASES_READ = cases()


@pytest.mark.parametrize(("request_", "known"), [case[1:] for case in CASES_READ], ids=[case[0] for case in CASES_READ])
def test_every_case_is_read_back_from_its_record_whole_and_gets_the_same_answer(
    request_: Request, known: Facts
) -> None:
    decision = decide(request_, known)
    record = recorded(decision)

    assert request_of(record) == request_
    assert facts_of(record, known.policy) == known
    assert replay_one(record).outcome is Outcome.SAME


@settings(deadline=None, max_examples=300)
@given(REQUESTS, FACTS)
def test_whatever_the_facts_the_record_gets_the_same_answer(question: Request, known: Facts) -> None:
    asked = as_asked(question)
    decision = decide(asked, placed(asked, known))

    read = replay_one(recorded(decision))

    assert (read.outcome, read.permits_now, read.now) == (Outcome.SAME, decision.permit, decision.rule)


def test_what_the_decision_point_recorded_is_judged_again(world: World) -> None:
    pdp = world.pdp()
    pdp.evaluate_blocking(QUESTION, PEP)
    relate(world.desk)
    world.clock.pass_(seconds=1)
    pdp.evaluate_blocking(QUESTION, PEP)
    pdp.evaluate_blocking(replace(QUESTION, action="fly"), PEP)

    read = list(replay(scan(world.folder)))

    assert [(one.outcome, one.permit) for one in read] == [("same", False), ("same", True), ("not_judged", False)]


def test_a_later_rule_that_answers_otherwise_is_reported_with_its_name(world: World) -> None:
    """As if the law had not asked for a care relationship when it was recorded: its voice is missing."""
    world.pdp().evaluate_blocking(QUESTION, PEP)
    record = next(scan(world.folder))
    record |= {"permit": True, "rule": "own_unit", "obligations": ["log"]}
    record["findings"] = [found for found in record["findings"] if found[0] != "no_care_relationship"]

    read = replay_one(record)

    assert (read.outcome, read.permit, read.permits_now) == (Outcome.OTHERWISE, True, False)
    assert (read.recorded, read.now) == ("own_unit", "no_care_relationship")
    assert "no_care_relationship" in read.differing


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("policy", "2031-something"),
        ("policy", None),
        ("assurance", 17),
        ("resource", {"type": "message", "id": "*"}),
        ("person", "nobody"),
        ("facts", {"reader": {"id": "SE2321000230-P1001"}, "sorcery": []}),
        ("facts", {"reader": {"member": None}}),
        ("facts", {"care_relationships": {}}),
        ("facts", {"blocks": None}),
        ("facts", {"reader": {"id": "SE2321000230-P1001", "active": "true"}}),
        ("at", "yesterday"),
    ],
)
def test_what_has_not_the_form_of_a_record_is_told_and_never_judged(world: World, member: str, value: object) -> None:
    world.pdp().evaluate_blocking(QUESTION, PEP)
    record = {**next(scan(world.folder)), member: value}

    read = replay_one(record)

    assert (read.outcome, read.now) == (Outcome.UNREADABLE, None)
    assert read.because


def test_another_policy_is_judged_by_its_own_data() -> None:
    request, known = CASES_READ[0][1:]
    mild = replace(STRICTEST, version="mild", longest_lift=timedelta(days=3))
    record = recorded(decide(request, replace(known, policy=mild)))

    assert replay_one(record).outcome is Outcome.UNREADABLE
    assert replay_one(record, {"mild": mild}).outcome is Outcome.SAME


def test_an_unreadable_register_stays_unreadable() -> None:
    request, known = CASES_READ[0][1:]

    record = recorded(decide(request, replace(known, blocks=UNKNOWN, consents=UNKNOWN, reader=UNKNOWN)))

    assert facts_of(record, STRICTEST).blocks is UNKNOWN
    assert replay_one(record).now == "facts_unreadable"


def test_a_citizen_that_asked_for_somebody_else_is_judged_as_herself() -> None:
    own = next(case for case in CASES_READ if isinstance(case[1].subject, Citizen))
    stranger = replace(own[1], subject=Citizen(PatientKey("1:somebody")))

    assert replay_one(recorded(decide(stranger, own[2]))).permits_now is False
