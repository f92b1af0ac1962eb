"""A follower goes on over restarts of the whole program, told to end or killed: every change once, none left out."""

import json
import signal
import threading
from typing import Any

import httpx
import pytest

from hub.cli.event_stream import Event, events_in
from tests.demo_program import demo_folder, running_demo
from tests.system_parts import System, line_to, name_of, newcomers, wait_until

NAMES = ["Alfvén", "Bruno", "Cronberg"]


class FollowerOverRestarts:
    """Hears by streams, each begun where the one before it broke off."""

    def __init__(self, since: int) -> None:
        self.heard: list[dict[str, Any]] = []
        self.ends: list[str] = []
        self._at = str(since)
        self._thread: threading.Thread | None = None

    def follow(self, line: System) -> None:
        """Until the stream ends; returns when it has begun."""
        begun = threading.Event()
        headers = {**line.bearer("admin"), "accept": "text/event-stream", "last-event-id": self._at}
        self._thread = threading.Thread(target=self._read, args=(line.program.issuer, headers, begun), daemon=True)
        self._thread.start()
        assert begun.wait(20)

    def wait_for_end(self) -> None:
        assert self._thread is not None
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _read(self, issuer: str, headers: dict[str, str], begun: threading.Event) -> None:
        try:
            with httpx.stream("GET", f"{issuer}/api/v1/changes", headers=headers, timeout=60) as answer:
                begun.set()
                for event in events_in(answer.iter_bytes()):
                    self._take(event)
        except httpx.TransportError:
            self.ends.append("broken")

    def _take(self, event: Event) -> None:
        data = json.loads(event.data)
        if event.name == "end":
            self.ends.append(data["code"])
            return
        assert event.id is not None
        self._at = event.id
        if event.name == "commit":
            self.heard.append(data)


@pytest.mark.slow
def test_a_follower_hears_every_change_once_over_restarts() -> None:
    with demo_folder() as folder:
        with running_demo(folder) as program, line_to(program) as line:
            today = line.staff_list("boden-today.csv")
            since = line.get("/api/v1/changes", limit="1")["revision"]
            follower = FollowerOverRestarts(since)
            follower.follow(line)
            _apply(line, newcomers(NAMES[:1], today))
        follower.wait_for_end()
        with running_demo(folder) as program, line_to(program) as line:
            _apply(line, newcomers(NAMES[:2], today))
            follower.follow(line)
            _kill_while_applying(line, newcomers(NAMES, today))
        follower.wait_for_end()
        with running_demo(folder) as program, line_to(program) as line:
            follower.follow(line)
            _apply(line, newcomers(NAMES, today))
            _apply(line, today)
            newest = line.get("/api/v1/changes", limit="1")["revision"]
            wait_until(lambda: follower.heard[-1]["revision"] == newest, within_seconds=20)
            all_of_them = line.get("/api/v1/changes", since=str(since), limit="100")["items"]
        follower.wait_for_end()

    assert follower.heard == all_of_them
    assert [commit["revision"] for commit in all_of_them] == list(range(since + 1, newest + 1))
    assert follower.ends == ["feed_closing", "broken", "feed_closing"]


def _apply(line: System, text: str) -> None:
    answer = line.apply(text)
    assert answer.status_code == 200, answer.text


def _kill_while_applying(line: System, text: str) -> None:
    line.bearer("boden-sync")
    program, slapd, before = line.program, line.slapd(), _newest_run(line)
    sender = threading.Thread(target=_send, args=(line, text))
    sender.start()
    wait_until(lambda: _newest_run(line) != before, within_seconds=20)
    program.process.send_signal(signal.SIGKILL)
    program.process.wait()
    sender.join()
    wait_until(lambda: name_of(slapd) != "slapd", within_seconds=5)


def _newest_run(line: System) -> str:
    return str(line.get("/api/v1/sync/runs")["items"][0]["id"])


def _send(line: System, text: str) -> None:
    try:
        line.apply(text)
    except httpx.TransportError:
        return
