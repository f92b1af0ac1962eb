"""A policy pack is uploaded, tested, activated, rolled back and deactivated: swapped whole, and heard everywhere."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, update

from authz.actions.answer_question import Answer
from authz.actions.decision_ids import decided_at
from authz.actions.packs.desk import version_of
from authz.actions.packs.put_in_force import activate_pack, deactivate_pack, roll_back_pack
from authz.actions.packs.read_document import read_kept
from authz.actions.packs.try_out import try_on_recorded, try_out
from authz.actions.packs.upload_pack import upload_pack
from authz.actions.question import OwnQuestion, Pep
from authz.actions.replay import Outcome, replay
from authz.core.packs.deciding import PackPolicy
from authz.core.packs.pack import Asked
from authz.core.unknown import UNKNOWN
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore, tables
from authz.edge.trail import find_decision, scan
from authz.ports import Kind, PackState
from authz.refusals import (
    ChangedMeanwhile,
    InvalidPolicyPack,
    PolicyPackFails,
    RegistersUnavailable,
    UnknownRecord,
    WrongState,
)
from tests.authz.actions.world import ANNA, ANNA_WARD, World
from tests.authz.packs import document
from vocabulary.assurance import AssuranceLevel

START = datetime(2020, 1, 1, tzinfo=UTC)
TODO = Pep("todo", frozenset({"tillit:pdp"}))
BECAUSE = {"sv": "så är det", "en": "so it is"}
BY: Any = {"by": "client:region", "reason": "ny ordning", "level": AssuranceLevel.NONE}
ADDS = Asked("user", "id-of-moa", "can_create_todo", "todo", "todo-1")
NO_MORE = {"id": "no-more", "effect": "forbid", "actions": ["can_create_todo"], "because": BECAUSE}


def closed() -> dict[str, Any]:
    """The to-do list's pack with one rule more: nobody adds."""
    found = document("todo")
    cases = [case for case in found["cases"] if case["action"] != "can_create_todo"]
    refused = {**found["cases"][2], "name": "nobody adds", "expect": "deny", "rule": "no-more"}
    return {**found, "rules": [*found["rules"], NO_MORE], "cases": [*cases, refused]}


def active(world: World, *documents: dict[str, Any]) -> None:
    for found in documents:
        row = upload_pack(world.pack_desk, found, by="client:todo")
        activate_pack(world.pack_desk, found["pack"], version_of(row).number, **BY)


def ask(world: World, asked: Asked = ADDS, pep: Pep = TODO, **stated: Any) -> Answer:
    question = OwnQuestion(asked.action, asked.resource_type, asked.resource_id, asked=asked, **stated)
    return world.pdp().evaluate_blocking(question, pep)


def test_a_draft_decides_nothing_until_it_is_activated(world: World) -> None:
    upload_pack(world.pack_desk, document("todo"), by="client:todo")
    before = ask(world)
    activate_pack(world.pack_desk, "todo", 1, **BY)
    after = ask(world)

    assert (before.permit, before.rule) == (False, "unknown_resource")
    assert (after.permit, after.rule) == (True, "todo:editors-add")


def test_uploading_the_same_again_makes_no_new_version(world: World) -> None:
    first = upload_pack(world.pack_desk, document("todo"), by="client:todo")
    turned = dict(reversed(document("todo").items()))
    again = upload_pack(world.pack_desk, turned, by="client:todo")
    other = upload_pack(world.pack_desk, closed(), by="client:todo")

    assert again.id == first.id
    assert [version_of(row).number for row in world.pack_desk.versions("todo")] == [1, 2]
    assert version_of(other).state is PackState.DRAFT


def test_a_pack_is_for_a_registered_application(world: World) -> None:
    with pytest.raises(InvalidPolicyPack) as refused:
        upload_pack(world.pack_desk, document("todo", pack="nobody"), by="client:region")
    assert refused.value.pointer == "/pack"


def test_a_pack_whose_cases_fail_is_not_activated(world: World) -> None:
    failing = document("todo")
    failing["cases"][0] |= {"expect": "deny", "rule": None}
    upload_pack(world.pack_desk, failing, by="client:todo")

    with pytest.raises(PolicyPackFails, match="1 of 7 cases fail, first `whoever is known sees people`: permit by"):
        activate_pack(world.pack_desk, "todo", 1, **BY)
    assert world.pack_desk.active("todo") is None


