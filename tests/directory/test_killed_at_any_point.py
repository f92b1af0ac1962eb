"""A change of many entries, killed at any point of it, stands whole or not at all after the next start; one that was
planned stands whole, and once; and who was erased is nowhere, and told of once."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROUNDS = 18
ROOT = Path(__file__).resolve().parents[2]


class Program:
    def __init__(self, folder: Path, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"tests.directory.{name}", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        self.found = self.told(within_seconds=60)

    def begin(self, number: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n".encode())
        self._process.stdin.flush()

    def told(self, within_seconds: float) -> Any:
        """The next message, or ``None`` when there is none within the time."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], within_seconds)
        line = self._process.stdout.readline() if ready else b""
        return json.loads(line) if line else None

    def kill(self, *, slapd_too: bool) -> None:
        if slapd_too:
            os.kill(self.found["slapd"], signal.SIGKILL)
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@contextmanager
def room_to_be_killed_in() -> Iterator[Path]:
    """Also where a killed slapd has left something that cannot be taken away at once."""
    with tempfile.TemporaryDirectory(prefix="dk-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)  # slapd runs as a user of its own when we are root
        yield folder


@contextmanager
def running(folder: Path, name: str, *, slapd_too: bool) -> Iterator[Program]:
    program = Program(folder, name)
    try:
        yield program
    finally:
        program.kill(slapd_too=slapd_too)


@pytest.mark.slow
def test_a_killed_change_stands_whole_or_not_at_all() -> None:
    demand_over_kills("changing_program", {"done": 1}, assert_whole)


@pytest.mark.slow
def test_a_planned_change_that_was_killed_stands_whole_and_once() -> None:
    demand_over_kills("planning_program", {"done": 1, "state": "done"}, assert_done_once)


def demand_over_kills(name: str, done: dict[str, object], demand: Callable[[dict[str, Any], int, int], None]) -> None:
    """Kill the program later and later in its round, each time demanding of the next one what it found."""
    outcomes = set()
    with room_to_be_killed_in() as folder:
        with running(folder, name, slapd_too=False) as program:
            began = time.monotonic()
            program.begin(1)
            assert program.told(within_seconds=30) == done
            duration = time.monotonic() - began
        stands = 1
        for number in range(2, ROUNDS + 2):
            with running(folder, name, slapd_too=number % 2 == 0) as program:
                demand(program.found, stands, number - 1)
                stands = program.found["newest"]
                program.begin(number)
                was_done = program.told(within_seconds=duration * 1.2 * (number - 2) / ROUNDS) is not None
            stands = number if was_done else stands
            outcomes.add(was_done)
        with running(folder, name, slapd_too=True) as program:
            demand(program.found, stands, ROUNDS + 1)
    assert False in outcomes


@pytest.mark.slow
def test_erasing_that_was_killed_is_finished_and_told_once() -> None:
    outcomes = set()
    with room_to_be_killed_in() as folder:
        with running(folder, "erasing_program", slapd_too=False) as program:
            program.begin(1)
            assert program.told(within_seconds=30) == {"begun": 1}
            began = time.monotonic()
            assert program.told(within_seconds=30) == {"done": 1}
            duration = time.monotonic() - began
        for number in range(2, ROUNDS + 2):
            with running(folder, "erasing_program", slapd_too=number % 2 == 0) as program:
                assert_erased(program.found, number - 1)
                program.begin(number)
                assert program.told(within_seconds=30) == {"begun": number}
                was_done = program.told(within_seconds=duration * 1.2 * (number - 2) / ROUNDS) is not None
            outcomes.add(was_done)
        with running(folder, "erasing_program", slapd_too=True) as program:
            assert_erased(program.found, ROUNDS + 1)
    assert False in outcomes


def assert_erased(found: dict[str, Any], tried: int) -> None:
    """All that were tried are nowhere by now, and each is told of once."""
    assert (found["there"], found["is_named"], found["erased"]) == ([], False, tried), found
    assert found["agree"] and len(set(found["revisions"])) == 1, found
    assert (found["pending"], found["drift"]) == (0, 0), found


def assert_done_once(found: dict[str, Any], stood: int, tried: int) -> None:
    """Whatever was planned before the kill is done by now, each in one commit; what was not planned is not there."""
    assert_whole(found, stood, tried)
    assert {plan["state"] for plan in found["plans"]} == {"done"}, found
    assert {plan["commits"] for plan in found["plans"]} == {1}, found
    planned = {int(plan["reason"].split()[1]) for plan in found["plans"]}
    assert found["newest"] == max(planned) and found["there"] == sorted(planned), found


def assert_whole(found: dict[str, Any], stood: int, tried: int) -> None:
    """All of ``tried``, or all of what ``stood`` before; and store, journal and snapshot agree."""
    newest = found["newest"]
    assert newest in (stood, tried), found
    assert found["titles"] == [f"runda {newest}"], found
    assert found["centre"] == f"Hälsocentral {newest}", found
    assert found["there"] == found["holders"] == found["in_ldap"], found
    assert found["agree"] and len(set(found["revisions"])) == 1, found
    assert (found["pending"], found["drift"]) == (0, 0), found
