"""Planning something and waiting is the same as doing it by hand at that date; and what was foreseen is what comes."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Entry, Snapshot
from directory.planning import Proposal
from directory.refusals import ChangeRefused
from hub.database import make_engine
from tests.directory.drawn_steps import MORE, STEPS
from tests.directory.parts import World, a_county, a_planning
from tests.directory.planning_parts import ADA
from tests.parts import HeldClock


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