@pytest.mark.parametrize("expect", ["permit", "deny", None])
def test_a_pack_is_tested_by_cases_of_both_kinds(world: World, expect: str | None) -> None:
    untested = document("todo")
    untested["cases"] = [case for case in untested["cases"] if case["expect"] == expect]
    upload_pack(world.pack_desk, untested, by="client:todo")

    with pytest.raises(PolicyPackFails):
        activate_pack(world.pack_desk, "todo", 1, **BY)


def test_trying_tells_what_would_change_and_what_no_case_hears(world: World) -> None:
    active(world, document("todo"))
    unheard = {**NO_MORE, "id": "never", "when": {"eq": [{"attr": "subject.email"}, "nobody@lista.example"]}}
    draft = closed()
    row = upload_pack(world.pack_desk, {**draft, "rules": [*draft["rules"], unheard]}, by="client:todo")

    tried = try_out(world.pack_desk, read_kept(version_of(row)))

    assert tried.failed == ()
    assert tried.unheard == ("never",)
    assert [(str(one.before), str(one.after)) for one in tried.changes] == [
        ("permit by editors-add", "deny by no-more"),
    ] * 2


def test_rolling_back_goes_down_the_versions_that_were_active(world: World) -> None:
    active(world, document("todo"), closed())
    closed_one = ask(world)
    roll_back_pack(world.pack_desk, "todo", **BY)
    open_again = ask(world)

    assert (closed_one.permit, open_again.permit) == (False, True)
    assert open_again.decision is not None
    assert open_again.decision.policy_version == "todo/1"
    with pytest.raises(WrongState):
        roll_back_pack(world.pack_desk, "todo", **BY)


def test_a_deactivated_pack_leaves_everything_denied(world: World) -> None:
    active(world, document("todo"))
    deactivate_pack(world.pack_desk, "todo", **BY)

    assert ask(world).rule == "unknown_resource"
    with pytest.raises(WrongState):
        deactivate_pack(world.pack_desk, "todo", **BY)
    with pytest.raises(UnknownRecord):
        activate_pack(world.pack_desk, "todo", 2, **BY)


def test_who_did_what_with_a_version_is_kept(world: World) -> None:
    active(world, document("todo"), closed())
    roll_back_pack(world.pack_desk, "todo", **BY)

    one, two = (world.model.history(Kind.POLICY_PACK, row.id) for row in world.pack_desk.versions("todo"))

    assert [act.what for act in one] == ["uploaded", "activated", "replaced", "rolled_back"]
    assert [act.what for act in two] == ["uploaded", "activated", "replaced"]
    assert [act.by for act in one] == ["client:todo"] + ["client:region"] * 3
    assert one[1].note == "ny ordning"
    assert one[0].document == one[1].document == version_of(world.pack_desk.version("todo", 1)).digest


def test_two_that_activate_at_once_do_not_both_succeed(world: World, engine: Engine) -> None:
    for found in (document("todo"), closed()):
        upload_pack(world.pack_desk, found, by="client:todo")
    elsewhere = RegisterModel(RegisterStore(engine), world.clock)
    elsewhere.refresh()
    rows = [world.pack_desk.version("todo", number) for number in (1, 2)]
    as_active = [row.changed(replace(version_of(row), state=PackState.ACTIVE), row.made_by) for row in rows]

    world.model.commit([as_active[0]])
    with pytest.raises(ChangedMeanwhile):
        elsewhere.commit([as_active[1]])

    assert version_of(world.pack_desk.version("todo", 2)).state is PackState.DRAFT


def test_another_process_hears_of_a_swap_at_its_next_refresh(world: World, engine: Engine) -> None:
    active(world, document("todo"))
    elsewhere = RegisterModel(RegisterStore(engine), world.clock)
    elsewhere.refresh()
    before = elsewhere.policy("todo")
    active(world, closed())
    elsewhere.refresh()
    after = elsewhere.policy("todo")

    assert isinstance(before, PackPolicy) and isinstance(after, PackPolicy)
    assert (before.version, after.version) == ("todo/1", "todo/2")
    assert elsewhere.revision == world.model.revision


def test_an_answer_can_demand_the_swap_that_it_knows_of(world: World) -> None:
    active(world, document("todo"))
    here = f"{world.staff.revision}.{world.model.revision}"
    ahead = f"{world.staff.revision}.{world.model.revision + 1}"

    assert ask(world, at_least_revision=here).permit
    assert ask(world, at_least_revision=ahead).rule == "revision_not_reached"


