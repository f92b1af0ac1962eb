"""The directory's addresses under a real uvicorn, and readers of its streams that can be cut off at any moment."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
from starlette.requests import Request

from directory.edge.http.followers import Followers, Pace
from federation.refusals import InvalidToken
from hub.cli.event_stream import Event, events_in
from hub.serving import bind, web_server
from hub.web.protocol import DeadlineProtocol
from tests.directory.http.parts import READER, application, authenticate
from tests.directory.parts import World
from vocabulary.caller import Caller

PATIENCE_SECONDS = 20.0


class Live:
    """A served directory: its base URL, its followers, and the callers whose tokens were revoked."""

    def __init__(self, base: str, followers: Followers, revoked: set[str]) -> None:
        self.base, self.followers, self.revoked = base, followers, revoked

    def get(self, query: str = "", who: str = READER, timeout: float = 70, **headers: str) -> httpx.Response:
        headers = {"authorization": who, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return httpx.get(f"{self.base}/api/v1/changes?{query}", headers=headers, timeout=timeout)

    def in_background(self, *arguments: Any, **named: Any) -> "Asking":
        return Asking(lambda: self.get(*arguments, **named))


class Asking:
    """An answer that another thread waits for."""

    def __init__(self, ask: Callable[[], httpx.Response]) -> None:
        self._answers: list[httpx.Response] = []
        self._thread = threading.Thread(target=lambda: self._answers.append(ask()), daemon=True)
        self._thread.start()

    def answer(self) -> httpx.Response:
        self._thread.join(PATIENCE_SECONDS)
        assert self._answers, "no answer came"
        return self._answers[0]


class Reading:
    """A stream that a thread of its own reads. ``cut`` ends it as a broken line does."""

    def __init__(self, live: Live, query: str = "", who: str = READER, last: int | None = None) -> None:
        self.events: list[Event] = []
        self.text = b""
        self.has_ended = False
        self._news = threading.Condition()
        self._closing = ExitStack()
        headers = {"authorization": who, "accept": "text/event-stream"}
        if last is not None:
            headers["last-event-id"] = str(last)
        client = self._closing.enter_context(httpx.Client(timeout=PATIENCE_SECONDS))
        self.answer = self._closing.enter_context(
            client.stream("GET", f"{live.base}/api/v1/changes?{query}", headers=headers)
        )
        assert self.answer.status_code == 200, self.answer.read()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def revisions(self) -> list[int]:
        """Of the commits so far."""
        return [int(event.id or "") for event in list(self.events) if event.name == "commit"]

    def wait(self, holds: Callable[["Reading"], bool]) -> "Reading":
        with self._news:
            came = self._news.wait_for(lambda: holds(self), PATIENCE_SECONDS)
        assert came, ([(event.name, event.id) for event in self.events], self.has_ended)
        return self

    def wait_for_end(self) -> "Reading":
        return self.wait(lambda reading: reading.has_ended)

    def cut(self) -> "Reading":
        with suppress(OSError):
            self.answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_SECONDS)
        self._closing.close()
        return self

    def _read(self) -> None:
        with suppress(httpx.TransportError):
            for event in events_in(self._pieces()):
                with self._news:
                    self.events.append(event)
                    self._news.notify_all()
        with self._news:
            self.has_ended = True
            self._news.notify_all()

    def _pieces(self) -> Iterator[bytes]:
        for piece in self.answer.iter_bytes():
            with self._news:
                self.text += piece
                self._news.notify_all()
            yield piece


@contextmanager
def reading(live: Live, query: str = "", who: str = READER, last: int | None = None) -> Iterator[Reading]:
    made = Reading(live, query, who, last)
    try:
        yield made
    finally:
        made.cut()


@contextmanager
def live(
    world: World,
    at_most: int = 50,
    per_caller: int = 20,
    pace: Pace | None = None,
    protocol: type[DeadlineProtocol] = DeadlineProtocol,
) -> Iterator[Live]:
    revoked: set[str] = set()

    def checked(request: Request) -> Caller:
        caller = authenticate(request)
        if caller.client_id in revoked:
            raise InvalidToken("the token has been revoked")
        return caller

    followers = Followers(world.directory.feed, at_most, per_caller, pace)
    listener, ready = bind("127.0.0.1", 0), threading.Event()
    server = web_server(application(world, followers=followers, authenticate=checked), ready.set, followers.close)
    server.config.http = protocol
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    try:
        assert ready.wait(10)
        host, port = listener.getsockname()
        yield Live(f"http://{host}:{port}", followers, revoked)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_SECONDS)
        listener.close()
    assert not thread.is_alive(), "the server did not end"
