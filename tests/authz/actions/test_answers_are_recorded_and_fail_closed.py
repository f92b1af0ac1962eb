"""The decision point: no answer before its record, and every doubt a denial."""

import asyncio
import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from authz.actions.answer_question import Answer
from authz.actions.decision_ids import decided_at
from authz.actions.delegating.end import lapse_delegations_of
from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.written import Written
from authz.actions.end_care_relationship import end_care_relationship
from authz.actions.keep_other_registers import keep_task, open_discharge_case
from authz.actions.question import Pep
from authz.actions.register_block import BlockTerms, register_block
from authz.actions.register_care_relationship import register_care_relationship
from authz.core.facts import CaseState
from authz.core.unknown import Unknown
from authz.edge.trail import find_decision, scan
from authz.ports import StaffView
from tests.authz.actions.asking import QUESTION, relate
from tests.authz.actions.world import (
    ANNA,
    ANNA_WARD,
    BODEN_CARE,
    CARE_CENTRE,
    ELSA,
    HOME_NURSING,
    INSULIN,
    KATARINA,
    MARIA,
    MARIA_NURSING,
    PEP,
    REGION_CARE,
    TYRA,
    WARD,
    BrokenTrail,
    World,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.period import ALWAYS


def ask(world: World, pep: Pep = PEP, **changes: Any) -> Answer:
    return asyncio.run(world.pdp().evaluate(replace(QUESTION, **changes), pep))


def records(world: World) -> list[dict[str, Any]]:
    return list(scan(world.folder))


def test_a_permit_rests_on_the_registers_and_has_exactly_one_record(world: World) -> None:
    relationship = relate(world.desk)

    answer = ask(world)
    (record,) = records(world)

    assert answer.permit
    assert answer.rule == "own_unit"
    assert record["decision_id"] == answer.decision_id
    assert (record["permit"], record["rule"], record["system"], record["token_client"]) == (
        True,
        "own_unit",
        "peephole",
        "portal",
    )
    assert (record["person"], record["assignment"], record["unit"]) == (str(ANNA), str(ANNA_WARD), str(WARD))
    assert (record["data_unit"], record["data_provider"]) == (str(WARD), str(REGION_CARE))
    assert (record["activity"], record["purpose"]) == ("Läsa", "Vård och behandling")
    assert record["patient"] == world.desk.seal.lookup(ELSA)
    assert record["facts"]["care_relationships"][0]["id"] == relationship
    assert any(["AssignmentInUse", str(ANNA_WARD), 1] in finding[2] for finding in record["findings"])
    assert record["policy"] and record["facts_revision"] == "7.1"


def test_a_denial_is_an_answer_and_is_recorded_too(world: World) -> None:
    answer = ask(world)

    assert (answer.permit, answer.rule) == (False, "no_care_relationship")
    assert [record["permit"] for record in records(world)] == [False]


def test_no_personal_number_stands_in_the_trail(world: World) -> None:
    relate(world.desk)

    ask(world)
    ask(world, resource_id=ELSA.reveal())
    ask(world, resource_type=ELSA.reveal(), action=ELSA.reveal())
    ask(world, purpose=ELSA.reveal())

    written = b"".join(path.read_bytes() for path in world.folder.glob("segment-*"))
    assert len(records(world)) == 4
    assert ELSA.reveal().encode() not in written


def test_the_sealed_number_in_the_record_can_be_opened_by_whoever_may(world: World) -> None:
    ask(world)

    assert world.desk.seal.open(b64decode(records(world)[0]["patient_sealed"])) == ELSA


def test_nothing_is_permitted_that_cannot_be_recorded(world: World, tmp_path: Path) -> None:
    relate(world.desk)
    pdp = world.pdp(BrokenTrail(tmp_path / "nowhere"))

    for answer in (asyncio.run(pdp.evaluate(QUESTION, PEP)), pdp.evaluate_blocking(QUESTION, PEP)):
        assert (answer.permit, answer.rule) == (False, "trail_unavailable")


def test_a_trail_that_closes_denies_from_then_on(world: World) -> None:
    relate(world.desk)
    before = ask(world)

    world.trail.close()

    assert before.permit
    assert ask(world).rule == "trail_unavailable"


def test_a_revocation_is_never_followed_by_a_permit(world: World) -> None:
    pdp = world.pdp()
    for _ in range(20):
        row = relate(world.desk)
        before = pdp.evaluate_blocking(QUESTION, PEP)
        end_care_relationship(world.desk, row, by="x", reason="utskriven")
        after = pdp.evaluate_blocking(QUESTION, PEP)

        assert (before.permit, after.permit) == (True, False)


def test_a_block_is_felt_at_once(world: World) -> None:
    relate(world.desk)
    elsewhere = {"care_unit": CARE_CENTRE}
    before = ask(world, **elsewhere)

    register_block(world.desk, BlockTerms(ELSA, REGION_CARE, CARE_CENTRE), by="x")

    assert before.permit
    assert ask(world, **elsewhere).rule == "inner_block"


def test_a_stale_directory_denies(world: World) -> None:
    relate(world.desk)
    world.staff.stale = True

    assert ask(world).rule == "facts_unreadable"


def test_registers_that_are_not_heard_deny(world: World) -> None:
    relate(world.desk)
    world.clock.pass_(seconds=6)

    assert ask(world).rule == "facts_unreadable"


def test_a_leaver_is_denied(world: World) -> None:
    relate(world.desk)
    world.staff.gone.add(ANNA)

    assert not ask(world).permit


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"token": "nobody"}, "subject_token_invalid"),
        ({"token": "katarina"}, "subject_mismatch"),
        ({"assignment": MARIA_NURSING}, "assignment_mismatch"),
        ({"resource_type": "teapot"}, "unknown_resource"),
        ({"action": "brew"}, "unknown_action"),
        ({"action": "perform"}, "unknown_action"),
        ({"person": None, "token": None}, "unknown_subject"),
        ({"patient": None}, "incomplete_question"),
        ({"fault": "incomplete_question"}, "incomplete_question"),
        ({"purpose": "Forskning"}, "purpose_not_allowed"),
        ({"at_least_revision": "8.0"}, "revision_not_reached"),
        ({"at_least_revision": "7.99"}, "revision_not_reached"),
        ({"at_least_revision": "x"}, "revision_not_reached"),
    ],
)
def test_what_cannot_be_judged_is_denied_with_its_reason(world: World, changes: dict[str, Any], rule: str) -> None:
    relate(world.desk)

    answer = ask(world, **changes)

    assert (answer.permit, answer.rule) == (False, rule)
    assert records(world)[-1]["rule"] == rule