def test_a_pack_that_cannot_be_read_denies(world: World, engine: Engine) -> None:
    active(world, document("todo"))
    with engine.begin() as connection:
        connection.execute(update(tables.policy_packs).values(document='{"pack":"todo","rules":[]}'))
    elsewhere = RegisterModel(RegisterStore(engine), world.clock)
    elsewhere.refresh()

    assert elsewhere.policy("todo") is UNKNOWN


def test_registers_that_are_not_heard_deny(world: World) -> None:
    active(world, document("todo"))
    world.clock.pass_(seconds=6)

    assert ask(world).rule == "policy_unreadable"


def test_what_is_swapped_under_load_is_never_half_there(world: World) -> None:
    """Two versions that both permit, by different rules: whoever asks meanwhile gets the one or the other."""
    renamed = document("todo")
    renamed["rules"][2]["id"] = renamed["cases"][2]["rule"] = "add"
    for found in (document("todo"), renamed):
        upload_pack(world.pack_desk, found, by="client:todo")
    activate_pack(world.pack_desk, "todo", 1, **BY)
    pdp, done, question = world.pdp(), threading.Event(), OwnQuestion("can_create_todo", "todo", "t", asked=ADDS)

    def asking() -> list[tuple[bool, str, str]]:
        seen = []
        while not done.is_set():
            answer = pdp.judge(question, TODO).answer
            assert answer.decision is not None
            seen.append((answer.permit, answer.rule, answer.decision.policy_version))
        return seen

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(asking) for _ in range(2)]
        for number in (2, 1) * 4:
            activate_pack(world.pack_desk, "todo", number, **BY)
        done.set()
    seen = {one for future in asked for one in future.result()}

    assert seen <= {(True, "todo:editors-add", "todo/1"), (True, "todo:add", "todo/2")}
    assert seen


def test_an_application_has_a_say_about_its_own_things_only(world: World) -> None:
    active(world, document("todo"))

    assert ask(world, pep=Pep("gateway")).rule == "unknown_resource"
    assert ask(world, replace(ADDS, resource_type="route")).rule == "unknown_resource"
    assert ask(world, replace(ADDS, subject_type="identity")).rule == "unknown_subject"
    assert ask(world, replace(ADDS, action="GET")).rule == "unknown_action"
    assert ask(world, replace(ADDS, resource_id="t\N{ZERO WIDTH SPACE}")).rule == "incomplete_question"


def test_a_purpose_that_the_client_may_not_state_is_denied_here_too(world: World) -> None:
    active(world, document("todo"))
    bounded = replace(TODO, purposes=frozenset({"Statistik"}))

    assert ask(world, pep=bounded, purpose="Administration").rule == "purpose_not_for_client"
    assert ask(world, pep=bounded, purpose="Statistik").permit


def test_a_token_beside_an_own_subject_has_to_hold(world: World) -> None:
    active(world, document("todo"))

    assert ask(world, token="forged").rule == "subject_token_invalid"
    assert ask(world, token="anna").permit


def for_employees() -> dict[str, Any]:
    def case(name: str, held: dict[str, Any], expect: str) -> dict[str, Any]:
        subject = {"type": "employee", "id": str(ANNA), "house": held}
        return {"name": name, "subject": subject, "action": "use", "resource": {"type": "plan", "id": "p"}} | {
            "expect": expect
        }

    return {
        "pack": "planering",
        "subjects": {"employee": None},
        "resources": {"plan": {"actions": ["use"]}},
        "roles": {"planner": {"assignments": [str(ANNA_WARD)]}},
        "rules": [{"id": "plan", "effect": "permit", "when": {"role": "planner"}, "because": BECAUSE}],
        "cases": [case("a planner", {"assignment": str(ANNA_WARD)}, "permit"), case("another", {}, "deny")],
    }


def test_employees_are_who_their_token_says(world: World) -> None:
    active(world, for_employees())
    asked, pep = Asked("employee", str(ANNA), "use", "plan", "p1"), Pep("planering")

    hers = ask(world, asked, pep, person=ANNA, token="anna")

    assert (hers.permit, hers.rule) == (True, "planering:plan")
    spelled = replace(asked, subject_id=str(ANNA).lower())
    assert ask(world, spelled, pep, person=ANNA, token="anna").permit
    assert ask(world, asked, pep, person=ANNA).rule == "subject_token_missing"
    assert ask(world, asked, pep, person=ANNA, token="katarina").rule == "subject_mismatch"
    world.staff.gone.add(ANNA)
    assert ask(world, asked, pep, person=ANNA, token="anna").rule == "not_active"
    world.staff.stale = True
    assert ask(world, asked, pep, person=ANNA, token="anna").rule == "facts_unreadable"


