"""A revocation that is committed is never followed by a permit: in this process at once, in others as soon as they
know, and whoever demands its revision is never answered by an older one."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from authz.actions.end_care_relationship import end_care_relationship
from authz.actions.register_care_relationship import register_care_relationship
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore
from hub.database import make_engine
from hub.real_clock import RealClock
from tests.authz.actions.world import ANNA, ELSA, PEP, WARD, World, make_world
from tests.authz.sql.answering_program import QUESTION, registers_revision
from tests.parts import Postgres
from vocabulary.period import ALWAYS

PROCESSES, ROUNDS = 4, 5
ROOT = Path(__file__).parents[3]


class Process:
    """An ``answering_program``."""

    def __init__(self, url: str, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.authz.sql.answering_program", url, str(folder)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
        )  # fmt: skip
        assert "ready" in self._read()

    def ask(self, at_least: int | None = None) -> dict[str, Any]:
        assert self._child.stdin is not None
        self._child.stdin.write("\n" if at_least is None else f"7.{at_least}\n")
        self._child.stdin.flush()
        return self._read()

    def ask_until_known(self, revision: int) -> dict[str, Any]:
        """The first answer by that revision or a newer one. Every answer before it must be a denial."""
        while True:
            answer = self.ask(revision)
            if answer["rule"] != "revision_not_reached":
                return answer
            assert not answer["permit"]

    def _read(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the process has ended"
        told: dict[str, Any] = json.loads(line)
        return told

    def stop(self) -> None:
        self._child.communicate(timeout=30)
        assert self._child.returncode == 0


@contextmanager
def processes(url: str, folder: Path) -> Iterator[list[Process]]:
    with ExitStack() as closing:
        started = []
        for number in range(PROCESSES):
            started.append(Process(url, folder / f"trail-{number}"))
            closing.callback(started[-1].stop)
        yield started


@pytest.fixture
def here(postgres: Postgres, tmp_path: Path) -> Iterator[tuple[World, str]]:
    url = postgres.new_database()
    engine = make_engine(url)
    world = make_world(engine, tmp_path / "trail", RealClock())  # type: ignore[arg-type]
    yield world, url
    world.trail.close()
    engine.dispose()


def test_no_process_permits_by_what_was_revoked(here: tuple[World, str], tmp_path: Path) -> None:
    world, url = here
    with processes(url, tmp_path) as others:
        for _ in range(ROUNDS):
            row = register_care_relationship(
                world.desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x"
            )  # fmt: skip
            granted = world.model.revision
            assert [other.ask_until_known(granted)["permit"] for other in others] == [True] * PROCESSES

            end_care_relationship(world.desk, row.id, by="x", reason="klart")
            revoked = world.model.revision

            assert not world.pdp().evaluate_blocking(QUESTION, PEP).permit
            for other in others:
                assert not other.ask_until_known(revoked)["permit"]
                without_demand = other.ask()
                assert not without_demand["permit"], "it has been told by now"
                assert without_demand["newest_permitting"] < revoked, "whatever it answered in between"
                assert without_demand["asked"] > 0


def test_in_this_process_no_answer_after_the_commit_permits(world: World) -> None:
    pdp = world.pdp()
    row = register_care_relationship(world.desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x")
    revoked, wrong = threading.Event(), list[int]()
    asking = threading.Barrier(5)

    def ask() -> None:
        asking.wait()
        for _ in range(200):
            known = revoked.is_set()
            answer = pdp.evaluate_blocking(QUESTION, PEP)
            if answer.permit and known:
                wrong.append(registers_revision(answer))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    asking.wait()
    end_care_relationship(world.desk, row.id, by="x", reason="klart")
    revoked.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert not pdp.evaluate_blocking(QUESTION, PEP).permit


def test_who_demands_a_revision_is_never_answered_by_an_older_one(world: World, engine: Engine) -> None:
    elsewhere = RegisterModel(RegisterStore(engine), world.clock)
    elsewhere.refresh()
    row = register_care_relationship(world.desk, patient=ELSA, person=ANNA, unit=WARD, period=ALWAYS, by="x")
    elsewhere.refresh()
    end_care_relationship(world.desk, row.id, by="x", reason="klart")
    there = replace(world, model=elsewhere)
    demanding = replace(QUESTION, at_least_revision=f"7.{world.model.revision}")

    stale, demanded = (there.pdp().evaluate_blocking(question, PEP) for question in (QUESTION, demanding))
    elsewhere.refresh()
    current = there.pdp().evaluate_blocking(demanding, PEP)

    assert stale.permit, "it cannot know yet"
    assert (demanded.permit, demanded.rule) == (False, "revision_not_reached")
    assert (current.permit, current.rule) == (False, "no_care_relationship")
