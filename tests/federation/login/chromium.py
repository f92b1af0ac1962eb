"""A real headless Chromium against the login pages on a real port; unprivileged when we are root."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright
from starlette.staticfiles import StaticFiles

from hub.pages import STATIC_FOLDER
from hub.web.front import SECURITY_HEADERS
from tests.parts import free_port

FLAGS = [
    "--no-sandbox",  # root has no user namespace to sandbox in; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of ``app`` with the house's static files and security headers."""
    app.mount("/static", StaticFiles(directory=STATIC_FOLDER))

    async def secured(scope, receive, send):  # type: ignore[no-untyped-def]  # a raw ASGI callable
        async def with_headers(message):  # type: ignore[no-untyped-def]
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            await send(message)

        await app(scope, receive, with_headers)

    port, started = free_port(), threading.Event()

    class Server(uvicorn.Server):
        async def startup(self, sockets=None) -> None:  # type: ignore[no-untyped-def]  # as uvicorn declares
            await super().startup(sockets)
            started.set()

    server = Server(uvicorn.Config(secured, host="127.0.0.1", port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert started.wait(10)
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    environment: dict[str, str | float | bool] = {**os.environ, "HOME": str(folder)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS, env=environment)
        yield browser
        browser.close()
