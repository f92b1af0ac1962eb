"""Runs the web application and the management port in one process until told to stop.

Sockets are bound before anything is started, so that a taken port is one clear sentence and not a half-started house.
"""

import errno
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from hub.web.protocol import DeadlineProtocol
from vocabulary.refusals import Refusal

_SWITCH_SECONDS = 0.001
"""After so long a thread lets another have the interpreter. What runs beside, like the quality report and the address
index, would keep each request waiting several times for Python's 5 ms; see bench/README.md."""


class PortTaken(Refusal):
    """Somebody else listens where we were told to."""

    code = "port_taken"


class CannotListen(Refusal):
    """The address is none of this machine, or not ours to listen on."""

    code = "cannot_listen"


def bind(host: str, port: int) -> socket.socket:
    """A listening TCP socket. Raises ``PortTaken``, ``CannotListen``."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            said = f"cannot listen on port {port} of `{host}` (`host` in the settings): {error.strerror}"
            raise CannotListen(said) from error
        raise PortTaken(f"port {port} on {host} is taken by another program; choose one with `--port`") from None
    listener.listen(2048)
    return listener


def serve(
    application: ASGIApp,
    management: ASGIApp,
    sockets: tuple[socket.socket, socket.socket],
    *,
    on_ready: Callable[[], None],
    on_stop: Callable[[], None],
) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished. Call from the main thread.

    ``on_stop`` ends what would not end by itself; it is called before requests under way are waited for.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    main, beside = web_server(application, on_ready, on_stop), web_server(management)
    thread = threading.Thread(target=lambda: beside.run(sockets=[sockets[1]]), name="management", daemon=True)
    thread.start()
    try:
        main.run(sockets=[sockets[0]])
    finally:
        beside.should_exit = True
        thread.join(timeout=10)


class _Server(uvicorn.Server):
    on_ready: Callable[[], None] | None = None
    on_stop: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.on_ready is not None:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self.on_stop is not None:
            self.on_stop()
        await super().shutdown(sockets)


def web_server(
    application: ASGIApp,
    on_ready: Callable[[], None] | None = None,
    on_stop: Callable[[], None] | None = None,
) -> uvicorn.Server:
    """uvicorn as we run it; ``on_ready`` is called when it accepts connections, ``on_stop`` when it is told to end."""
    config = uvicorn.Config(
        application,
        http=DeadlineProtocol,
        loop="uvloop",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=5,
    )
    server = _Server(config)
    server.on_ready, server.on_stop = on_ready, on_stop
    return server