def test_a_revision_that_is_reached_is_answered(world: World) -> None:
    relate(world.desk)

    assert ask(world, at_least_revision="7.1").permit


def test_only_an_application_that_vouches_may_leave_out_the_token(world: World) -> None:
    relate(world.desk)

    assert ask(world, token=None).permit
    assert ask(world, replace(PEP, vouches=False), token=None).rule == "subject_token_missing"
    assert ask(world, replace(PEP, vouched_level=AssuranceLevel.NONE), token=None).rule == "assurance_too_low"


def test_a_network_zone_counts_only_from_who_is_trusted_to_say_it(world: World) -> None:
    relate(world.desk)
    world.tokens.subjects["anna"] = replace(world.tokens.subjects["anna"], level=AssuranceLevel.LOA2)

    assert ask(world).permit
    assert ask(world, replace(PEP, trusted_zones=frozenset())).rule == "assurance_too_low"


def test_an_unstated_assignment_is_the_tokens(world: World) -> None:
    relate(world.desk)

    assert ask(world, assignment=None).permit
    assert ask(world, assignment=None, token=None).rule == "no_current_assignment"


def test_an_application_states_only_the_purposes_that_it_may(world: World) -> None:
    pep = replace(PEP, purposes=frozenset({"Statistik"}))

    assert ask(world, pep, purpose="Vård och behandling").rule == "purpose_not_for_client"


def test_print_needs_the_right_to_read_and_is_recorded_as_print(world: World) -> None:
    relate(world.desk)

    assert ask(world, action="print").permit
    assert records(world)[-1]["activity"] == "Utskrift"


