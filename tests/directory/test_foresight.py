"""What is kept of the future and brought up to what changes is what thinking it all through anew would tell."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory import Assignment, Entry, Membership, Person, Snapshot
from directory.core.entries import KINDS, AdminAssignment, Code, CodeTable, Function, SystemRole, VideoEndpoint
from directory.core.foresight import Foresight
from directory.core.planned_change import PlannedChange, demand_valid, entries_wanted
from directory.core.reorganisation import CloseUnit
from directory.core.snapshot import ANYTHING, marks_of
from directory.core.steps import Amend, Create, Step, Unassign
from directory.edge.sql.plans import SqlPlans
from directory.planning import EVER, Planning
from directory.refusals import ChangeRefused
from tests.directory.drawn_steps import DESK, HOURS, LAB, MORE, NILS, OTHER, STEPS
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, EVA, REGION, ROOM, a_county, a_person, a_planning, region
from tests.directory.planning_parts import ADA, DUE, planned, titled
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import Refusal

TABLE = CodeTable(
    region("K1"), REGION.hsa_id, "services", "Tjänster", (Code("1", "Vaccination"), Code("2", "Provtagning"))
)
SCREEN = VideoEndpoint(region("V1"), REGION.hsa_id, "Skärmen", OTHER.hsa_id, "sip:skarm@video.example")
ROLE = SystemRole(region("R1"), REGION.hsa_id, "svp", "planerare", "Planerare", (Membership(NILS.hsa_id),))
EVERYTHING: tuple[Entry, ...] = (*COUNTY, *MORE, TABLE, SCREEN, ROLE)


def thought_through(truth: Snapshot, plans: Iterable[PlannedChange]) -> tuple[Snapshot, dict[int, str], list[int]]:
    """One after the other, nothing kept: what stands at last, why which could not be, and which were done."""
    now, done = truth, []
    obstacles: dict[int, str] = {}
    for plan in plans:
        try:
            entries = entries_wanted(plan.steps, now, plan.due)
            demand_valid(entries, now)
        except Refusal as refusal:
            obstacles[plan.id] = refusal.code
            continue
        done.append(plan.id)
        now = now.succeeded_by(entries, truth.revision)
    return now, obstacles, done


def demand_as_from_nothing(foresight: Foresight, truth: Snapshot, plans: Sequence[PlannedChange]) -> None:
    now, obstacles, done = thought_through(truth, plans)
    told = foresight.until(EVER)
    assert {number: refusal.code for number, refusal in told.obstacles.items()} == obstacles
    assert [plan.id for plan in told.plans] == done and foresight.plans == tuple(plans)
    assert same_to_all_questions(told.snapshot, now)
    for plan in plans[::2]:
        place = plan.due, plan.id
        before, _, _ = thought_through(truth, [each for each in plans if (each.due, each.id) < place])
        assert same_to_all_questions(foresight.before(plan), before)


def same_to_all_questions(one: Snapshot, other: Snapshot) -> bool:
    asked = questions([*one.entries(), *other.entries()])
    return one.revision == other.revision and all(ask(one) == ask(other) for ask in asked)


Question = Callable[[Snapshot], object]


def questions(about: Iterable[Entry]) -> Iterator[Question]:
    """Everything that a snapshot is asked, by all that the entries have; answers without order."""
    for kind in KINDS.values():
        yield lambda asked, kind=kind: {str(entry.hsa_id): entry for entry in asked.all_of(kind)}
        yield lambda asked, kind=kind: asked.count(kind)
        yield lambda asked, kind=kind: next(asked.after(kind, ""), None)
    for entry in about:
        key = entry.hsa_id
        yield lambda asked, key=key: asked.entry(key)
        yield lambda asked, key=key, kind=type(entry): asked.of_kind(kind, key)
        yield lambda asked, key=key: set(asked.below(key))
        for held in (Assignment, AdminAssignment, SystemRole):
            yield lambda asked, key=key, held=held: set(asked.held_by(held, key))
        if isinstance(entry, Person):
            yield lambda asked, number=entry.number_lookup or "": set(asked.people_with_number(number))
            yield lambda asked, known=(entry.source or "", entry.source_id or ""): asked.person_from(*known)


_MORE_STEPS = st.one_of(
    STEPS,
    st.builds(lambda codes: Amend(CENTRE.hsa_id, (("services", tuple(codes)),)), st.sets(st.sampled_from("123"))),
    st.builds(lambda code: Amend(TABLE.hsa_id, (("codes", (Code(code, "Annat"),)),)), st.sampled_from("123")),
    st.builds(
        lambda key: Amend(NILS.hsa_id, (("source", "hr"), ("source_id", key))), st.sampled_from(["4711", "4712"])
    ),
    st.builds(lambda role: Amend(ROLE.hsa_id, (("role", role),)), st.sampled_from(["planerare", "läsare"])),
    st.just(Create(replace(ROLE, hsa_id=region("R2"), role="läsare", memberships=()))),
    st.just(Amend(SCREEN.hsa_id, (("owner", ROOM.hsa_id),))),
    st.just(Unassign(ROLE.hsa_id, NILS.hsa_id)),
)
_DOINGS = st.one_of(
    st.tuples(st.just("plan"), st.lists(_MORE_STEPS, min_size=1, max_size=2), st.integers(1, 5)),
    st.tuples(st.just("cancel"), st.integers(0, 5), st.none()),
    st.tuples(st.just("change"), _MORE_STEPS, st.none()),
    st.tuples(st.just("thin"), st.sampled_from([EVA.hsa_id, NILS.hsa_id, HOURS.hsa_id, SCREEN.hsa_id]), st.none()),
    st.tuples(st.just("load"), st.none(), st.none()),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_DOINGS, min_size=2, max_size=14), st.booleans())
def test_what_is_kept_is_what_thinking_it_through_anew_would_tell(
    doings: list[tuple[Any, Any, Any]], often: bool
) -> None:
    truth = Snapshot.of(((entry, 1) for entry in EVERYTHING), 1)
    plans: list[PlannedChange] = []
    kept = Foresight(truth)
    for number, (do, what, hour) in enumerate(doings):
        match do:
            case "plan":
                alone = not all(isinstance(each, Step) for each in what)
                due = DUE + timedelta(hours=hour)
                plans.append(PlannedChange(number, due, tuple(what[:1] if alone else what), ADA, "r", DUE))
                plans.sort(key=lambda each: (each.due, each.id))
            case "cancel" if plans:
                del plans[what % len(plans)]
            case "change":
                try:
                    truth = truth.succeeded_by(entries_wanted((what,), truth, DUE), truth.revision + 1)
                except ChangeRefused:
                    continue
            case "thin":
                truth = truth.without([what], truth.revision + 1)
            case "load":
                truth = Snapshot.of([(replace(entry), 1) for entry in truth.entries()], truth.revision)
        if often or number % 3 == 0:
            kept = kept.brought_up_to(truth, plans)
            demand_as_from_nothing(kept, truth, plans)

    kept = kept.brought_up_to(truth, plans)

    demand_as_from_nothing(kept, truth, plans)
    for plan in plans:
        without = kept.without_plan(plan)
        demand_as_from_nothing(without, truth, [each for each in plans if each is not plan])
        demand_as_from_nothing(without.with_plan(plan), truth, plans)


_OTHERWISE: list[Entry] = [
    replace(ANNA, title="chef"), replace(ANNA, source_id="9"), replace(ANNA, number_lookup="1:" + "b" * 64),
    replace(NILS, number_lookup="1:" + "a" * 64), replace(NILS, source="hr", source_id="9"), a_person("P777"),
    replace(CARE, memberships=()), replace(CARE, unit=ROOM.hsa_id), replace(HOURS, memberships=CARE.memberships),
    replace(ROOM, parent=OTHER.hsa_id), replace(OTHER, parent=CENTRE.hsa_id), replace(DESK, unit=CENTRE.hsa_id),
    replace(ROLE, memberships=(Membership(ANNA.hsa_id),)), replace(SCREEN, owner=ROOM.hsa_id), replace(TABLE, codes=()),
    replace(ROOM, hsa_id=region("E777")), replace(DESK, hsa_id=region("F777")), replace(CARE, hsa_id=region("M777")),
]  # fmt: skip


@pytest.mark.parametrize("how", _OTHERWISE, ids=str)
def test_whose_answer_differs_has_noted_something_of_what_does(how: Entry) -> None:
    one = Snapshot.of(((entry, 1) for entry in EVERYTHING), 1)
    other = one.succeeded_by([how], 1)
    was = one.entry(how.hsa_id)
    marks = {mark for entry in (was, how) if entry is not None for mark in marks_of(entry)}
    more = [replace(EVA, title="rektor"), replace(LAB, name="Annat")]

    for ask in questions([*one.entries(), *other.entries()]):
        for later in (lambda snapshot: snapshot, lambda snapshot: snapshot.succeeded_by(more, 1)):
            asked: set[str] = set()
            first = ask(later(one.noting(asked)))
            assert first == ask(later(one)), "noting changes no answer"
            if first != ask(later(other)):
                assert not marks.isdisjoint(asked), (how, asked)


def test_when_an_entry_was_last_changed_is_read_as_reading_everything() -> None:
    asked: set[str] = set()

    Snapshot.of([(ANNA, 7)], 7).noting(asked).changed_at(ANNA.hsa_id)

    assert asked == {ANYTHING}


def retitled(number: int, person: Person = ANNA, hours: int = 0) -> PlannedChange:
    step = Amend(person.hsa_id, (("title", f"titel {number}"),))
    return PlannedChange(number, DUE + timedelta(hours=hours or number), (step,), ADA, "r", DUE)


def test_only_what_reads_something_that_differs_is_thought_through_anew() -> None:
    people = [a_person(f"P8{number:02}") for number in range(6)]
    truth = Snapshot.of([(entry, 1) for entry in (*EVERYTHING, *people)], 1)
    plans = [retitled(number, person) for number, person in enumerate(people, start=1)]
    before = Foresight(truth).brought_up_to(truth, plans)

    changed = before.brought_up_to(truth.succeeded_by([replace(people[2], given_name="Ny")], 2), plans)
    planned_first = before.with_plan(retitled(90, people[4], hours=1))
    cancelled = before.without_plan(plans[3])

    assert _anew(before, changed) == [plans[2].id]
    assert _anew(before, planned_first) == [90, plans[4].id]
    assert _anew(before, cancelled) == []


def _anew(before: Foresight, after: Foresight) -> list[int]:
    kept = {id(outcome) for outcome in before.outcomes}
    return [outcome.plan.id for outcome in after.outcomes if id(outcome) not in kept]


def test_a_plan_about_what_stands_below_hears_of_what_is_planned_to_come_there() -> None:
    truth = Snapshot.of(((entry, 1) for entry in EVERYTHING), 1)
    closing = PlannedChange(1, DUE + timedelta(hours=5), (CloseUnit(ROOM.hsa_id),), ADA, "r", DUE)
    before = Foresight(truth).brought_up_to(truth, [closing])

    moving = PlannedChange(2, DUE, (Create(replace(DESK, hsa_id=region("F9"), unit=ROOM.hsa_id)),), ADA, "r", DUE)
    after = before.with_plan(moving)

    (desk,) = [entry for entry in after.until(EVER).snapshot.below(ROOM.hsa_id) if isinstance(entry, Function)]
    assert desk.archived


def test_of_several_processes_each_foresees_what_the_others_do(engine: Engine, clock: HeldClock) -> None:
    here = a_county(engine, clock)
    there = here.another()
    there.directory.start()
    mine, theirs = a_planning(here), a_planning(there)
    assert theirs.foreseen().plans == ()

    plan = planned(mine, titled("chef"))
    assert _title_at_last(theirs) == "chef"
    later = planned(theirs, titled("rektor"), due=DUE + timedelta(days=1))
    assert (_title_at_last(mine), _title_at_last(theirs)) == ("rektor", "rektor")
    mine.cancel(plan, ADA, "r")
    for planning in (mine, theirs):
        (hindered,) = planning.foreseen().obstacles.values()
        assert hindered.code == "plan_overtaken" and _title_at_last(planning) == ANNA.title
    here.change(replace(ANNA, title="chef"))
    there.directory.poll()
    assert [each.id for planning in (mine, theirs) for each in planning.foreseen().plans] == [later.id, later.id]
    assert (_title_at_last(mine), _title_at_last(theirs)) == ("rektor", "rektor")


def test_many_who_look_ahead_while_others_plan_and_change_all_see_what_is(engine: Engine, clock: HeldClock) -> None:
    world = a_county(engine, clock)
    world.change(*(a_person(f"P8{number:02}") for number in range(24)))
    planning, together, wrong = a_planning(world), Barrier(6), []

    def work(mine: int) -> None:
        together.wait()
        for each in range(4):
            person = region(f"P8{mine * 4 + each:02}")
            plan = planned(planning, titled("chef", person), due=DUE + timedelta(hours=each))
            if _title_at_last(planning, person) != "chef":
                wrong.append(("planned", plan.id))
            if each % 2:
                planning.cancel(plan, ADA, "r")
                if _title_at_last(planning, person) is not None:
                    wrong.append(("cancelled", plan.id))

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    plans = SqlPlans(engine).unsettled(EVER)
    now, obstacles, done = thought_through(world.directory.truth(), plans)
    told = planning.foreseen()
    assert [plan.id for plan in told.plans] == done and not obstacles and same_to_all_questions(told.snapshot, now)


def _title_at_last(planning: Planning, person: HsaId = ANNA.hsa_id) -> str | None:
    found = planning.foreseen().snapshot.person(person)
    assert found is not None
    return found.title
