"""The promises of ``Sources`` and ``Runs``, kept on SQLite and PostgreSQL alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from sync.core.run import Run, RunState
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.sources import SqlSources
from sync.edge.sql.tables import metadata
from tests.parts import HeldClock
from tests.sync.register import ARJEPLOG, REGION, arjeplog_source
from vocabulary.hsa_id import HsaId

LEAVERS = frozenset({HsaId.parse("SE2120002668-P1")})


@pytest.fixture
def runs(engine: Engine) -> SqlRuns:
    metadata.create_all(engine)
    return SqlRuns(engine)


def a_run(clock: HeldClock, run_id: str = "run-1", **changes: object) -> Run:
    run = Run(
        run_id, "arjeplog-hr", ARJEPLOG, RunState.PREVIEWED, "d" * 64, {"join": 1}, LEAVERS, "tester", clock.now(),
        clock.now(),
    )  # fmt: skip
    return replace(run, **changes)  # type: ignore[arg-type] # a test's keywords are the fields of the run


def add(runs: SqlRuns, run: Run, rows: bytes | None = b"rows") -> Run:
    runs.add(run, {"steps": ["å"]}, rows, forget_rows_before=run.created_at - timedelta(days=1))
    return run


def test_a_source_is_kept_as_it_was_put(engine: Engine) -> None:
    metadata.create_all(engine)
    sources = SqlSources(engine)
    source = arjeplog_source(mapping={"title": "Befattning"}, delimiter="\t")

    assert sources.put(source)

    assert sources.find(source.id) == source
    assert sources.all() == (source,)
    assert sources.find("another") is None


def test_only_the_next_version_of_a_source_is_kept(engine: Engine) -> None:
    metadata.create_all(engine)
    sources = SqlSources(engine)
    source = arjeplog_source()
    sources.put(source)

    assert not sources.put(source)
    assert not sources.put(arjeplog_source(version=3))
    assert sources.put(arjeplog_source(version=2, name="Nytt"))
    assert sources.all()[0].name == "Nytt"


def test_a_run_is_kept_as_it_was_added(runs: SqlRuns, clock: HeldClock) -> None:
    run = add(runs, a_run(clock))

    assert runs.find(run.id) == run
    assert runs.plan(run.id) == {"steps": ["å"]}
    assert runs.rows(run.id) == b"rows"
    assert (runs.find("x"), runs.plan("x"), runs.rows("x")) == (None, None, None)


def test_a_new_run_makes_the_sources_earlier_rows_forgotten(runs: SqlRuns, clock: HeldClock) -> None:
    add(runs, a_run(clock, "run-1"))
    add(runs, a_run(clock, "run-2", source="other"))
    add(runs, a_run(clock, "run-3"))

    assert [runs.rows(f"run-{n}") for n in (1, 2, 3)] == [None, b"rows", b"rows"]


def test_only_one_begins_a_run(runs: SqlRuns, clock: HeldClock) -> None:
    add(runs, a_run(clock))

    assert runs.begin("run-1", 7, clock.now())
    assert not runs.begin("run-1", 7, clock.now())
    assert [(run.id, run.base_revision) for run in runs.unsettled()] == [("run-1", 7)]


def test_an_applying_run_takes_its_new_plan(runs: SqlRuns, clock: HeldClock) -> None:
    add(runs, a_run(clock))
    runs.replan("run-1", {"steps": []}, {}, frozenset(), 8)
    untouched = runs.find("run-1")
    runs.begin("run-1", 7, clock.now())

    runs.replan("run-1", {"steps": []}, {"join": 0}, frozenset(), 8)

    found = runs.find("run-1")
    assert untouched is not None and untouched.base_revision is None
    assert found is not None and (found.base_revision, found.leavers) == (8, frozenset())
    assert runs.plan("run-1") == {"steps": []}


def test_applied_overrides_failed_and_is_never_undone(runs: SqlRuns, clock: HeldClock) -> None:
    add(runs, a_run(clock))
    runs.begin("run-1", 7, clock.now())
    runs.finish("run-1", RunState.FAILED, clock.now(), revision=None, why="interrupted")
    runs.finish("run-1", RunState.APPLIED, clock.now(), revision=8, why=None)
    runs.finish("run-1", RunState.FAILED, clock.now(), revision=None, why="late")

    found = runs.find("run-1")

    assert found is not None
    assert (found.state, found.revision, found.why) == (RunState.APPLIED, 8, None)
    assert runs.rows("run-1") is None
    assert runs.unsettled() == []


def test_newest_first_by_member_and_page(runs: SqlRuns, clock: HeldClock) -> None:
    for n in (1, 2, 3):
        add(runs, a_run(clock, f"run-{n}"))
    clock.pass_(seconds=1)
    latest = add(runs, a_run(clock, "run-0", member=REGION))

    first = runs.newest(None, 2, None)
    rest = runs.newest(None, 9, (first[-1].created_at, first[-1].id))

    assert [run.id for run in first] == ["run-0", "run-3"]
    assert [run.id for run in rest] == ["run-2", "run-1"]
    assert runs.newest(frozenset({REGION}), 9, None) == [latest]
    assert runs.newest(frozenset(), 9, None) == []


def test_what_nobody_has_touched_since_is_erased_of_one_member_and_in_one_state(
    runs: SqlRuns, clock: HeldClock
) -> None:
    add(runs, a_run(clock, "run-1"))
    add(runs, a_run(clock, "run-2", state=RunState.APPLIED))
    add(runs, a_run(clock, "run-3", member=REGION))
    limit = clock.now()
    clock.pass_(seconds=1)
    add(runs, a_run(clock, "run-4"))
    previewed = frozenset({RunState.PREVIEWED})

    assert runs.members(previewed, limit) == {ARJEPLOG, REGION}
    assert runs.members(frozenset({RunState.FAILED}), limit) == frozenset()
    assert runs.members(previewed, limit - timedelta(seconds=1)) == frozenset()
    assert runs.erase(ARJEPLOG, previewed, limit) == 1
    assert {run.id for run in runs.newest(None, 9, None)} == {"run-2", "run-3", "run-4"}
    assert runs.erase(ARJEPLOG, previewed, limit) == 0


def test_rows_that_are_too_old_are_forgotten_whose_ever_they_are_and_the_runs_stay(
    runs: SqlRuns, clock: HeldClock
) -> None:
    add(runs, a_run(clock, "run-1"))
    add(runs, a_run(clock, "run-2", source="other", member=REGION))
    clock.pass_(seconds=1)
    add(runs, a_run(clock, "run-3", source="third"))

    assert runs.forget_rows(clock.now()) == 2

    assert [runs.rows(f"run-{n}") for n in (1, 2, 3)] == [None, None, b"rows"]
    assert len(runs.newest(None, 9, None)) == 3
    assert runs.forget_rows(clock.now()) == 0