def test_a_delegated_task_opens_and_lapses_with_the_delegator(world: World) -> None:
    keep_task(world.desk, INSULIN, by="x")
    signed = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), world.days(100), (ELSA,))
    register_on_paper(world.desk, Paper(signed), by="x")
    register_care_relationship(world.desk, patient=ELSA, person=MARIA, unit=HOME_NURSING, period=ALWAYS, by="x")
    task = {
        "action": "perform",
        "resource_type": "task",
        "resource_id": INSULIN.code,
        "person": MARIA,
        "assignment": MARIA_NURSING,
        "token": "maria",
        "care_unit": HOME_NURSING,
        "care_provider": BODEN_CARE,
    }
    before = ask(world, **task)
    for_another = ask(world, **task, patient=TYRA)

    lapse_delegations_of(world.desk, KATARINA, by="sync", reason="slutat")

    assert (before.permit, before.rule) == (True, "delegated_task")
    assert not for_another.permit
    assert not ask(world, **task).permit


def test_a_message_goes_only_from_the_own_unit_to_units_of_the_case(world: World) -> None:
    case = open_discharge_case(
        world.desk,
        patient=ELSA,
        ward=WARD,
        concerned_units=frozenset({HOME_NURSING}),
        by="x",
        state=CaseState.READY,
    ).id
    message = {"action": "send", "resource_type": "message", "resource_id": case, "message_kind": "utskrivningsklar"}
    relate(world.desk)

    assert ask(world, **message, from_unit=WARD, to_units=(HOME_NURSING,)).rule == "sender_allowed"
    assert ask(world, **message, from_unit=CARE_CENTRE).rule == "message_from_another_unit"
    assert ask(world, **message, to_units=(CARE_CENTRE,)).rule == "message_receiver_not_concerned"


def test_an_application_and_a_colleague_are_asked_about_without_a_patient(world: World) -> None:
    nothing = {"patient": None, "care_unit": None, "care_provider": None, "information_type": None}

    assert ask(world, **nothing, action="use", resource_type="application", resource_id="svp").permit
    assert not ask(world, **nothing, action="use", resource_type="application", resource_id="other").permit
    assert ask(world, **nothing, resource_type="directory_object", resource_id=str(KATARINA)).permit
    dn = ask(world, **nothing, resource_type="directory_object", resource_id="cn=Katarina,c=SE")
    assert dn.rule == "protected_person", "no entry has this name, which is told as of one that is hidden"


def test_a_citizen_reads_her_own_record_and_nobody_elses(world: World) -> None:
    key = world.desk.seal.lookup(ELSA)
    world.tokens.subjects["elsa"] = replace(
        world.tokens.subjects["anna"],
        person=None,
        assignment=None,
        citizen=key,  # type: ignore[arg-type]
    )
    own = {"person": None, "assignment": None, "token": "elsa", "resource_type": "own_record", "citizen": ELSA}

    assert ask(world, **own).permit
    assert not ask(world, **own, patient=TYRA).permit
    assert ask(world, **{**own, "citizen": TYRA, "patient": TYRA}).rule == "subject_mismatch"
    assert ask(world, **{**own, "token": "anna"}).rule == "subject_mismatch"


def test_a_fault_of_our_own_denies_and_is_told(world: World) -> None:
    class BrokenStaff:
        def view(self) -> StaffView | Unknown:
            raise RuntimeError("a bridge that fell")

    faults: list[Exception] = []
    world.staff = BrokenStaff()  # type: ignore[assignment]

    answer = world.pdp(on_fault=faults.append).evaluate_blocking(QUESTION, PEP)

    assert (answer.permit, answer.rule) == (False, "not_judged")
    assert [str(fault) for fault in faults] == ["a bridge that fell"]


def test_a_batch_ends_where_its_semantics_says_and_records_no_more(world: World) -> None:
    relate(world.desk)
    denied = replace(QUESTION, patient=TYRA)

    async def rules(until: bool | None) -> list[bool]:
        answers = await world.pdp().evaluate_all([QUESTION, denied, QUESTION], PEP, until)
        return [answer.permit for answer in answers]

    assert asyncio.run(rules(None)) == [True, False, True]
    assert asyncio.run(rules(False)) == [True, False]
    assert asyncio.run(rules(True)) == [True]
    assert len(records(world)) == 6


def test_a_decision_is_found_again_by_its_id(world: World) -> None:
    answer = ask(world)
    at = decided_at(answer.decision_id)

    assert at == world.clock.now()
    found = find_decision(world.folder, answer.decision_id, at)
    assert found is not None and json.dumps(found)
    assert decided_at("x") is None and decided_at("z" * 32) is None
