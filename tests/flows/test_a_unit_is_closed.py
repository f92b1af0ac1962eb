"""A unit is closed at its date in a whole house: whoever worked there loses access at that instant, and not before."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from directory.core.planned_change import PlannedChange, PlanState
from directory.core.reorganisation import Children, CloseUnit
from directory.planning import Proposal
from federation.core.grant import Code, Grant
from hub.bridges.directory_answers_federation import DirectoryEmployees
from hub.house import House, open_house
from hub.settings import Settings
from tests.demo_program import demo_folder
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY
from tests.directory.planning_parts import ADA, DUE
from tests.parts import HeldClock
from tests.system_parts import wait_until
from vocabulary.assurance import AssuranceLevel


@pytest.fixture
def house(clock: HeldClock) -> Iterator[House]:
    with demo_folder() as folder, ExitStack() as closing:
        opened = open_house(Settings(data=folder, issuer="http://localhost:8000"), clock, closing)
        opened.directory.change(COUNTY, actor="test", reason="begin", door="test")
        yield opened


def logged_in(house: House, clock: HeldClock) -> str:
    """Anna has logged in to an application in her assignment at the care centre."""
    now, until = clock.now(), DUE + timedelta(days=30)
    grant = Grant(
        "g1", "svp", ANNA.hsa_id, CARE.hsa_id, "s1", frozenset({"openid"}), frozenset(), None, ("pwd", "otp"),
        AssuranceLevel.LOA2, now, now, until,
    )  # fmt: skip
    house.federation.grants.open(grant, Code("hash", "g1", "https://svp.example/back", "challenge", until))
    return grant.id


def has_ended(house: House, grant: str) -> bool:
    found = house.federation.grants.find(grant)
    return found is None or found.ended_at is not None


@pytest.mark.slow
def test_whoever_worked_there_loses_access_at_that_instant(house: House, clock: HeldClock) -> None:
    grant, employees = logged_in(house, clock), DirectoryEmployees(house.directory, clock)
    close = Proposal((CloseUnit(CENTRE.hsa_id, Children.CLOSE),), DUE, ADA, "läggs ned", {})
    plan, _ = house.planning.plan(close)

    def now() -> PlannedChange:
        found = house.planning.find(plan.id)
        assert found is not None
        return found

    clock.pass_(seconds=(DUE - clock.now()).total_seconds() - 1)
    house.directory.poll()
    before = (employees.is_current(ANNA.hsa_id, CARE.hsa_id), has_ended(house, grant), now().state)

    clock.pass_(seconds=1)
    wait_until(lambda: now().state is PlanState.DONE, within_seconds=10)  # by the house's own round

    assert before == (True, False, PlanState.WAITING)
    assert not employees.is_current(ANNA.hsa_id, CARE.hsa_id)
    assert employees.is_current(ANNA.hsa_id, None), "she is employed still"
    assert has_ended(house, grant)
    (record,) = [each for each in house.directory.records(0, 100) if each.door == plan.door]
    assert now().revision == record.revision and record.at == DUE
