"""The whole program as a user starts it: ``tillit demo`` in a process of its own, on a folder and ports of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.tree import ROOT

START_SECONDS = 90
TILLIT = (sys.executable, "-m", "hub.cli.main")


@dataclass
class DemoProgram:
    """A running demo: its folder, process, and the content of its demo.json."""

    folder: Path
    process: subprocess.Popen[bytes]
    demo: dict[str, Any]

    @property
    def issuer(self) -> str:
        return str(self.demo["issuer"])

    def client(self, client_id: str) -> dict[str, Any]:
        return next(client for client in self.demo["clients"] if client["client_id"] == client_id)

    def persona(self, key: str) -> dict[str, Any]:
        return next(persona for persona in self.demo["personas"] if persona["key"] == key)

    def patient(self, key: str) -> dict[str, Any]:
        found = next(patient for patient in self.demo["patients"] if patient["id"] == key)
        return {"kind": found["kind"], "value": found["value"]}

    def unit(self, name: str) -> str:
        return next(unit["hsa_id"] for unit in self.demo["units"] if unit["name"] == name)

    def tillit(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line against this demo."""
        return tillit(*words, "--data", str(self.folder))

    @contextmanager
    def tillit_meanwhile(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """Start such a command, and interrupt it in the end as Ctrl-C does."""
        command = [*TILLIT, *words, "--data", str(self.folder)]
        # Whatever runs the tests in the background has told us, and so it, to ignore Ctrl-C.
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    def stderr(self) -> str:
        return (self.folder.parent / "stderr").read_text()


def tillit(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TILLIT, *words], capture_output=True, text=True, cwd=ROOT, env=_environment(), timeout=120)


@contextmanager
def demo_folder() -> Iterator[Path]:
    """A new folder's path that slapd's own user can reach; removed afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="tillit-", dir="/tmp"))
    parent.chmod(0o711)
    try:
        yield parent / "demo"
    finally:
        shutil.rmtree(parent, ignore_errors=True)


@contextmanager
def running_demo(folder: Path, *options: str, **environment: str) -> Iterator[DemoProgram]:
    """Start the demo on ``folder`` and wait until it is ready; end it by its own id."""
    port = two_free_ports()
    command = [*TILLIT, "demo", "--data", str(folder), "--port", str(port), *options]
    with (folder.parent / "stderr").open("ab") as stderr:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment() | environment, stdout=stderr, stderr=stderr
        )  # fmt: skip
    try:
        yield DemoProgram(folder, process, _wait_ready(folder, port, process))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def two_free_ports() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def _wait_ready(folder: Path, port: int, process: subprocess.Popen[bytes]) -> dict[str, Any]:
    deadline = time.monotonic() + START_SECONDS
    issuer = f"http://localhost:{port}"
    while time.monotonic() < deadline and process.poll() is None:
        try:
            demo: dict[str, Any] = json.loads((folder / "demo.json").read_bytes())
        except FileNotFoundError:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)  # it may also end instead of becoming ready
            continue
        if demo["issuer"] == issuer:
            return demo
    raise RuntimeError(f"the demo did not start:\n{(folder.parent / 'stderr').read_text()[-3000:]}")


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
