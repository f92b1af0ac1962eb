"""What came of staff lists goes by the same rules, decisions and record as what the directory keeps itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from directory.core.retention import RULES, Besides
from directory.retention import Decisions
from hub.bridges.retention_erases_staff_lists import RetentionErasesStaffLists
from sync.core.run import Run, RunState
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.tables import metadata
from tests.directory.erasing_parts import DECISION, pass_years
from tests.directory.parts import BODEN, REGION, World, a_retention
from vocabulary.hsa_id import HsaId

OWN = "Arkivnämnden i Boden, dnr 17"
CARRIED_OUT = (RunState.APPLIED, RunState.FAILED)

Came = Callable[..., str]


@pytest.fixture
def runs(world: World) -> SqlRuns:
    metadata.create_all(world.engine)
    return SqlRuns(world.engine)


@pytest.fixture
def came(world: World, runs: SqlRuns) -> Came:
    """A list of the member that is in a state now, with the name of somebody in its plan; the id of its run."""

    def add(state: RunState, member: HsaId = BODEN.hsa_id) -> str:
        now, run_id = world.clock.now(), f"{state}-{member}"
        run = Run(run_id, "hr", member, state, "d" * 64, {"join": 1}, frozenset(), "Ada", now, now)
        runs.add(run, {"steps": [{"name": "Zacharias"}]}, None, forget_rows_before=now - timedelta(days=1))
        return run_id

    return add


def kept(runs: SqlRuns) -> set[str]:
    return {run.id for run in runs.newest(None, 99, None)}


@pytest.mark.law("HSLF-FS 2016:40 4 kap. 9 §")
@pytest.mark.parametrize("state", CARRIED_OUT)
def test_a_list_that_changed_who_has_access_is_kept_for_ten_years(
    world: World, runs: SqlRuns, came: Came, state: RunState
) -> None:
    run_id = came(state)

    pass_years(world, 9)
    a_retention(world, DECISION).carry_out()
    assert kept(runs) == {run_id}
    pass_years(world, 1)
    a_retention(world, DECISION).carry_out()

    assert kept(runs) == set()
    assert runs.plan(run_id) is None


@pytest.mark.law("Arkivlag (1990:782) 10 §")
def test_a_preview_is_kept_for_a_year(world: World, runs: SqlRuns, came: Came) -> None:
    previewed, applied = came(RunState.PREVIEWED), came(RunState.APPLIED)

    a_retention(world, DECISION).carry_out()
    assert kept(runs) == {previewed, applied}
    pass_years(world, 1)
    a_retention(world, DECISION).carry_out()

    assert kept(runs) == {applied}


def test_what_is_being_carried_out_is_settled_first(world: World, runs: SqlRuns, came: Came) -> None:
    run_id = came(RunState.APPLYING)
    pass_years(world, 11)

    a_retention(world, DECISION).carry_out()

    assert kept(runs) == {run_id}


def test_it_goes_by_the_decision_of_the_member_whose_list_it_was_and_is_recorded(
    world: World, runs: SqlRuns, came: Came
) -> None:
    theirs, ours = came(RunState.PREVIEWED), came(RunState.PREVIEWED, REGION.hsa_id)
    pass_years(world, 1)

    retention = a_retention(world, Decisions(own={BODEN.hsa_id: OWN}))
    retention.carry_out()
    retention.carry_out()

    assert theirs not in kept(runs) and ours in kept(runs)
    ((_, erasure),) = retention.record(None, 9)
    assert (erasure.kind, erasure.count, erasure.member) == (Besides.STAFF_LIST_PREVIEW, 1, BODEN.hsa_id)
    assert (erasure.decision, erasure.law) == (OWN, RULES[Besides.STAFF_LIST_PREVIEW].law)


def test_without_a_decision_all_of_them_stay(world: World, runs: SqlRuns, came: Came) -> None:
    there = {came(state) for state in RunState}
    pass_years(world, 11)

    a_retention(world).carry_out()

    assert kept(runs) == there


def test_every_state_but_applying_falls_under_one_rule(world: World, runs: SqlRuns, came: Came) -> None:
    lists, now = RetentionErasesStaffLists(runs), world.clock.now()
    for state in RunState:
        came(state)

    counts = {kind: lists.erase(kind, BODEN.hsa_id, now) for kind in (Besides.STAFF_LIST, Besides.STAFF_LIST_PREVIEW)}

    assert counts == {Besides.STAFF_LIST: 2, Besides.STAFF_LIST_PREVIEW: 1}
    assert kept(runs) == {f"{RunState.APPLYING}-{BODEN.hsa_id}"}
