"""A county of many people in a data folder: filled through the house, served as ``tillit serve`` serves it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import ldap3

from bench import crowd, parts
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_config import ldapi_uri
from federation.actions.register_client import register_client
from federation.core.client import AuthMethod, Client, GrantType
from hub.data_folder import take_folder
from hub.house import House, open_house
from hub.real_clock import RealClock, random_bytes
from hub.settings import Settings

_BATCH = 1_000
_LDAP_BYTES = 32 * 1024**3
_WAIT_SECONDS = 600


@dataclass(frozen=True)
class Served:
    """``ready_seconds`` from the command to the first answer; resident memory of the program and of its slapd."""

    url: str
    secret: str
    ready_seconds: float
    megabytes: float
    slapd_megabytes: float
    ldap: ldap3.Connection

    def bearer(self) -> dict[str, str]:
        """A new token: one lives for five minutes, and reading a million people takes longer."""
        answer = httpx.post(f"{self.url}/token", data={"grant_type": "client_credentials"}, auth=("bench", self.secret))
        return {"authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


@contextmanager
def a_county() -> Iterator[Path]:
    """A folder with the member, its care provider, and an application that reads."""
    with tempfile.TemporaryDirectory(prefix="tillit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with opened(folder) as house:
            house.directory.change(crowd.frame(), actor="bench", reason="bench", door="bench")
            reader = Client(
                "bench", "Bench", AuthMethod.SECRET_BASIC, frozenset({GrantType.CLIENT_CREDENTIALS}),
                frozenset({"tillit:directory"}),
            )  # fmt: skip
            registered = register_client(house.federation.clients, reader, random_bytes)
            (folder / "secret").write_text(str(registered.secret))
        yield folder


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    with ExitStack() as closing:
        settings = settings_of(folder)
        take_folder(settings.data, closing)
        yield open_house(settings, RealClock(), closing)


def settings_of(folder: Path) -> Settings:
    return Settings(data=folder / "data", issuer="http://localhost:1", ldap_max_bytes=_LDAP_BYTES)


def grow(folder: Path, first: int, last: int) -> float:
    """Seconds for these people with units and assignments, durable in journal and LDAP, a thousand in a commit."""
    with opened(folder) as house:
        begun = time.monotonic()
        for start in range(first, last, _BATCH):
            end = min(last, start + _BATCH)
            wanted = [*crowd.people(start, end), *crowd.units(start, end)]
            house.directory.change(wanted, actor="bench", reason="bench", door="bench")
        return time.monotonic() - begun


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    port, beside = parts.free_port(), parts.free_port()
    config = folder / "bench.toml"
    config.write_text(
        f'issuer = "http://localhost:{port}"\ndata = "{folder / "data"}"\nport = {port}\nmanagement_port = {beside}\n'
        f"ldap_max_bytes = {_LDAP_BYTES}\n"
    )
    command = [sys.executable, "-m", "hub.cli.main", "serve", "--config", str(config)]
    environment = os.environ | {"PYTHONPATH": str(parts.ROOT)}
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while not _ready(beside):
            assert process.poll() is None, "it did not start"
            assert time.monotonic() - begun < _WAIT_SECONDS, "it is not ready yet"
            time.sleep(0.02)
        seconds = time.monotonic() - begun
        tasks = Path(f"/proc/{process.pid}/task")
        children = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
        url = f"http://localhost:{port}"
        slapd = over_socket(ldapi_uri(folder / "data" / "slapd" / "ldapi"))()
        slapd.socket.settimeout(_WAIT_SECONDS)
        secret = (folder / "secret").read_text()
        yield Served(url, secret, seconds, _megabytes(process.pid), sum(map(_megabytes, children)), slapd)
        slapd.unbind()
    finally:
        process.terminate()
        process.wait(60)


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5).is_success
    except httpx.TransportError:
        return False


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
