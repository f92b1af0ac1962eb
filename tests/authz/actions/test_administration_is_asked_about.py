"""The directory's entries as resources of the decision point: ids and names, classes of attributes, kinds."""

import asyncio
import json
from typing import Any

import pytest

from authz.actions.answer_question import Answer
from authz.core.directory_facts import AdminAssignmentInUse, Area, DirectoryEntry, Power
from authz.core.directory_words import EntryKind
from authz.edge.http.answers import answer_text
from authz.edge.http.questions import read_evaluation
from authz.edge.trail import scan
from authz.refusals import MalformedQuestion
from tests.authz.actions.world import ANNA, BODEN, CARE_CENTRE, KATARINA, PEP, REGION, WARD, World
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS

AREA = Area(WARD, REGION, frozenset({REGION}))


@pytest.fixture(autouse=True)
def administering(world: World) -> None:
    """Anna administers the ward; there is a care centre beside it."""
    power = Power((AREA,), frozenset({Duty.ADMINISTER}))
    world.staff.administering = {ANNA: (AdminAssignmentInUse(REGION, power, ALWAYS),)}
    for unit in (WARD, CARE_CENTRE):
        world.staff.entries[unit] = DirectoryEntry(unit, EntryKind.UNIT, REGION, frozenset({REGION}))


def body(entry: Any, action: str = "change", person: Any = ANNA, **properties: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "employee", "id": str(person)},
        "action": {"name": action},
        "resource": {"type": "directory_object", "id": str(entry), "properties": properties},
        "context": {"explain": True},
    }


def answered(world: World, *question: Any, **properties: Any) -> Answer:
    return asyncio.run(world.pdp().evaluate(read_evaluation(body(*question, **properties)), PEP))


def told(world: World, *question: Any, **properties: Any) -> tuple[bool, str]:
    answer = answered(world, *question, **properties)
    return answer.permit, answer.rule


def test_she_administers_where_her_admin_assignment_says(world: World) -> None:
    assert told(world, WARD, attribute_classes=["open", "staff"]) == (True, "administers")
    assert told(world, WARD) == (True, "administers"), "nothing stated is what is ordinary"
    assert told(world, CARE_CENTRE, attribute_classes=["open"]) == (False, "outside_area")
    assert told(world, WARD, "change", KATARINA) == (False, "right_missing")
    assert told(world, WARD, "end") == (False, "beyond_duty"), "the ward is part of something else"
    assert told(world, WARD, attribute_classes=["validity"]) == (False, "beyond_duty")


def test_it_is_recorded_with_what_was_asked(world: World) -> None:
    answer = answered(world, WARD, attribute_classes=["open"])

    record = next(one for one in scan(world.folder) if one["decision_id"] == answer.decision_id)
    assert record["resource"] == {"type": "directory_object", "id": str(WARD), "attribute_classes": ["open"]}
    assert record["facts"]["entry"]["id"] == str(WARD) and record["facts"]["admin_assignments"]


def test_an_entry_is_asked_for_by_its_name(world: World) -> None:
    assert told(world, f"ou={WARD},c=SE") == (True, "administers")
    assert told(world, f"ou={CARE_CENTRE},c=SE") == (False, "outside_area")


def test_a_name_that_nobody_has_and_an_id_that_nobody_has_are_told_alike(world: World) -> None:
    answers = [answered(world, wanted) for wanted in ("ou=Ingen,c=SE", "SE2321000230-X999")]

    assert [answer.rule for answer in answers] == ["protected_person"] * 2
    reasons = [answer.decision.reason_user for answer in answers if answer.decision is not None]
    assert len(reasons) == 2 and reasons[0] == reasons[1] and reasons[0].code == "unknown_to_you"


