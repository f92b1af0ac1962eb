"""What every keeper of planned changes promises, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, text

from directory.core.entries import Code, Coordinates
from directory.core.planned_change import PlannedChange, PlanState, Steps
from directory.core.reorganisation import (
    END,
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    SplitUnit,
)
from directory.core.step_json import steps_from_json, steps_to_json
from directory.core.steps import Amend, Assign, Create, End, Move, Unassign
from directory.edge.sql.plans import SqlPlans
from directory.edge.sql.tables import metadata
from directory.ports import PlanQuery, RequestKey, WaitingAtMost
from directory.refusals import JournalUnavailable, KeyUsedOtherwise, Overtaken, PlansFull, Problem, TooManyPlans
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, REGION, ROOM, region
from vocabulary.caller import Caller
from vocabulary.period import Period

AT = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
DUE = AT + timedelta(days=90)
ADA = Caller("admin", ANNA.hsa_id, frozenset({"tillit:admin", "x"}), frozenset({REGION.hsa_id}))
BO = replace(ADA, person=EVA.hsa_id)
SEEN_END, SEEN_PLACE = (("end", DUE),), (("place", CENTRE.hsa_id),)
EVERY_STEP: Steps = (
    Create(replace(ANNA, number_lookup="1:" + "a" * 64)),
    Amend(
        CENTRE.hsa_id,
        (("coordinates", Coordinates(7, 8)), ("manager", ANNA.hsa_id), ("period", Period(AT, None)), ("public", False),
         ("services", ("1", "2")), ("telephone", None)),
        (("coordinates", None), ("telephone", "0920-1")),
    ),
    Amend(region("K1"), (("codes", (Code("1", "Ett", Period(None, DUE)),)),)),
    End(ROOM.hsa_id, SEEN_END),
    End(ROOM.hsa_id, (("end", None),)),
    Move(ROOM.hsa_id, REGION.hsa_id, SEEN_PLACE),
    Assign(CARE.hsa_id, ANNA.hsa_id, DUE, (("memberships", CARE.memberships),)),
    Unassign(CARE.hsa_id, ANNA.hsa_id, (("memberships", ()),)),
)  # fmt: skip
REORGANISATIONS: list[Steps] = [
    (MoveUnit(ROOM.hsa_id, CENTRE.hsa_id, region("VG01"), END),),
    (MergeUnits((ROOM.hsa_id, region("E9")), CENTRE.hsa_id, Assignments(Fate.LEAVE, region("E8"))),),
    (SplitUnit(ROOM.hsa_id, (Part(region("E7"), "Norra", (CARE.hsa_id,)), Part(region("E6"), "Södra"))),),
    (CloseUnit(ROOM.hsa_id, Children.MOVE, CENTRE.hsa_id),),
]


@pytest.fixture
def plans(engine: Engine) -> SqlPlans:
    metadata.create_all(engine)
    return SqlPlans(engine)


def draft(due: datetime = DUE, steps: Steps = (End(ROOM.hsa_id),), reason: str = "r") -> PlannedChange:
    return PlannedChange(0, due, steps, ADA, reason, AT)


def added(plans: SqlPlans, plan: PlannedChange, key: RequestKey | None = None) -> PlannedChange:
    return plans.add(plan, key)[0]


@pytest.mark.parametrize("steps", [EVERY_STEP, *REORGANISATIONS], ids=range(5))
def test_a_planned_change_is_read_as_it_was_written(plans: SqlPlans, steps: Steps) -> None:
    whole = replace(
        draft(steps=steps), begun_at=AT, base_revision=7, revision=8, settled_at=DUE, why="därför", remedy="gör så",
        state=PlanState.FAILED, sealed={"1:aa": b"\x00\xff"},
    )  # fmt: skip

    kept = added(plans, whole)

    assert kept == replace(whole, id=kept.id) == plans.find(kept.id)
    assert steps_from_json(steps_to_json(steps)) == steps


@pytest.mark.parametrize(
    "told", [{"v": 2, "steps": []}, {"v": 1, "steps": [{"do": "fly"}]}, {"v": 1, "steps": [{"do": "end", "whom": "x"}]}]
)
def test_steps_of_another_version_or_kind_are_not_guessed_at(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        steps_from_json(told)


def test_what_a_later_program_wrote_is_told_as_such(plans: SqlPlans, engine: Engine) -> None:
    kept = added(plans, draft())
    with engine.begin() as connection:
        connection.execute(text("""UPDATE directory_plans SET steps = '{"v": 2, "steps": []}'"""))

    with pytest.raises(JournalUnavailable):
        plans.find(kept.id)


def test_ids_grow_and_are_never_given_again(plans: SqlPlans) -> None:
    ids = [added(plans, draft()).id for _ in range(3)]

    assert ids == sorted(set(ids)) and ids[0] > 0
    assert plans.find(ids[-1] + 1) is None


def test_what_is_unsettled_comes_in_the_order_in_which_it_is_carried_out(plans: SqlPlans) -> None:
    late, soon, same = (added(plans, draft(DUE + timedelta(days=days))) for days in (2, 1, 1))
    begun = plans.replace(soon, soon.begun(AT, 1))
    done = added(plans, draft(DUE + timedelta(days=1)))
    plans.replace(done, done.done(AT, 5))

    assert plans.unsettled(DUE + timedelta(days=2)) == (begun, same, late)
    assert plans.unsettled(DUE + timedelta(days=2) - timedelta(microseconds=1)) == (begun, same)
    assert plans.unsettled(DUE) == ()


def test_all_that_is_unsettled_is_told_as_any_process_left_it(plans: SqlPlans, engine: Engine) -> None:
    other = SqlPlans(engine)
    late, soon = added(plans, draft(DUE + timedelta(days=4000))), added(other, draft())
    first = plans.all_unsettled()

    begun = other.replace(soon, soon.begun(AT, 1))
    new = added(other, draft(DUE + timedelta(days=1)))
    second = plans.all_unsettled()
    other.replace(new, new.cancelled(AT, "r"))
    third = plans.all_unsettled()

    assert (first, second, third) == ((soon, late), (begun, new, late), (begun, late))
    assert first[1] is second[2] is third[1], "what stands so still is not read again"
    assert other.all_unsettled() == third == plans.unsettled(DUE + timedelta(days=4000))


def test_a_version_is_replaced_once(plans: SqlPlans) -> None:
    plan = added(plans, draft())
    together, winners = Barrier(6), []

    def replace_it(reason: str) -> None:
        together.wait()
        made = plans.replace(plan, plan.cancelled(AT, reason))
        if made is not None:
            winners.append(made)

    threads = [Thread(target=replace_it, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = winners
    assert (winner.version, winner) == (2, plans.find(plan.id))
    assert plans.replace(plan, plan.done(AT, 1)) is None


def test_of_many_with_one_key_one_is_planned(plans: SqlPlans) -> None:
    key, together = RequestKey("k" * 64, "f" * 64), Barrier(6)
    made: list[tuple[PlannedChange, bool]] = []

    def add() -> None:
        together.wait()
        made.append(plans.add(draft(), key))

    threads = [Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({plan.id for plan, _ in made}) == 1 and sorted(new for _, new in made) == [False] * 5 + [True]
    assert plans.with_key(key) == made[0][0]


def test_a_key_with_another_request_is_refused_until_it_is_forgotten(plans: SqlPlans) -> None:
    plan = added(plans, draft(), RequestKey("k", "one"))
    for ask in (lambda: plans.add(draft(), RequestKey("k", "two")), lambda: plans.with_key(RequestKey("k", "two"))):
        with pytest.raises(KeyUsedOtherwise):
            ask()

    assert plans.forget_keys(AT) == 0
    assert plans.forget_keys(AT + timedelta(seconds=1)) == 1
    assert plans.with_key(RequestKey("k", "one")) is None
    assert added(plans, draft(), RequestKey("k", "two")).id != plan.id


def test_lists_are_narrowed_ordered_and_paged(plans: SqlPlans) -> None:
    kept = [added(plans, draft(DUE + timedelta(days=days))) for days in (3, 1, 1, 2)]
    merge = added(plans, draft(DUE, REORGANISATIONS[1]))
    failure = Overtaken((Problem("x", "title", "overtaken"),))
    failed = plans.replace(kept[0], kept[0].failed(AT, failure))
    assert failed is not None
    in_order = (merge, kept[1], kept[2], kept[3], failed)

    assert plans.listed(PlanQuery(), None, 10) == in_order
    assert plans.listed(PlanQuery(), (kept[1].due, kept[1].id), 2) == (kept[2], kept[3])
    assert plans.listed(PlanQuery(reorganisation=True), None, 10) == (merge,)
    assert plans.listed(PlanQuery(reorganisation=False), None, 1) == (kept[1],)
    assert plans.listed(PlanQuery(states=frozenset({PlanState.FAILED})), None, 10) == (failed,)
    from_, until = DUE + timedelta(days=1), DUE + timedelta(days=2)
    assert plans.listed(PlanQuery(due_from=from_, due_until=until), None, 10) == (kept[1], kept[2])


def test_one_who_has_planned_all_that_one_may_leaves_room_for_others(plans: SqlPlans, engine: Engine) -> None:
    narrow = SqlPlans(engine, WaitingAtMost(per_caller=2, in_all=5))
    mine = [added(narrow, draft()) for _ in range(2)]

    with pytest.raises(TooManyPlans):
        narrow.add(draft(), None)
    with pytest.raises(TooManyPlans):
        narrow.demand_room(ADA)
    with pytest.raises(TooManyPlans):
        narrow.demand_room(replace(ADA, client_id="another of her applications"))
    narrow.demand_room(BO)
    hers = added(narrow, replace(draft(), caller=BO))

    assert narrow.unsettled(DUE) == (*mine, hers), "what was refused is not kept"


def test_what_does_not_wait_any_more_makes_room(plans: SqlPlans, engine: Engine) -> None:
    narrow = SqlPlans(engine, WaitingAtMost(per_caller=1))
    for settle in (
        lambda plan: plan.cancelled(AT, "r"),
        lambda plan: plan.begun(AT, 1),
        lambda plan: plan.done(AT, 2),
        lambda plan: plan.failed(AT, Overtaken((Problem("x", "title", "overtaken"),))),
    ):
        plan = added(narrow, draft())
        with pytest.raises(TooManyPlans):
            narrow.add(draft(), None)
        assert narrow.replace(plan, settle(plan)) is not None
    narrow.demand_room(ADA)
    added(narrow, draft())
    at_once = added(narrow, draft().begun(AT, 1))

    assert at_once.state is PlanState.BEGUN, "what is carried out at once does not wait"


def test_one_that_failed_needs_room_to_wait_again(plans: SqlPlans, engine: Engine) -> None:
    narrow = SqlPlans(engine, WaitingAtMost(per_caller=1))
    plan = added(narrow, draft())
    failed = narrow.replace(plan, plan.failed(AT, Overtaken((Problem("x", "title", "overtaken"),))))
    assert failed is not None
    added(narrow, draft())

    with pytest.raises(TooManyPlans):
        narrow.replace(failed, failed.tried_again(ADA))

    assert narrow.find(failed.id) == failed
    again = narrow.replace(failed, failed.tried_again(BO))
    assert again is not None and again.state is PlanState.WAITING


def test_all_together_plan_no_more_than_may_wait(plans: SqlPlans, engine: Engine) -> None:
    narrow = SqlPlans(engine, WaitingAtMost(per_caller=2, in_all=3))
    kept = [added(narrow, replace(draft(), caller=caller)) for caller in (ADA, ADA, BO)]

    for ask in (lambda: narrow.add(replace(draft(), caller=BO), None), lambda: narrow.demand_room(BO)):
        with pytest.raises(PlansFull):
            ask()

    assert narrow.unsettled(DUE) == tuple(kept)


def test_many_who_plan_at_the_same_instant_do_not_get_past_the_limit(plans: SqlPlans, engine: Engine) -> None:
    narrow = SqlPlans(engine, WaitingAtMost(per_caller=3, in_all=5))
    together, refused = Barrier(8), []

    def add(caller: Caller) -> None:
        together.wait()
        for _ in range(2):
            try:
                narrow.add(replace(draft(), caller=caller), None)
            except (TooManyPlans, PlansFull) as refusal:
                refused.append(refusal.code)

    threads = [Thread(target=add, args=(ADA if n % 2 else BO,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = narrow.unsettled(DUE)
    assert len(kept) == 5 and len(refused) == 11
    assert all(sum(plan.caller == caller for plan in kept) <= 3 for caller in (ADA, BO))


def test_a_repeated_request_is_the_first_one_also_when_no_room_is_left(plans: SqlPlans, engine: Engine) -> None:
    narrow, key = SqlPlans(engine, WaitingAtMost(per_caller=1)), RequestKey("k", "f")
    first = added(narrow, draft(), key)

    assert narrow.add(draft(), key) == (first, False)


def test_settled_ones_are_taken_away_and_what_went_on_meanwhile_stays(plans: SqlPlans) -> None:
    waiting, gone, tried_again = (added(plans, draft()) for _ in range(3))
    settled = [plans.replace(plan, plan.cancelled(AT, "nej")) for plan in (gone, tried_again)]
    assert settled[0] is not None and settled[1] is not None
    again = plans.replace(settled[1], settled[1].tried_again(ADA))
    assert again is not None
    plans.replace(again, again.cancelled(AT, "nej igen"))

    erased = plans.erase([waiting, *(plan for plan in settled if plan is not None)])

    assert erased == 1
    assert {plan.id for plan in plans.listed(PlanQuery(), None, 9)} == {waiting.id, tried_again.id}
    assert plans.erase([]) == 0


def test_how_often_a_plan_was_kept_tells_whether_it_was_ever_begun(plans: SqlPlans) -> None:
    at_once, begun, failed = (added(plans, draft()) for _ in range(3))
    cancelled = plans.replace(at_once, at_once.cancelled(AT, "nej"))
    tried = plans.replace(begun, begun.begun(AT, 7))
    assert cancelled is not None and tried is not None
    refused = plans.replace(tried, tried.failed(AT, Overtaken((Problem("E", "name", "r"),))))
    assert refused is not None
    again = plans.replace(refused, refused.tried_again(ADA))
    assert again is not None
    late = plans.replace(again, again.cancelled(AT, "nej"))

    found = plans.find(late.id) if late is not None else None
    assert found is not None and found.begun_at is None and not found.was_never_begun
    found = plans.find(cancelled.id)
    assert found is not None and found.was_never_begun
    assert not failed.was_never_begun and not refused.was_never_begun
