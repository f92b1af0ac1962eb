"""Everybody who waits for changes in this process: woken together by a commit, counted, and sent home when it ends.

Who waits costs a place and no thread: the commit's own thread rings once for each event loop, and the loop wakes all
who wait in it. Reading the journal and telling are done by a few threads that are kept for this, so that a thousand
followers who wake at once keep nobody else waiting.
"""

import asyncio
from asyncio import AbstractEventLoop, Future
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from directory.actions.feed import Feed
from directory.refusals import FeedClosing, FollowersFull, TooManyFollowers
from vocabulary.caller import Caller

T = TypeVar("T")

_THREADS = 4


@dataclass(frozen=True, slots=True)
class Pace:
    """What happens how often while somebody waits, in seconds.

    ``recheck``: the caller's token is judged anew; with the 0.25 s at which other nodes' revocations are heard of it
    stays below one second. ``heartbeat``: a stream says that it lives. ``retry``: how soon a stream that broke off may
    be asked for again.
    """

    recheck: float = 0.5
    heartbeat: float = 15.0
    retry: float = 2.0


class Followers:
    """``at_most`` may wait at once, and one caller (a client, or a person through a client) ``per_caller`` times."""

    def __init__(self, feed: Feed, at_most: int, per_caller: int, pace: Pace | None = None) -> None:
        self.feed, self.pace = feed, pace or Pace()
        self._at_most, self._per_caller = at_most, per_caller
        self._lock = Lock()
        self._places: Counter[tuple[str, str | None]] = Counter()
        self._waiting: dict[AbstractEventLoop, set[Future[None]]] = {}
        self._closed = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="changes")
        feed.on_news(self._ring)

    @contextmanager
    def place(self, caller: Caller) -> Iterator[None]:
        """Held while the caller waits. Raises ``TooManyFollowers``, ``FollowersFull``, ``FeedClosing``."""
        who = (caller.client_id, None if caller.person is None else caller.person.key)
        with self._lock:
            self._demand_open()
            if self._places[who] >= self._per_caller:
                raise TooManyFollowers(f"you follow the changes {self._per_caller} times already; end one first")
            if self._places.total() >= self._at_most:
                raise FollowersFull("as many follow the changes as this server bears; try again soon")
            self._places[who] += 1
        try:
            yield
        finally:
            with self._lock:
                self._places[who] -= 1
                if not self._places[who]:
                    del self._places[who]

    def count(self) -> int:
        """How many wait."""
        return self._places.total()

    @contextmanager
    def bell(self) -> "Iterator[Future[None]]":
        """Done after the next commit. Get it before looking, so that none falls in between. Raises ``FeedClosing``."""
        loop = asyncio.get_running_loop()
        bell: Future[None] = loop.create_future()
        with self._lock:
            self._demand_open()
            self._waiting.setdefault(loop, set()).add(bell)
        try:
            yield bell
        finally:
            with self._lock:
                self._waiting.get(loop, set()).discard(bell)

    async def wait(self, bell: "Future[None]", seconds: float) -> None:
        """Until the bell rings, or so long. Raises ``FeedClosing``."""
        await asyncio.wait({bell}, timeout=seconds)
        self._demand_open()

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Done by one of the threads that are kept for followers. Raises ``FeedClosing``."""
        self._demand_open()
        try:
            working = asyncio.get_running_loop().run_in_executor(self._threads, work)
        except RuntimeError:
            raise _closing() from None
        return await working

    def close(self) -> None:
        """Send everybody home: who waits is woken and refused, and nobody is let in any more."""
        self._closed = True
        self._ring()
        self._threads.shutdown(wait=False)

    def _ring(self) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        for loop, bells in waiting.items():
            # A loop that was closed meanwhile has nobody left to wake.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_wake, bells)

    def _demand_open(self) -> None:
        if self._closed:
            raise _closing()


def _closing() -> FeedClosing:
    return FeedClosing("this server stops; follow on at the next one")


def _wake(bells: "set[Future[None]]") -> None:
    for bell in bells:
        if not bell.done():
            bell.set_result(None)
