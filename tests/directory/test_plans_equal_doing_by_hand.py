"""Planning something and waiting is the same as doing it by hand at that date; and what was foreseen is what comes."""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Entry, Membership, Snapshot
from directory.core.entries import Function
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
from directory.core.steps import Amend, Assign, Create, End, Move, Unassign
from directory.planning import Proposal
from directory.refusals import ChangeRefused
from hub.database import make_engine
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, ROOM, World, a_county, a_person, a_planning, region
from tests.directory.planning_parts import ADA
from tests.parts import HeldClock

OTHER = replace(CENTRE, hsa_id=region("E010"), name="Mjölkuddens hälsocentral", public=False)
LAB = replace(ROOM, hsa_id=region("E011"), name="Provtagningen", parent=OTHER.hsa_id)
DESK = Function(region("F001"), CENTRE.member, OTHER.hsa_id, "Reception")
HOURS = replace(CARE, hsa_id=region("M010"), unit=OTHER.hsa_id, memberships=(Membership(ANNA.hsa_id),))
NILS = a_person("P010", "Nils Ny")
MORE: tuple[Entry, ...] = (OTHER, LAB, DESK, HOURS, NILS)

_THERE = [CENTRE.hsa_id, ROOM.hsa_id, OTHER.hsa_id, LAB.hsa_id]
_UNITS = st.sampled_from([*_THERE, *_THERE, region("E901"), region("E902")])
_PEOPLE = st.sampled_from([ANNA.hsa_id, EVA.hsa_id, NILS.hsa_id, NILS.hsa_id, region("P901")])
_HELD = st.sampled_from([CARE.hsa_id, HOURS.hsa_id])
_FATES = st.sampled_from([Assignments(Fate.TAKE), END, Assignments(Fate.LEAVE, LAB.hsa_id)])
_PLACES = st.one_of(_UNITS, st.just(region("HM01")))
_BELOW = st.sets(st.sampled_from([ROOM.hsa_id, CARE.hsa_id, LAB.hsa_id, DESK.hsa_id]), max_size=2)
STEPS = st.one_of(
    st.builds(lambda who, title: Amend(who, (("title", title),)), _PEOPLE, st.sampled_from(["chef", "kurator", None])),
    st.builds(lambda unit, name: Amend(unit, (("name", name),)), _UNITS, st.sampled_from(["Norra", "Södra"])),
    st.builds(lambda n: Create(a_person(f"P90{n}", f"Ny Person{n}")), st.integers(1, 2)),
    st.builds(End, st.one_of(_UNITS, _PEOPLE)),
    st.builds(Move, st.one_of(_UNITS, _HELD, st.just(DESK.hsa_id)), _PLACES),
    st.builds(Assign, _HELD, _PEOPLE),
    st.builds(Unassign, _HELD, _PEOPLE),
    st.builds(MoveUnit, _UNITS, _PLACES),
    st.builds(lambda gone, to, fate: MergeUnits((gone,), to, fate), _UNITS, _UNITS, _FATES),
    st.builds(
        lambda unit, n, takes: SplitUnit(unit, (Part(region(f"E90{n}"), f"Del {n}", tuple(takes)),)),
        _UNITS,
        st.integers(1, 2),
        _BELOW,
    ),
    st.builds(
        lambda unit, children, fate: CloseUnit(unit, children, None, fate), _UNITS, st.sampled_from(Children), _FATES
    ),
)


def entries(snapshot: Snapshot) -> set[Entry]:
    return set(snapshot.entries())


def by_hand(world: World, steps: list[object], hours: list[int]) -> list[bool]:
    """Each at its hour, in the order of their dates; whether it could be done."""
    planning, begin, done = a_planning(world), world.clock.now(), [False] * len(steps)
    for index in sorted(range(len(steps)), key=lambda each: hours[each]):
        world.clock.pass_(seconds=(begin + timedelta(hours=hours[index]) - world.clock.now()).total_seconds())
        try:
            planning.plan(Proposal((steps[index],), None, ADA, "för hand", {}))  # type: ignore[arg-type]  # drawn
        except ChangeRefused:
            continue
        done[index] = True
    return done


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(STEPS, st.integers(1, 5)), min_size=1, max_size=7))
def test_what_is_planned_comes_as_if_it_were_done_by_hand(drawn: list[tuple[object, int]]) -> None:
    steps, hours = [step for step, _ in drawn], [hour for _, hour in drawn]
    with tempfile.TemporaryDirectory() as folder:
        engines = [make_engine(f"sqlite:///{Path(folder) / name}.db") for name in ("hand", "plan")]
        hand, plan = (a_county(engine, HeldClock()) for engine in engines)
        for world in (hand, plan):
            world.change(*MORE)
        done = by_hand(hand, steps, hours)
        planning, begin = a_planning(plan), plan.clock.now()
        for index in sorted(range(len(steps)), key=lambda each: hours[each]):
            if done[index]:
                due = begin + timedelta(hours=hours[index])
                planning.plan(Proposal((steps[index],), due, ADA, "planerat", {}))  # type: ignore[arg-type]  # drawn
        foreseen = [(hour, planning.moment(begin + timedelta(hours=hour)).snapshot) for hour in range(1, 6)]

        for hour, snapshot in foreseen:
            plan.clock.pass_(hours=1)
            planning.carry_out_due()
            assert entries(plan.directory.snapshot()) == entries(snapshot), hour

        assert entries(plan.directory.snapshot()) == entries(hand.directory.snapshot())
        assert planning.foreseen().plans == () and planning.foreseen().obstacles == {}
        for engine in engines:
            engine.dispose()
