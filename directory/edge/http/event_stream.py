"""Changes as server-sent events (WHATWG HTML 9.2): for who wants to hear of each as it happens.

============  ============================================  =========================================================
event         data                                          id
============  ============================================  =========================================================
``commit``    a commit, as in a page                        its revision
``reached``   ``{"revision": N}``: all up to N was told      N
``end``       a refusal: its ``code`` and ``title``         none: what was told last stays the place to go on from
============  ============================================  =========================================================

``reached`` comes once when the reader has caught up, and then in place of a heartbeat when commits went by in which
there was nothing for her, so that she moves on though she sees nothing.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack

from pydantic_core import to_json
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from directory.edge.http.following import Follower
from vocabulary.refusals import Refusal

MEDIA_TYPE = "text/event-stream"
_HEADERS = {"cache-control": "no-store", "vary": "accept", "x-accel-buffering": "no"}
_ALL_IS_TAKEN = b""
"""Sending nothing waits until the reader has taken what was sent before: so whatever follows is judged when it goes."""


class EventStream(StreamingResponse):
    """Closes ``events`` and gives up ``place`` however the answer ends, also when the reader goes away."""

    def __init__(self, events: AsyncGenerator[bytes, None], place: ExitStack) -> None:
        self._events, self._place = events, place
        super().__init__(events, media_type=MEDIA_TYPE, headers=_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._place:
            try:
                await super().__call__(scope, receive, send)
            finally:
                await self._events.aclose()


async def events_of(follower: Follower) -> AsyncGenerator[bytes, None]:
    """Until the caller's token does not hold any more, the server stops, or nobody reads on."""
    followers, now = follower.followers, asyncio.get_running_loop().time
    told, beaten_at, has_caught_up, is_amid = follower.at, now(), False, False
    yield b"retry: %d\n: following from revision %d\n\n" % (int(followers.pace.retry * 1000), follower.at)
    try:
        while True:
            with followers.bell() as bell:
                commit = await follower.next()
                if commit is not None:
                    async for piece in follower.tell(commit):
                        yield piece if is_amid else b"event: commit\nid: %d\ndata: %s" % (commit.revision, piece)
                        is_amid = True
                        yield _ALL_IS_TAKEN
                    if is_amid:
                        yield b"\n\n"
                        told, beaten_at, is_amid = commit.revision, now(), False
                is_late = now() - beaten_at >= followers.pace.heartbeat
                if (commit is None and not has_caught_up) or (is_late and follower.at > told):
                    yield b'event: reached\nid: %d\ndata: {"revision":%d}\n\n' % (follower.at, follower.at)
                    told, beaten_at = follower.at, now()
                elif is_late:
                    yield b": still here\n\n"
                    beaten_at = now()
                if commit is None:
                    has_caught_up = True
                    await followers.wait(bell, followers.pace.recheck)
            yield _ALL_IS_TAKEN
            follower.recheck()
    except Refusal as refusal:
        # An event that was not finished is thrown away by its reader, who asks for it again.
        if not is_amid:
            yield b"event: end\ndata: " + to_json({"code": refusal.code, "title": refusal.description}) + b"\n\n"
