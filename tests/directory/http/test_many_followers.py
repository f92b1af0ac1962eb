"""Twelve writers in each of two processes, and followers cut off at random: all hear the same, without a gap."""

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from directory.edge.http.followers import Pace
from directory.edge.memory.store import MemoryStore
from directory.edge.sql.tables import metadata
from tests.architecture.tree import ROOT
from tests.directory.http.live import Live, Reading, live
from tests.directory.http.parts import ADMIN
from tests.directory.ldap.parts import running_slapd_somewhere
from tests.directory.parts import COUNTY, World
from tests.directory.writing_program import WRITERS, followed_directory, write
from tests.parts import HeldClock

ROUNDS = 6
FOLLOWERS = 4
BRISK = Pace(recheck=0.1, heartbeat=0.5)

Told = list[tuple[int, str]]
"""Each commit that was heard: its revision, and a hash of all that was told of it."""


@contextmanager
def another_process(ldapi_uri: str, database: str) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """Gives what sets it to write, and what waits until it is done."""
    words = [sys.executable, "-m", "tests.directory.writing_program", ldapi_uri, database, str(ROUNDS)]
    process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None

    def begin() -> None:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()

    def wait_for(word: str) -> None:
        assert process.stdout is not None
        while line := process.stdout.readline():  # It may complain about a busy server in between.
            if line == f"{word}\n":
                return
        raise AssertionError(f"the other process ended without a word of {word}")

    try:
        wait_for("ready")
        yield begin, lambda: wait_for("done")
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait(10)
        process.stdin.close()
        process.stdout.close()


def heard(commit: dict[str, Any]) -> tuple[int, str]:
    return commit["revision"], hashlib.sha256(json.dumps(commit, sort_keys=True).encode()).hexdigest()


def all_commits(served: Live) -> Told:
    told: Told = []
    while items := served.get(f"limit=100&since={len(told)}", ADMIN).json()["items"]:
        told += [heard(commit) for commit in items]
    return told


class Wanderer(Thread):
    """Follows by streams, or by pages, that break off at random; goes on where she was until she is at ``until``."""

    def __init__(self, served: Live, seed: int, until: Callable[[], int | None]) -> None:
        super().__init__(daemon=True)
        self._served, self._chance, self._until = served, random.Random(seed), until
        self._by_streams = seed % 2 == 0
        self.told: Told = []
        self.at = 0
        self.begun_anew = 0

    def run(self) -> None:
        while self._until() != self.at:
            self.begun_anew += 1
            (self._read_a_stream if self._by_streams else self._ask_for_pages)()

    def _read_a_stream(self) -> None:
        stream = Reading(self._served, who=ADMIN, last=self.at)
        enough = self._chance.randint(1, 25)
        stream.wait(lambda each: len(each.events) >= enough or each.has_ended or self._has_all(each))
        stream.cut()
        for event in stream.events:
            if event.name == "commit":
                self.told.append(heard(json.loads(event.data)))
            if event.id is not None:
                self.at = int(event.id)

    def _has_all(self, stream: Reading) -> bool:
        return bool(stream.events) and stream.events[-1].id == str(self._until())

    def _ask_for_pages(self) -> None:
        query = f"since={self.at}&wait=1&limit={self._chance.randint(1, 20)}"
        if self._chance.random() < 0.3:
            # Asked for and hung up on: whether it came or not, she asks from the same place again.
            with suppress(httpx.TimeoutException):
                httpx.get(f"{self._served.base}/api/v1/changes?{query}", headers={"authorization": ADMIN}, timeout=0.01)
        page = self._served.get(query, ADMIN).json()
        self.told += [heard(commit) for commit in page["items"]]
        self.at = page["next_since"]


@pytest.mark.slow
def test_all_followers_hear_the_same_without_a_gap(engine: Engine, clock: HeldClock) -> None:
    metadata.create_all(engine)
    last: list[int] = []
    with running_slapd_somewhere() as slapd, followed_directory(slapd.ldapi_uri, engine) as directory:
        directory.change(COUNTY, actor="test", reason="begin", door="test")
        world = World(engine, clock, MemoryStore(), directory)  # Nobody looks at the store past the directory.
        database = engine.url.render_as_string(hide_password=False)
        with another_process(slapd.ldapi_uri, database) as (begin, done), live(world, pace=BRISK) as served:
            wanderers = [Wanderer(served, seed, lambda: last[0] if last else None) for seed in range(FOLLOWERS)]
            for wanderer in wanderers:
                wanderer.start()
            begin()
            write(directory, "A", ROUNDS)
            done()
            last.append(world.journal.newest())
            for wanderer in wanderers:
                wanderer.join(60)
                assert not wanderer.is_alive(), wanderer.at
            whole = all_commits(served)

    assert last[0] > 2 * WRITERS * ROUNDS
    assert [revision for revision, _ in whole] == list(range(1, last[0] + 1))
    for wanderer in wanderers:
        assert [revision for revision, _ in wanderer.told] == [revision for revision, _ in whole]
        assert wanderer.told == whole
        assert wanderer.begun_anew > 3
