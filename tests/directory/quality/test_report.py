"""The report is kept: since when a finding is known outlives a restart, and ends with the finding."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from directory.actions.report_quality import Found
from directory.edge.memory.store import MemoryStore
from hub.database import make_engine
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, World, a_county
from tests.parts import HeldClock
from vocabulary.period import Period


@pytest.fixture
def world(tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield a_county(engine, clock)
    engine.dispose()


def found(world: World, code: str) -> Found | None:
    return next((one for one in world.report.current().found if one.finding.code == code), None)


def closed(world: World) -> datetime:
    """The centre closes now; its assignment goes on. Returns when."""
    now = world.clock.now()
    world.change(replace(CENTRE, period=Period(None, now)))
    return now


def test_a_finding_is_known_since_the_change_that_it_follows_from(world: World) -> None:
    world.clock.pass_(hours=1)
    at = world.clock.now()
    world.change(replace(EVA, mail="eva@example.se"))
    world.clock.pass_(hours=5)
    world.change(replace(ANNA, nickname="Annie"))

    reachable = found(world, "protected_reachable")

    assert reachable is not None
    assert (reachable.since.at, reachable.since.revision) == (at, 2)


def test_what_a_date_brought_is_known_since_that_date(world: World) -> None:
    end = world.clock.now() + timedelta(days=2)
    world.change(replace(CENTRE, period=Period(None, end)))
    before = found(world, "place_not_current")
    world.clock.pass_(days=5)

    after = found(world, "place_not_current")

    assert before is None and after is not None
    assert (after.since.at, after.since.revision) == (end, 2)


def test_since_when_outlives_a_restart_and_later_changes(world: World) -> None:
    at = closed(world)
    found(world, "place_not_current")
    world.clock.pass_(days=9)
    world.change(replace(CARE, name="Vården"), replace(CENTRE, name="Centralen", period=Period(None, at)))
    again = world.another()
    again.directory.start()

    still = found(again, "place_not_current")

    assert still is not None and (still.since.at, still.since.revision) == (at, 2)


def test_a_finding_that_was_mended_and_comes_back_is_new(world: World) -> None:
    world.change(replace(EVA, mail="eva@example.se"))
    first = found(world, "protected_reachable")
    world.change(EVA)
    mended = found(world, "protected_reachable")
    world.clock.pass_(days=1)
    world.change(replace(EVA, mail="eva@example.se"))

    second = found(world, "protected_reachable")

    assert first is not None and second is not None and mended is None
    assert (first.since.revision, second.since.revision) == (2, 4)
    assert second.since.at - first.since.at == timedelta(days=1)


def test_nothing_is_kept_of_what_is_not_found_any_more(world: World) -> None:
    world.change(replace(EVA, mail="eva@example.se"))
    world.report.current()
    world.change(EVA)
    world.report.current()

    with world.engine.connect() as connection:
        codes = connection.scalars(text("SELECT code FROM directory_findings")).all()
    assert codes == []


def test_a_report_is_made_anew_when_something_has_changed_and_not_else(world: World) -> None:
    first = world.report.current()
    same = world.report.current()
    world.change(replace(ANNA, nickname="Annie"))
    changed = world.report.current()
    world.clock.pass_(seconds=61)
    older = world.report.current()

    assert same is first and changed is not first and older is not changed
    assert (first.revision, changed.revision, older.revision) == (1, 2, 2)


def test_the_background_is_content_with_a_report_of_the_last_hour(world: World) -> None:
    world.report.look()
    first = world.report.current()
    world.clock.pass_(minutes=59)
    world.report.look()
    kept = world.report.current(no_older_than=timedelta(hours=2))
    world.clock.pass_(minutes=2)
    world.report.look()

    assert kept is first
    assert world.report.current().at == world.clock.now()


def test_licences_that_are_written_were_just_asked_about(world: World) -> None:
    assert found(world, "licences_unchecked") is None

    world.clock.pass_(days=40)
    overdue = found(world, "licences_unchecked")
    world.change(replace(ANNA, licences=("SJ", "BM")))
    fresh = found(world, "licences_unchecked")

    assert overdue is not None and overdue.finding.entry == ANNA and fresh is None


def test_another_change_of_a_person_is_no_check_of_her_licences(world: World) -> None:
    world.clock.pass_(days=40)
    world.change(replace(ANNA, nickname="Annie"))

    assert found(world, "licences_unchecked") is not None


def test_licences_that_an_undoing_brought_back_were_not_asked_about(world: World) -> None:
    world.change(replace(ANNA, licences=("SJ", "BM")))
    before = found(world, "licences_unchecked")

    world.directory.undo(2, actor="Ada", reason="fel person")

    unchecked = found(world, "licences_unchecked")
    assert before is None and unchecked is not None
    assert unchecked.finding.entry == ANNA


def test_reverting_what_somebody_wrote_past_us_is_no_check(world: World) -> None:
    assert isinstance(world.store, MemoryStore)
    world.clock.pass_(days=40)
    world.store.write_past([replace(ANNA, licences=())])
    world.directory.poll()

    world.directory.revert([ANNA.hsa_id], actor="Ada", reason="r")

    assert found(world, "licences_unchecked") is not None


def test_a_noted_check_is_seen_at_once(world: World) -> None:
    world.clock.pass_(days=40)
    before = found(world, "licences_unchecked")

    world.report.note_checks([ANNA.hsa_id], world.clock.now(), "test")

    assert before is not None and found(world, "licences_unchecked") is None
