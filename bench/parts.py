"""The programs that a benchmark measures: our own demo and its peers, started on free ports and ended by their id."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PEERS = Path(__file__).parent / "peers"
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def tillit() -> Iterator[dict[str, Any]]:
    """A fresh demo; gives the content of its demo.json."""
    with tempfile.TemporaryDirectory(prefix="tillit-bench-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "demo"
        command = [ROOT / "tillit", "demo", "--data", str(data), "--port", str(free_port())]
        with _running(command, lambda: (data / "demo.json").exists(), seconds=120):
            yield json.loads((data / "demo.json").read_bytes())


@contextmanager
def oidc_provider(public_jwk: Path) -> Iterator[str]:
    _install_peers()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = ["node", PEERS / "oidc_provider.mjs", str(port), public_jwk]
    with _running(command, lambda: _answers(f"{url}/.well-known/openid-configuration"), NODE_NO_WARNINGS="1"):
        yield url


@contextmanager
def cerbos() -> Iterator[str]:
    _install_peers()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        configuration = (PEERS / "cerbos" / "config.yaml").read_text()
        for name, value in (("PORT", port), ("GRPC_PORT", free_port()), ("POLICIES", PEERS / "cerbos" / "policies")):
            configuration = configuration.replace(f"${{{name}}}", str(value))
        (Path(folder) / "config.yaml").write_text(configuration)
        binary = next((PEERS / "node_modules" / "@cerbos").glob("cerbos-linux-*/cerbos-linux-*"))
        command = [binary, "server", "--config", f"{folder}/config.yaml", "--log-level=error"]
        with _running(command, lambda: _answers(f"{url}/_cerbos/health")):
            yield url


def _install_peers() -> None:
    if not (PEERS / "node_modules").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=PEERS, check=True)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=1).is_success
    except httpx.TransportError:
        return False


@contextmanager
def _running(
    command: list[Any], ready: Callable[[], bool], *, seconds: float = 30, **environment: str
) -> Iterator[None]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | environment)
        try:
            deadline = time.monotonic() + seconds
            while not ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise RuntimeError(f"{command[0]} did not start:\n{log.read().decode()[-2000:]}")
                time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
