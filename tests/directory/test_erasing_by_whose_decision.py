"""Each member's archive authority decides for itself: what others have not decided about stays, wherever it stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory import Membership, Person
from directory.core.entries import AdminAssignment
from directory.core.planned_change import PlannedChange
from directory.core.retention import DOOR, Besides, cutoff
from directory.core.steps import Amend, Step
from directory.edge.sql.plans import SqlPlans
from directory.planning import Planning, Proposal
from directory.ports import Erasure, HistoryQuery, PlanQuery
from directory.retention import Decisions
from tests.directory.erasing_parts import NUMBER, everything_in_sql, pass_years
from tests.directory.http.two_members import HOME_CARE, THEIRS, with_something_of_bodens
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    COUNTY,
    REGION,
    ROOM,
    World,
    a_member,
    a_person,
    a_retention,
    a_seal,
    boden,
    region,
)
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

BODENS, REGIONS = "Arkivnämnden i Boden, dnr 17", "Regionarkivet, dnr 18"
ONLY_BODEN = Decisions(own={BODEN.hsa_id: BODENS})
ONLY_REGION = Decisions(own={REGION.hsa_id: REGIONS})
BOTH = Decisions(own={BODEN.hsa_id: BODENS, REGION.hsa_id: REGIONS})
JOINT = Decisions("Gemensamma arkivnämnden, dnr 1")
HERS: Person = replace(a_person("P1", "Zelma Zqvist"), hsa_id=boden("P1"), member=BODEN.hsa_id)
OURS = a_person("P200", "Olle Okänd")
ADMIN = Caller("admin", None, frozenset({"tillit:admin"}), None)


@pytest.fixture
def world(world: World) -> World:
    return with_something_of_bodens(world)


def over(world: World, kind: str = "person") -> Period:
    return Period(None, cutoff(kind, world.clock.now()))


def recorded(world: World) -> set[tuple[str, str, str]]:
    """Kind, member and decision of all that was erased."""

    def told(erasure: Erasure) -> tuple[str, str, str]:
        return erasure.kind, str(erasure.member or "all"), erasure.decision

    return {told(erasure) for _, erasure in a_retention(world).record(None, 500)}


def are_there(world: World, *people: Person) -> list[bool]:
    return [world.directory.truth().person(one.hsa_id) is not None for one in people]


@pytest.mark.law("Arkivlag (1990:782) 8 §")
def test_what_is_of_the_member_that_decided_goes_and_the_record_says_whose_and_by_what(world: World) -> None:
    world.change(replace(HERS, period=over(world)), replace(OURS, period=over(world)))

    a_retention(world, ONLY_BODEN).carry_out()

    assert are_there(world, HERS, OURS) == [False, True]
    assert recorded(world) == {("person", str(BODEN.hsa_id), BODENS)}
    assert "Zelma" not in everything_in_sql(world) and "Olle" in everything_in_sql(world)
    (waiting,) = a_retention(world, ONLY_BODEN).due().undecided
    assert (waiting.entry.hsa_id, waiting.members) == (OURS.hsa_id, {REGION.hsa_id})


def test_each_commit_is_by_the_decision_of_those_whose_it_erases(world: World) -> None:
    world.change(replace(HERS, period=over(world)), replace(OURS, period=over(world)))

    a_retention(world, BOTH).carry_out()

    heads = world.journal.commits(HistoryQuery(door=DOOR), None, 9)
    assert {head.reason for head in heads} == {f"gallring: {BODENS}", f"gallring: {REGIONS}"}
    assert recorded(world) == {("person", str(BODEN.hsa_id), BODENS), ("person", str(REGION.hsa_id), REGIONS)}


def test_a_joint_decision_is_for_all_in_one_commit_and_the_record_says_whose(world: World) -> None:
    world.change(replace(HERS, period=over(world)), replace(OURS, period=over(world)))

    a_retention(world, JOINT).carry_out()

    assert len(world.journal.commits(HistoryQuery(door=DOOR), None, 9)) == 1
    members = {str(BODEN.hsa_id), str(REGION.hsa_id)}
    assert recorded(world) == {("person", member, JOINT.joint) for member in members}


def test_a_part_of_anothers_person_goes_only_when_both_have_decided(world: World) -> None:
    world.change(HERS)
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(HERS.hsa_id, over(world, "membership")))))

    for decisions in (ONLY_BODEN, ONLY_REGION):
        a_retention(world, decisions).carry_out()
        held = world.directory.truth().assignment(CARE.hsa_id)
        assert held is not None and len(held.memberships) == 3
    a_retention(world, BOTH).carry_out()

    assert world.directory.truth().assignment(CARE.hsa_id) == CARE
    assert recorded(world) == {(Besides.MEMBERSHIP, str(REGION.hsa_id), f"{BODENS}; {REGIONS}")}


def test_whom_the_history_of_an_undecided_member_tells_of_stays(world: World) -> None:
    """She held something there once, and nothing that stands names her any more."""
    world.change(HERS)
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(HERS.hsa_id))))
    world.change(CARE)
    world.change(replace(HERS, period=over(world)))
    before = everything_in_sql(world)

    a_retention(world, ONLY_BODEN).carry_out()

    assert are_there(world, HERS) == [True]
    assert everything_in_sql(world) == before
    (waiting,) = a_retention(world, ONLY_BODEN).due().undecided
    assert waiting.members == {REGION.hsa_id}
    a_retention(world, BOTH).carry_out()
    assert are_there(world, HERS) == [False]
    assert str(HERS.hsa_id) not in str(world.journal.changes_of(4, HistoryQuery(), -1, 9))


def test_of_whose_history_it_is_only_those_who_have_not_decided_are_asked(world: World) -> None:
    world.change(HERS, OURS)
    world.change(replace(THEIRS, memberships=(Membership(HERS.hsa_id), Membership(OURS.hsa_id))))
    world.change(replace(CARE, memberships=(Membership(OURS.hsa_id),)))
    people, tells_of = [HERS.hsa_id, OURS.hsa_id], world.journal.tells_of

    assert tells_of(people, [BODEN.hsa_id]) == {
        HERS.hsa_id.key: {BODEN.hsa_id}, OURS.hsa_id.key: {BODEN.hsa_id}
    }  # fmt: skip
    assert tells_of(people, [REGION.hsa_id]) == {OURS.hsa_id.key: {REGION.hsa_id}}
    assert tells_of(people, []) == tells_of([], [REGION.hsa_id]) == {}
    assert tells_of([region("P20")], [REGION.hsa_id]) == {}, "another id that begins alike is somebody else"


def test_what_was_told_since_the_last_look_is_found_too_and_what_was_told_before_is_not_forgotten(world: World) -> None:
    journal, regions = world.directory.desk.journal, [REGION.hsa_id]
    world.change(HERS, OURS)
    assert journal.tells_of([HERS.hsa_id], regions) == {}

    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(HERS.hsa_id))))
    told = [journal.tells_of(people, regions) for people in ([HERS.hsa_id], [OURS.hsa_id, HERS.hsa_id], [HERS.hsa_id])]

    whose = {HERS.hsa_id.key: {REGION.hsa_id}}
    assert [{key: found[key] for key in found if key == HERS.hsa_id.key} for found in told] == [whose] * 3
    assert journal.tells_of([HERS.hsa_id], [BODEN.hsa_id]) == {HERS.hsa_id.key: {BODEN.hsa_id}}, "her own entry tells"


def test_who_administered_the_whole_region_stays_until_every_member_has_decided(world: World) -> None:
    whole = AdminAssignment(region("A1"), REGION.hsa_id, "Allt", period=over(world, "admin_assignment"))
    part = replace(whole, hsa_id=region("A2"), areas=(str(ROOM.hsa_id),))
    world.change(replace(REGION, municipality_code="25"))
    world.change(whole, part)

    a_retention(world, ONLY_REGION).carry_out()

    assert world.directory.truth().admin_assignment(part.hsa_id) is None
    assert world.directory.truth().admin_assignment(whole.hsa_id) is not None
    a_retention(world, BOTH).carry_out()
    assert world.directory.truth().admin_assignment(whole.hsa_id) is None
    assert ("admin_assignment", str(REGION.hsa_id), f"{BODENS}; {REGIONS}") in recorded(world)


@pytest.mark.parametrize("decisions", [BOTH, JOINT], ids=["each for itself", "a joint one"])
def test_the_journal_and_sealed_numbers_stay_until_every_member_has_decided(world: World, decisions: Decisions) -> None:
    seal, numbers = a_seal(), world.directory.desk.sealed_numbers
    numbers.keep({seal.lookup(NUMBER): seal.close(NUMBER)}, world.clock.now())
    pass_years(world, 10)
    kept = world.change(replace(ANNA, title="ny titel"))

    a_retention(world, ONLY_BODEN).carry_out()
    assert (world.journal.oldest(), numbers.sealed(seal.lookup(NUMBER)) is None) == (1, False)
    assert recorded(world) == set()
    a_retention(world, decisions).carry_out()

    assert (world.journal.oldest(), numbers.sealed(seal.lookup(NUMBER)) is None) == (kept, True)
    by = decisions.joint or f"{BODENS}; {REGIONS}"
    assert recorded(world) == {(Besides.JOURNAL, "all", by), (Besides.SEALED_NUMBER, "all", by)}


def test_a_member_that_comes_later_has_not_decided(world: World) -> None:
    world.change(a_member(HsaId.parse("SE2120002668-HM01"), "Arjeplogs kommun"))
    pass_years(world, 10)
    world.change(replace(ANNA, title="ny titel"))

    a_retention(world, BOTH).carry_out()

    assert world.journal.oldest() == 1
    assert a_retention(world, BOTH).decisions_for_all() == ()


def planned(world: World, planning: Planning, *steps: Step, days: int = 400) -> PlannedChange:
    day = world.clock.now() + timedelta(days=days)
    return planning.plan(Proposal(steps, day, ADMIN, "r", {}))[0]


def kept_plans(world: World) -> set[int]:
    return {plan.id for plan in SqlPlans(world.engine).listed(PlanQuery(), None, 99)}


def test_a_plan_goes_when_all_have_decided_whom_it_names(world: World, planning: Planning) -> None:
    telephone, title = (("telephone", "0921-1"),), (("title", "chef"),)
    theirs = planned(world, planning, Amend(HOME_CARE.hsa_id, telephone))
    both = planned(world, planning, Amend(HOME_CARE.hsa_id, (("name", "Nytt namn"),)), Amend(ANNA.hsa_id, title))
    for plan in (theirs, both):
        planning.cancel(plan, ADMIN, "nej")
    pass_years(world, 1)

    a_retention(world, ONLY_BODEN).carry_out()
    assert kept_plans(world) == {both.id}
    a_retention(world, BOTH).carry_out()

    assert kept_plans(world) == set()
    assert recorded(world) == {
        (Besides.CANCELLED_PLAN, str(BODEN.hsa_id), BODENS),
        (Besides.CANCELLED_PLAN, "all", f"{BODENS}; {REGIONS}"),
    }


@pytest.mark.law("Arkivlag (1990:782) 10 §")
def test_a_plan_that_was_cancelled_before_it_was_begun_is_kept_for_a_year_and_any_other_for_ten(
    world: World, planning: Planning
) -> None:
    cancelled = planned(world, planning, Amend(ANNA.hsa_id, (("title", "chef"),)))
    done = planned(world, planning, Amend(ANNA.hsa_id, (("telephone", "0920-1 00 00"),)), days=1)
    planning.cancel(cancelled, ADMIN, "nej")
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    planning.carry_out_due()

    a_retention(world, JOINT).carry_out()
    assert kept_plans(world) == {cancelled.id, done.id}
    pass_years(world, 1)
    a_retention(world, JOINT).carry_out()
    assert kept_plans(world) == {done.id}
    pass_years(world, 9)
    a_retention(world, JOINT).carry_out()

    assert kept_plans(world) == set()


def test_who_failed_and_was_cancelled_then_is_kept_for_ten_years(world: World, planning: Planning) -> None:
    """It may have been carried out without anybody knowing, which is why it was cancelled."""
    plan = planned(world, planning, Amend(ANNA.hsa_id, (("title", "chef"),)), days=1)
    world.change(replace(ANNA, title="annan"))
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    planning.carry_out_due()
    failed = planning.find(plan.id)
    assert failed is not None
    planning.cancel(failed, ADMIN, "nej")

    pass_years(world, 9)
    a_retention(world, JOINT).carry_out()
    assert kept_plans(world) == {plan.id}
    pass_years(world, 1)
    a_retention(world, JOINT).carry_out()

    assert kept_plans(world) == set()


def test_of_the_plans_that_keep_somebody_the_one_is_told_that_keeps_her_longest(
    world: World, planning: Planning
) -> None:
    done = planned(world, planning, Amend(ANNA.hsa_id, (("telephone", "0920-1 00 00"),)), days=1)
    cancelled = planned(world, planning, Amend(ANNA.hsa_id, (("title", "chef"),)))
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    planning.carry_out_due()
    planning.cancel(cancelled, ADMIN, "nej")
    found = world.directory.truth().person(ANNA.hsa_id)
    assert found is not None
    world.change(replace(CARE, memberships=CARE.memberships[1:]), replace(found, period=over(world)))

    (held,) = a_retention(world, JOINT).due().held_back

    assert (held.entry.hsa_id, held.by) == (ANNA.hsa_id, done.id)


def test_who_decides_and_is_no_member_is_told_and_decides_nothing(world: World) -> None:
    stranger = a_retention(world, Decisions(own={boden("HM99"): BODENS}))
    world.change(replace(HERS, period=over(world)))

    stranger.carry_out()

    assert stranger.strangers() == {boden("HM99")}
    assert a_retention(world, BOTH).strangers() == a_retention(world, JOINT).strangers() == set()
    assert are_there(world, HERS) == [True]


def test_what_stands_is_untouched_by_anybodys_decision(world: World) -> None:
    a_retention(world, BOTH).carry_out()

    assert set(COUNTY[2:]) <= set(world.directory.truth().entries())
    assert recorded(world) == set()
