"""uvicorn's HTTP protocol with deadlines of ours: a socket that only trickles bytes, or takes none, is closed.

uvicorn 0.54 has a time-out for idle connections between requests, none for a head that never ends (slowloris) and none
for a reader that stands still while an answer waits to be taken.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_DEADLINE_SECONDS = 10.0


class DeadlineProtocol(HttpToolsProtocol):
    """``taken_within_seconds``: how long what waits to be sent may wait without its reader taking most of it."""

    taken_within_seconds = 30.0
    _head_deadline: asyncio.TimerHandle | None = None
    _taking_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares
        super().connection_made(transport)
        self._head_deadline = self.loop.call_later(HEAD_DEADLINE_SECONDS, transport.close)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_deadline is None:
            self._head_deadline = self.loop.call_later(HEAD_DEADLINE_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        self._drop_head_deadline()
        super().on_headers_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._drop_taking_deadline()
        # Closing would wait for the reader to take what is left, which is just what it does not do.
        self._taking_deadline = self.loop.call_later(self.taken_within_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._drop_taking_deadline()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._drop_head_deadline()
        self._drop_taking_deadline()
        super().connection_lost(exc)

    def _drop_head_deadline(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None

    def _drop_taking_deadline(self) -> None:
        if self._taking_deadline is not None:
            self._taking_deadline.cancel()
            self._taking_deadline = None