@pytest.mark.parametrize("action", ["read", "change", "end", "assign"])
@pytest.mark.parametrize("classes", [["staff"], ["administrators"], ["protected"]])
@pytest.mark.parametrize("assignment", [None, "SE2321000230-M1001"])
def test_an_explained_answer_tells_of_a_hidden_entry_as_of_none(
    world: World, action: str, classes: list[str], assignment: str | None
) -> None:
    hidden, power = HsaId.parse("SE2321000230-P0998"), HsaId.parse("SE2321000230-A0998")
    world.staff.entries[hidden] = DirectoryEntry(
        hidden, EntryKind.PERSON, REGION, frozenset({REGION}), (frozenset({WARD, REGION}),), protected=True
    )
    elsewhere = Power((Area(BODEN, BODEN, frozenset({BODEN})),), frozenset({Duty.ADMINISTER}))
    world.staff.entries[power] = DirectoryEntry(
        power, EntryKind.ADMIN_ASSIGNMENT, BODEN, frozenset({BODEN}), power=elsewhere
    )

    def spelled_out(wanted: HsaId) -> dict[str, Any]:
        question = body(wanted, action, attribute_classes=classes)
        question["subject"]["properties"] = {} if assignment is None else {"assignment": assignment}
        text = answer_text(asyncio.run(world.pdp().evaluate(read_evaluation(question), PEP)))
        told: dict[str, Any] = json.loads(text)
        assert told["context"].pop("decision_id") in text
        return told

    nobody = spelled_out(HsaId.parse("SE2321000230-P0999"))
    assert nobody["decision"] is False and "there is no such entry" in json.dumps(nobody)
    for each in (hidden, power):
        assert spelled_out(each) == nobody
    kept = [record["rule"] for record in scan(world.folder)][-1]
    wanted = nobody["context"]["reason_admin"]["code"].replace("protected_person", "not_hers_to_know")
    assert kept == wanted, "the trail keeps what was judged"


def test_what_is_neither_an_id_nor_a_name_is_no_question(world: World) -> None:
    assert told(world, "the ward") == (False, "incomplete_question")


def test_something_is_made_below_a_place(world: World) -> None:
    assert told(world, WARD, "create") == (True, "administers")
    assert told(world, WARD, "create", kind="assignment", attribute_classes=["authority"]) == (True, "administers")
    assert told(world, CARE_CENTRE, "create")[0] is False
    assert told(world, WARD, "create", kind="member") == (False, "kept_by_the_region")
    assert told(world, WARD, "create", kind="person") == (False, "beyond_duty"), "a person is her member's"
    assert told(world, "SE2321000230-X999", "create") == (False, "protected_person")


def test_staff_read_and_administrators_read_more(world: World) -> None:
    reading = body(WARD, "read")
    reading["subject"]["properties"] = {"assignment": "SE2321000230-M1001"}
    staff = asyncio.run(world.pdp().evaluate(read_evaluation(reading), PEP))

    assert (staff.permit, staff.rule) == (True, "directory_entry")
    assert told(world, WARD, "read", attribute_classes=["administrators"]) == (True, "reads_as_administrator")
    assert told(world, CARE_CENTRE, "read", attribute_classes=["administrators"])[0] is False


@pytest.mark.parametrize("properties", [{"attribute_classes": ["everything"]}, {"kind": "printer"}])
def test_a_class_or_kind_that_is_not_known_denies(world: World, properties: dict[str, Any]) -> None:
    assert told(world, WARD, **properties) == (False, "unknown_attribute_class")


@pytest.mark.parametrize("classes", ["open", [1], {"open": True}, ["x" * 1_001]])
def test_classes_of_a_wrong_shape_are_refused(classes: Any) -> None:
    with pytest.raises(MalformedQuestion):
        read_evaluation(body(WARD, attribute_classes=classes))


def test_a_directory_that_is_silent_denies(world: World) -> None:
    world.staff.stale = True

    for wanted in (WARD, f"ou={WARD},c=SE"):
        assert told(world, wanted) == (False, "facts_unreadable")


def test_the_asker_is_told_what_would_help(world: World) -> None:
    text = answer_text(answered(world, CARE_CENTRE))

    assert '"code":"outside_area"' in text and '"code":"ask_another_administrator"' in text