def test_the_record_tells_version_facts_and_no_personal_number(world: World) -> None:
    active(world, document("todo"))
    owner = Asked(
        "user", "id-of-gunnar", "can_delete_todo", "todo", "191212121212", {}, {"ownerID": "19121212-1212", "x": "y"}
    )
    answer = ask(world, owner)
    at = decided_at(answer.decision_id)
    assert at is not None

    record = find_decision(world.folder, answer.decision_id, at)

    assert record is not None and answer.permit
    assert (record["rule"], record["policy"], record["system"]) == ("todo:admins-remove-any", "todo/1", "todo")
    assert record["subject"] == {"type": "user", "id": "id-of-gunnar"}
    assert record["own"]["values"]["subject.email"] == "gunnar@lista.example"
    assert record["own"]["values"]["resource.ownerID"] == "••••"
    assert record["own"]["roles"] == ["admin", "editor", "evil_genius", "viewer"]
    assert record["findings"][-1][:2] == ["todo:admins-remove-any", "permit"]
    assert "1212-1212" not in json.dumps(record) and "191212121212" not in json.dumps(record)
    assert "resource.x" not in record["own"]["values"]


def test_a_trail_that_cannot_write_denies_own_questions_too(world: World) -> None:
    active(world, document("todo"))
    world.trail.close()

    assert (ask(world).permit, ask(world).rule) == (False, "trail_unavailable")


def test_no_version_is_written_when_the_database_is_silent(world: World, engine: Engine) -> None:
    tables.policy_packs.drop(engine)

    with pytest.raises(RegistersUnavailable):
        upload_pack(world.pack_desk, document("todo"), by="client:todo")


def test_a_draft_is_asked_again_what_was_really_asked(world: World) -> None:
    active(world, document("todo"))
    others = [
        replace(ADDS, action="can_update_todo", resource_properties={"ownerID": owner})
        for owner in ("moa@lista.example", "siri@lista.example", 7, "19121212-1212")
    ]
    asked = [ask(world, one) for one in (ADDS, *others)]
    draft = read_kept(version_of(upload_pack(world.pack_desk, closed(), by="client:todo")))

    same = try_on_recorded(world.pack_desk, read_kept(version_of(world.pack_desk.version("todo", 1))), START, by="x")
    found = try_on_recorded(world.pack_desk, draft, START, by="client:todo")

    assert [answer.permit for answer in asked] == [True, True, False, False, False]
    assert (same.compared, same.unclear, same.changed) == (4, 1, 0)
    assert (found.compared, found.unclear, found.changed) == (4, 1, 1)
    [turned] = found.turned
    assert (turned.decision_id, turned.before, turned.after) == (
        asked[0].decision_id,
        "todo:editors-add",
        "todo:no-more",
    )


def test_employees_too_are_asked_again_as_they_were_then(world: World) -> None:
    active(world, for_employees())
    asked, pep = Asked("employee", str(ANNA), "use", "plan", "p1"), Pep("planering")
    hers = ask(world, asked, pep, person=ANNA, token="anna")
    pack = read_kept(version_of(world.pack_desk.version("planering", 1)))
    world.staff.gone.add(ANNA)

    found = try_on_recorded(world.pack_desk, pack, START, by="x")

    assert hers.permit
    assert (found.compared, found.changed) == (1, 0)


def test_reading_what_was_asked_is_recorded(world: World) -> None:
    active(world, document("todo"))
    try_on_recorded(world.pack_desk, read_kept(version_of(world.pack_desk.version("todo", 1))), START, by="client:todo")

    [read] = [record for record in scan(world.folder) if record["kind"] == "log_read"]

    assert (read["person"], read["read_decisions_of"]) == ("client:todo", "todo")


def test_what_a_pack_decided_is_not_judged_again_by_the_law(world: World) -> None:
    active(world, document("todo"))
    permitted = ask(world)

    (again,) = [one for one in replay(scan(world.folder)) if one.decision_id == permitted.decision_id]

    assert (again.outcome, again.permit, again.recorded) == (Outcome.BY_PACK, True, "todo:editors-add")
