"""The management port: is the process alive, is it ready to answer, and its metrics. Loopback only, no rights asked."""

import json
from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from starlette.types import Receive, Scope, Send


class Management:
    """``readiness`` names each part and says what is wrong with it, or ``None`` when nothing is."""

    def __init__(self, readiness: Callable[[], Mapping[str, str | None]], metrics: CollectorRegistry) -> None:
        self._readiness, self._metrics = readiness, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        match scope["path"]:
            case "/livez":
                await _answer(send, 200, b"text/plain", b"alive\n")
            case "/readyz":
                parts = self._readiness()
                ready = all(fault is None for fault in parts.values())
                report = {"ready": ready, "parts": {name: fault or "ok" for name, fault in parts.items()}}
                await _answer(send, 200 if ready else 503, b"application/json", json.dumps(report).encode())
            case "/metrics":
                await _answer(send, 200, b"text/plain; version=0.0.4", generate_latest(self._metrics))
            case _:
                await _answer(send, 404, b"text/plain", b"only /livez, /readyz and /metrics are here\n")


async def _answer(send: Send, status: int, media_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
