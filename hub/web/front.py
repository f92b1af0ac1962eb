"""What every request passes first: limits on size and time, then straight to a hot path or on to the rest.

Hot paths are raw ASGI callables by exact path, since parsing and routing in the framework halve their rate. uvicorn
sets no limit on a body's size or on how slowly it may come, so both are ours.
"""

import asyncio
import json
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        b"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
)


UPLOADS = "/api/v1/sync/"
ORDINARY_BYTES = 1024 * 1024
"""What a body may be that is no upload: it is parsed before anybody knows who sent it, at thirty times its size."""


class _TooLarge(Exception):
    pass


class Front:
    """``hot`` maps an exact path to its ASGI callable; ``rest`` takes everything else.

    ``max_body_bytes`` bounds an upload's body, ``ORDINARY_BYTES`` any other; ``deadline_seconds`` bounds how long all
    of it may take to arrive.
    """

    def __init__(
        self, hot: Mapping[str, ASGIApp], rest: ASGIApp, *, max_body_bytes: int, deadline_seconds: float
    ) -> None:
        self._hot, self._rest = hot, rest
        self._max_body, self._deadline = max_body_bytes, deadline_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        application = self._hot.get(scope["path"], self._rest)
        arrives_by = asyncio.get_running_loop().time() + self._deadline
        most = self._max_body if scope["path"].startswith(UPLOADS) else min(self._max_body, ORDINARY_BYTES)
        received = 0
        complete = answered = over = False

        async def limited() -> Message:
            nonlocal received, complete, over
            if complete:
                return await receive()
            message = await _by(arrives_by, receive)
            received += len(message.get("body", b""))
            if received > most:
                over = True
                raise _TooLarge
            complete = not message.get("more_body", False)
            return message

        async def secured(message: Message) -> None:
            nonlocal answered
            if over and not answered:
                raise _TooLarge  # What the framework makes of it is another error.
            if message["type"] == "http.response.start":
                answered = True
                headers = list(message.get("headers", ()))
                present = {name for name, _ in headers}
                headers += [header for header in SECURITY_HEADERS if header[0] not in present]
                message["headers"] = headers
            await send(message)

        try:
            await application(scope, limited, send if application is not self._rest else secured)
        except _TooLarge:
            if not answered:
                await _refuse(send, 413, "body_too_large", f"the request's body is over {most} bytes")
        except TimeoutError:
            if not answered:
                await _refuse(send, 408, "request_too_slow", "the request did not arrive in time")


async def _by(arrives_by: float, receive: Receive) -> Message:
    """The next message. Raises ``TimeoutError`` at ``arrives_by``. As ``asyncio.timeout_at`` does it, at a quarter of
    the cost: this is on the path of every request."""
    task, late = asyncio.current_task(), False
    assert task is not None

    def give_up() -> None:
        nonlocal late
        late = True
        task.cancel()

    timer = task.get_loop().call_at(arrives_by, give_up)
    try:
        return await receive()
    except asyncio.CancelledError:
        if late and task.uncancel() == 0:  # Somebody else's cancelling goes on.
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()


async def _refuse(send: Send, status: int, code: str, title: str) -> None:
    body = json.dumps({"type": f"urn:tillit:{code}", "title": title, "status": status}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
