"""The directory: look-ups beside raw LDAP, a start with many people, their memory, and making ten thousand of them.

The peer is the same slapd in the same run, asked by ldap3 without us: one indexed search for a look-up, one search of
everything for a start, single adds for making people.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import ldap3

from bench import crowd, load, parts
from bench.rows import Row, in_turns
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import SUFFIX
from hub.data_folder import take_folder
from hub.house import House, open_house
from hub.real_clock import RealClock
from hub.settings import Settings

PEER = "raw ldap3"
_BATCH = 1_000
_SECONDS = 4.0


def rows() -> Iterator[Row]:
    yield _lookups()
    with tempfile.TemporaryDirectory(prefix="tillit-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield _made(folder, 0, 10_000)
        _grown(folder, 10_000, 30_000)
        yield _started(folder, 30_000, 5.0)
        _grown(folder, 30_000, 100_000)
        yield _remembered(folder, 100_000, 300.0)


def _lookups() -> Row:
    """One person by her HSA-id, with token check and what the caller may see, beside one indexed search."""
    with parts.tillit() as demo:
        admin = demo["admin"]
        form = {"grant_type": "client_credentials"}
        answer = httpx.post(f"{demo['issuer']}/token", data=form, auth=(admin["client_id"], admin["secret"]))
        token = answer.raise_for_status().json()["access_token"]
        person = demo["personas"][0]["hsa_id"]
        url = f"{demo['issuer']}/api/v1/people/{person}"
        return Row(
            "look-up by HSA-id over HTTP", "answers/s",
            *in_turns(
                lambda: load.get(url, {"authorization": f"Bearer {token}"}).per_second,
                lambda: _raw_lookups(demo, person),
            ),
            PEER, 0.3,
        )  # fmt: skip


def _raw_lookups(demo: dict[str, object], person: str) -> float:
    reader = demo["ldap_reader"]
    assert isinstance(reader, dict)
    server = ldap3.Server(str(demo["ldap_uri"]), get_info=ldap3.NONE)
    connection = ldap3.Connection(server, reader["dn"], reader["password"], auto_bind=True)
    until, done = time.monotonic() + _SECONDS, 0
    while time.monotonic() < until:
        connection.search(SUFFIX, f"(hsaIdentity={person})", attributes=["*"])
        done += len(connection.response)
    connection.unbind()
    return done / _SECONDS


def _made(folder: Path, first: int, last: int) -> Row:
    """Ten thousand people with their assignments, durable in journal and LDAP, a thousand in each commit."""
    with ExitStack() as closing:
        house = _open(folder, closing)
        house.directory.change(crowd.frame(), actor="bench", reason="bench", door="bench")
        begun = time.monotonic()
        _grow(house, first, last)
        ours = time.monotonic() - begun
        peer = _raw_adds(house, 500) * (last - first) / 500
    return Row("10 000 people created", "s", ours, peer, f"{PEER}, single adds", 20.0, at_most=True)


def _raw_adds(house: House, count: int) -> float:
    """Seconds for so many single adds of bare people, taken away again."""
    connection = over_socket(house.slapd.ldapi_uri)()
    names = [f"cn=bench{number},ou=Services,l=Norrbottens län,{SUFFIX}" for number in range(count)]
    begun = time.monotonic()
    for name in names:
        connection.add(name, ["top", "person"], {"sn": secrets.token_hex(4)})
    took = time.monotonic() - begun
    for name in names:
        connection.delete(name)
    discard(connection)
    return took


def _started(folder: Path, people: int, reach: float) -> Row:
    """From the command to the first answer, beside reading the same entries from a slapd that runs already."""
    seconds, _ = _served(folder)
    with ExitStack() as closing:
        house = _open(folder, closing)
        connection = over_socket(house.slapd.ldapi_uri)()
        connection.socket.settimeout(60)
        begun = time.monotonic()
        connection.search(SUFFIX, "(objectClass=hsaPersonExtension)", attributes=["*"])
        peer = time.monotonic() - begun
        assert len(connection.response) == people
        discard(connection)
    return Row(f"ready with {people:,} people", "s", seconds, peer, f"{PEER}, one search", reach, at_most=True)


def _remembered(folder: Path, people: int, reach: float) -> Row:
    """The program's resident memory once it is ready, beside slapd's with the same entries."""
    _, (ours, slapd) = _served(folder)
    return Row(f"memory with {people:,} people", "MB", ours, slapd, "its slapd", reach, at_most=True)


def _served(folder: Path) -> tuple[float, tuple[float, float]]:
    """Seconds until ``tillit serve`` is ready, then the resident megabytes of it and of its slapd."""
    port, beside = parts.free_port(), parts.free_port()
    config = folder / "bench.toml"
    config.write_text(
        f'issuer = "http://localhost:{port}"\ndata = "{folder / "data"}"\nport = {port}\nmanagement_port = {beside}\n'
    )
    begun = time.monotonic()
    command = [sys.executable, "-m", "hub.cli.main", "serve", "--config", str(config)]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(parts.ROOT)}, stderr=subprocess.DEVNULL)
    try:
        while not _ready(beside):
            assert process.poll() is None, "it did not start"
            time.sleep(0.02)
        seconds = time.monotonic() - begun
        tasks = Path(f"/proc/{process.pid}/task")
        children = [pid for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
        return seconds, (_megabytes(process.pid), sum(_megabytes(int(pid)) for pid in children))
    finally:
        process.terminate()
        process.wait(30)


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=1).is_success
    except httpx.TransportError:
        return False


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _grown(folder: Path, first: int, last: int) -> None:
    with ExitStack() as closing:
        _grow(_open(folder, closing), first, last)


def _grow(house: House, first: int, last: int) -> None:
    for start in range(first, last, _BATCH):
        end = min(last, start + _BATCH)
        wanted = [*crowd.people(start, end), *crowd.units(start, end)]
        house.directory.change(wanted, actor="bench", reason="bench", door="bench")


def _open(folder: Path, closing: ExitStack) -> House:
    settings = Settings(data=folder / "data", issuer="http://localhost:1")
    take_folder(settings.data, closing)
    return open_house(settings, RealClock(), closing)
