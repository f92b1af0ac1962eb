"""uvicorn's HTTP protocol with a deadline on the request's head: a socket that only trickles bytes is closed.

uvicorn 0.54 has a time-out for idle connections between requests, none for a head that never ends (slowloris).
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_DEADLINE_SECONDS = 10.0


class DeadlineProtocol(HttpToolsProtocol):
    _head_deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn declares
        super().connection_made(transport)
        self._head_deadline = self.loop.call_later(HEAD_DEADLINE_SECONDS, transport.close)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._head_deadline is None:
            self._head_deadline = self.loop.call_later(HEAD_DEADLINE_SECONDS, self.transport.close)

    def on_headers_complete(self) -> None:
        self._drop_deadline()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._drop_deadline()
        super().connection_lost(exc)

    def _drop_deadline(self) -> None:
        if self._head_deadline is not None:
            self._head_deadline.cancel()
            self._head_deadline = None
