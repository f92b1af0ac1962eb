"""A planned change takes effect at its date, against what is there then; one that cannot be carried out fails whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from directory import Membership
from directory.core.administration import ScopedAdministration
from directory.core.planned_change import PlanState, Steps
from directory.core.snapshot import Snapshot
from directory.core.steps import Amend, Assign, Create, End, Move, Step, Unassign
from directory.edge.sql.plans import SqlPlans
from directory.planning import EVER, Planning, Proposal
from directory.ports import WaitingAtMost
from directory.refusals import (
    ChangeRefused,
    EntryOver,
    Overtaken,
    TooManyPlans,
)
from tests.directory.parts import (
    ANNA,
    CARE,
    CENTRE,
    EVA,
    ROOM,
    NothingOutside,
    World,
    a_person,
    a_planning,
    region,
)
from tests.directory.planning_parts import ADA, DUE, commits_of, faulty, now, planned, proposal, title, titled, until
from vocabulary.caller import Caller
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant


def test_a_change_takes_effect_at_its_date_once_and_the_journal_tells_it(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"))
    until(world, DUE - timedelta(microseconds=1))
    planning.carry_out_due()
    before = title(world)

    until(world, DUE)
    for _ in range(3):
        planning.carry_out_due()

    (record,) = commits_of(world, plan)
    assert (before, title(world)) == (ANNA.title, "chef")
    assert (record.actor, record.reason, record.at) == ("client:admin", "omorganisation", DUE)
    done = now(planning, plan)
    assert (done.state, done.revision, done.settled_at) == (PlanState.DONE, record.revision, DUE)


NIGHTS = [
    "2026-03-29",
    "2026-03-30",
    "2026-10-25",
    "2026-10-26",
    "2026-10-25T02:30:00+02:00",
    "2026-10-25T02:30:00+01:00",
]


@pytest.mark.parametrize("text", NIGHTS)
def test_a_day_begins_at_midnight_in_stockholm_also_when_the_clock_is_changed(
    world: World, planning: Planning, text: str
) -> None:
    due = parse_instant(text)
    plan = planned(planning, Unassign(CARE.hsa_id, ANNA.hsa_id), due=due)
    until(world, due - timedelta(microseconds=1))
    planning.carry_out_due()
    before = now(planning, plan).state

    until(world, due)
    planning.carry_out_due()

    care = world.directory.snapshot().assignment(CARE.hsa_id)
    assert before is PlanState.WAITING and now(planning, plan).state is PlanState.DONE
    assert care is not None and Membership(ANNA.hsa_id, Period(None, due)) in care.memberships


def test_what_is_due_at_the_same_instant_is_done_in_the_order_in_which_it_was_planned(
    world: World, planning: Planning
) -> None:
    plans = [planned(planning, titled(text)) for text in ("a", "b", "c")]
    until(world, DUE)

    planning.carry_out_due()

    revisions = [now(planning, plan).revision for plan in plans]
    assert title(world) == "c" and revisions == [2, 3, 4]


def test_what_the_plan_does_not_touch_stays_as_others_made_it(world: World, planning: Planning) -> None:
    planned(planning, titled("chef"), Unassign(CARE.hsa_id, ANNA.hsa_id), End(ROOM.hsa_id))
    nils = a_person("P300", "Nils Ny")
    world.change(
        nils,
        replace(ANNA, mobile="070-123 45 67"),
        replace(CARE, name="Vård", memberships=(*CARE.memberships, Membership(nils.hsa_id))),
        replace(ROOM, period=Period(DUE - timedelta(days=900), None), telephone="0921-1 22 33"),
    )
    until(world, DUE)

    planning.carry_out_due()

    snapshot = world.directory.snapshot()
    assert snapshot.person(ANNA.hsa_id) == replace(ANNA, mobile="070-123 45 67", title="chef")
    assert snapshot.unit(ROOM.hsa_id) == replace(
        ROOM, telephone="0921-1 22 33", period=Period(DUE - timedelta(days=900), DUE)
    )
    care = snapshot.assignment(CARE.hsa_id)
    assert care is not None and care.name == "Vård"
    assert set(care.memberships) == {
        Membership(ANNA.hsa_id, Period(None, DUE)), Membership(EVA.hsa_id), Membership(nils.hsa_id)
    }  # fmt: skip


OVERTAKEN: list[tuple[Step, Callable[[World], object], str]] = [
    (titled("chef"), lambda world: world.change(replace(ANNA, title="rektor")), "title"),
    (End(ROOM.hsa_id), lambda world: world.change(replace(ROOM, period=Period(None, DUE + timedelta(9)))), "period"),
    (
        Move(ROOM.hsa_id, region("HM01")),
        lambda world: world.change(OTHER, replace(ROOM, parent=OTHER.hsa_id)),
        "parent",
    ),
    (
        Unassign(CARE.hsa_id, ANNA.hsa_id),
        lambda world: world.change(
            replace(CARE, memberships=(Membership(ANNA.hsa_id, Period(None, DUE + timedelta(1))),))
        ),
        "memberships",
    ),
]
OTHER = replace(CENTRE, hsa_id=region("E555"), name="Annan enhet", public=False)


@pytest.mark.parametrize(("step", "meanwhile", "field"), OVERTAKEN, ids=["amend", "end", "move", "unassign"])
def test_what_somebody_else_decided_after_the_plan_is_not_overwritten(
    world: World, planning: Planning, step: Step, meanwhile: Callable[[World], object], field: str
) -> None:
    plan = planned(planning, step)
    meanwhile(world)
    revision = world.directory.snapshot().revision
    assert isinstance(planning.foreseen().obstacles[plan.id], Overtaken)
    until(world, DUE)

    planning.carry_out_due()

    failed = now(planning, plan)
    assert (failed.state, world.directory.snapshot().revision) == (PlanState.FAILED, revision)
    assert failed.why is not None and "somebody else changed this" in failed.why
    assert failed.remedy is not None and "plan anew" in failed.remedy
    refusal = planning.foreseen(EVER).obstacles.get(plan.id)
    assert refusal is None, "what has failed waits no longer"


@pytest.mark.parametrize(
    ("step", "meanwhile"),
    [
        (titled("chef"), lambda: [replace(ANNA, title="chef")]),
        (End(ROOM.hsa_id), lambda: [replace(ROOM, period=Period(None, DUE - timedelta(days=3)))]),
        (Unassign(CARE.hsa_id, ANNA.hsa_id), lambda: [replace(CARE, memberships=(Membership(EVA.hsa_id),))]),
        (Move(ROOM.hsa_id, region("HM01")), lambda: [replace(ROOM, parent=None)]),
    ],
    ids=["amend", "end", "unassign", "move"],
)
def test_what_somebody_did_already_is_done_without_a_commit(
    world: World, planning: Planning, step: Step, meanwhile: Callable[[], list[object]]
) -> None:
    plan = planned(planning, step)
    world.change(*meanwhile())  # type: ignore[arg-type]  # entries of several kinds
    until(world, DUE)

    planning.carry_out_due()

    done = now(planning, plan)
    assert (done.state, done.revision, commits_of(world, plan)) == (PlanState.DONE, None, [])


GONE = [
    (titled("chef"), [replace(ANNA, archived=True, period=Period(None, DUE - timedelta(days=2)))]),
    (titled("chef"), [replace(ANNA, period=Period(None, DUE - timedelta(days=2)))]),
    (Assign(CARE.hsa_id, region("P300")), [replace(a_person("P300", "Nils Ny"), archived=True)]),
    (
        Move(ROOM.hsa_id, region("HM01")),
        [replace(ROOM, merged_into=CENTRE.hsa_id, archived=True, period=Period(None, DUE - timedelta(days=2)))],
    ),
]


@pytest.mark.parametrize(("step", "meanwhile"), GONE, ids=["archived", "ended", "person", "merged"])
def test_a_plan_for_what_is_gone_fails_whole_and_holds_up_nobody(
    world: World, planning: Planning, step: Step, meanwhile: list[object]
) -> None:
    world.change(a_person("P300", "Nils Ny"))
    plan = planned(planning, titled("chef", EVA.hsa_id), step)
    other = planned(planning, Amend(CENTRE.hsa_id, (("telephone", "0921-1 22 33"),)))
    world.change(*meanwhile)  # type: ignore[arg-type]  # entries of several kinds
    assert isinstance(planning.foreseen().obstacles[plan.id], EntryOver)
    until(world, DUE)

    planning.carry_out_due()

    failed = now(planning, plan)
    assert failed.state is PlanState.FAILED and failed.why and failed.remedy
    assert title(world, EVA.hsa_id) is None, "nothing of a failed change is done"
    assert now(planning, other).state is PlanState.DONE


def test_whoever_runs_the_house_hears_of_each_that_fails(world: World) -> None:
    heard: list[int] = []
    planning = Planning(
        world.directory,
        SqlPlans(world.engine),
        ScopedAdministration(),
        NothingOutside(),
        lambda plan: heard.append(plan.id),
    )
    plan, _ = planned(planning, titled("chef")), planned(planning, titled("chef", EVA.hsa_id))
    world.change(replace(ANNA, title="rektor"))
    until(world, DUE)

    planning.carry_out_due()
    planning.carry_out_due()

    assert heard == [plan.id]


def test_a_plan_that_breaks_a_rule_by_now_fails_with_the_rule(world: World, planning: Planning) -> None:
    table = _services(("1", "Vaccination"))
    world.change(table)
    plan = planned(planning, Amend(CENTRE.hsa_id, (("services", ("1",)),)))
    world.change(replace(table, codes=()))
    until(world, DUE)

    planning.carry_out_due()

    failed = now(planning, plan)
    assert failed.state is PlanState.FAILED
    assert failed.why is not None and "`1` is not a current code" in failed.why


def test_what_the_store_refuses_fails_and_can_be_tried_again(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"))
    until(world, DUE)
    faulty(world).refuse()
    planning.carry_out_due()
    failed = now(planning, plan)

    again = planning.retry(failed, ADA)

    assert failed.state is PlanState.FAILED and again.state is PlanState.DONE
    assert title(world) == "chef" and len(commits_of(world, plan)) == 1


class Withdrawn(ScopedAdministration):
    """An administration in which somebody loses her reach."""

    def __init__(self) -> None:
        self.lost: set[str] = set()

    def reach(self, caller: Caller, snapshot: Snapshot):  # type: ignore[no-untyped-def]  # as the parent's
        kept = replace(caller, scopes=frozenset()) if caller.client_id in self.lost else caller
        return super().reach(kept, snapshot)


def test_who_may_not_do_it_any_more_has_no_effect_left_and_another_may_answer_for_it(world: World) -> None:
    administration = Withdrawn()
    planning = Planning(world.directory, SqlPlans(world.engine), administration, NothingOutside())
    plan = planned(planning, titled("chef"))
    administration.lost.add("admin")
    until(world, DUE)
    planning.carry_out_due()
    failed = now(planning, plan)
    assert failed.state is PlanState.FAILED and title(world) == ANNA.title
    assert failed.remedy is not None and "somebody who may" in failed.remedy

    eva = replace(ADA, client_id="eva")
    again = planning.retry(failed, eva)

    (record,) = commits_of(world, plan)
    assert again.state is PlanState.DONE and record.actor == "client:eva"


def test_what_is_carried_out_at_once_is_told_as_it_ended(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"), due=None)

    assert (plan.state, plan.revision, title(world)) == (PlanState.DONE, 2, "chef")
    assert len(commits_of(world, plan)) == 1


@pytest.mark.parametrize(
    ("steps", "refusal"),
    [
        ((titled(""),), ChangeRefused),
        ((titled("chef", region("P999")),), EntryOver),
        ((titled(str(ANNA.title)),), ChangeRefused),
        ((Assign(ROOM.hsa_id, ANNA.hsa_id),), ChangeRefused),
        ((Assign(CARE.hsa_id, region("P999")),), EntryOver),
        ((Move(CENTRE.hsa_id, ROOM.hsa_id),), ChangeRefused),
        ((End(ROOM.hsa_id), End(ROOM.hsa_id)), ChangeRefused),
        ((End(ANNA.hsa_id), titled("chef")), EntryOver),
        ((Move(ANNA.hsa_id, CENTRE.hsa_id),), ChangeRefused),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_planned(
    world: World, planning: Planning, steps: Steps, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        planning.plan(Proposal(steps, DUE, ADA, "r", {}))

    assert SqlPlans(world.engine).unsettled(EVER) == ()


@pytest.mark.parametrize("due", [DUE - timedelta(days=400), datetime(2026, 3, 2, 8, 59, 59, tzinfo=DUE.tzinfo)])
def test_a_date_that_has_passed_is_refused(world: World, planning: Planning, due: datetime) -> None:
    with pytest.raises(InvalidValue) as refused:
        planned(planning, titled("chef"), due=due)

    assert refused.value.pointer == "/due"


def test_what_a_plan_did_is_undone_by_its_door_like_any_other_change(world: World, planning: Planning) -> None:
    plan = planned(planning, titled("chef"), End(ROOM.hsa_id))
    until(world, DUE)
    planning.carry_out_due()

    world.directory.undo(plan.door, actor="client:admin", reason="fel dag")
    planning.carry_out_due()

    snapshot = world.directory.snapshot()
    assert (snapshot.person(ANNA.hsa_id), snapshot.unit(ROOM.hsa_id)) == (ANNA, ROOM)
    assert len(commits_of(world, plan)) == 1 and now(planning, plan).state is PlanState.DONE


def test_a_change_is_planned_against_what_is_expected_at_its_date(world: World, planning: Planning) -> None:
    unit = replace(CENTRE, hsa_id=region("E700"), name="Nya mottagningen", public=False)
    planned(planning, Create(unit), due=DUE)

    with pytest.raises(ChangeRefused):
        planned(planning, Move(ROOM.hsa_id, unit.hsa_id), due=DUE - timedelta(days=1))
    after = planned(planning, Move(ROOM.hsa_id, unit.hsa_id), due=DUE + timedelta(days=1))
    until(world, DUE + timedelta(days=2))
    planning.carry_out_due()

    assert now(planning, after).state is PlanState.DONE


def test_whoever_plans_hears_what_it_does_to_other_plans(world: World, planning: Planning) -> None:
    unit = replace(CENTRE, hsa_id=region("E700"), name="Nya mottagningen", public=False)
    made = planned(planning, Create(unit), due=DUE)
    moves = planned(planning, Move(ROOM.hsa_id, unit.hsa_id), due=DUE + timedelta(days=9))

    _, preview = planning.plan(proposal(End(ROOM.hsa_id), due=DUE + timedelta(days=1)))
    planning.cancel(made, ADA, "ångrat")

    assert list(preview.disturbs) == [moves.id]
    assert moves.id in planning.foreseen().obstacles


def test_who_may_have_no_more_waiting_still_changes_at_once_and_tries_again_what_is_due(world: World) -> None:
    planning = a_planning(world, at_most=WaitingAtMost(per_caller=1))
    plan = planned(planning, titled("chef"))
    until(world, DUE)
    faulty(world).refuse()
    planning.carry_out_due()
    later = planned(planning, titled("rektor"), due=DUE + timedelta(days=1))
    with pytest.raises(TooManyPlans):
        planning.preview(proposal(titled("kurator"), due=DUE + timedelta(days=2)))

    again = planning.retry(now(planning, plan), ADA)
    at_once = planned(planning, titled("kurator", EVA.hsa_id), due=None)

    assert [each.state for each in (again, at_once)] == [PlanState.DONE, PlanState.DONE]
    planning.cancel(later, ADA, "blev inte av")
    assert planned(planning, titled("kurator"), due=DUE + timedelta(days=2)).state is PlanState.WAITING


def _services(*codes: tuple[str, str]):  # type: ignore[no-untyped-def]  # a table of codes
    from directory.core.entries import Code, CodeTable

    return CodeTable(region("K1"), region("HM01"), "services", "Tjänster", tuple(Code(*each) for each in codes))
