"""Every change over the admin API tells the revision at which it holds: in the header ``tillit-revision``.

A question that demands it (``context.at_least_revision``) is answered by nothing older, by whichever process.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = b"tillit-revision"
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class TellsRevision:
    """``revision`` gives the directory's and the registers' as they are now, ``12.345``: once a change is answered, it
    is in it."""

    def __init__(self, application: ASGIApp, revision: Callable[[], str]) -> None:
        self._application, self._revision = application, revision

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        changes = scope["type"] == "http" and scope["method"] in _CHANGING and scope["path"].startswith("/api/v1/")
        await self._application(scope, receive, self._telling(send) if changes else send)

    def _telling(self, send: Send) -> Callable[[Message], Awaitable[None]]:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 300:
                headers: list[Any] = [*message.get("headers", ()), (HEADER, self._revision().encode())]
                message = {**message, "headers": headers}
            await send(message)

        return told
