"""Planning for tests: a few steps on the small county, and the questions that most tests ask afterwards."""

from datetime import datetime

from directory.core.planned_change import PlannedChange
from directory.core.steps import Amend, Step
from directory.planning import Planning, Proposal
from directory.ports import JournalRecord
from tests.directory.parts import ANNA, BODEN, World, faulty  # noqa: F401 - planners take it from here
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.stockholm import parse_instant

ADA = Caller("admin", None, frozenset({"tillit:admin"}), None)
BODENS = Caller("bodens", None, frozenset({"tillit:admin"}), frozenset({BODEN.hsa_id}))
DUE = parse_instant("2026-06-01")


def proposal(*steps: Step, due: datetime | None = DUE, caller: Caller = ADA) -> Proposal:
    return Proposal(steps, due, caller, "omorganisation", {})


def planned(planning: Planning, *steps: Step, due: datetime | None = DUE, caller: Caller = ADA) -> PlannedChange:
    return planning.plan(proposal(*steps, due=due, caller=caller))[0]


def titled(title: str, person: HsaId = ANNA.hsa_id) -> Amend:
    return Amend(person, (("title", title),))


def until(world: World, instant: datetime) -> None:
    world.clock.pass_(seconds=(instant - world.clock.now()).total_seconds())


def now(planning: Planning, plan: PlannedChange) -> PlannedChange:
    found = planning.find(plan.id)
    assert found is not None
    return found


def commits_of(world: World, plan: PlannedChange) -> list[JournalRecord]:
    return [record for record in world.directory.records(0, 10_000) if record.door == plan.door]


def title(world: World, person: HsaId = ANNA.hsa_id) -> str | None:
    found = world.directory.snapshot().person(person)
    assert found is not None
    return found.title
