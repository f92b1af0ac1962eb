"""Real parts for tests, started on ports chosen free and ended by their own id: PostgreSQL, and a held clock."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, text


class HeldClock:
    """A clock that stands still until the test moves it."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 1_000.0

    def now(self) -> datetime:
        return self._now

    def monotonic_seconds(self) -> float:
        return self._monotonic

    def pass_(self, **duration: float) -> None:
        """Move time on, e.g. ``clock.pass_(minutes=11)``."""
        step = timedelta(**duration)
        self._now += step
        self._monotonic += step.total_seconds()

    def set_back(self, **duration: float) -> None:
        """Set the clock of the wall back; time itself goes on."""
        self._now -= timedelta(**duration)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def as_nobody_special(user: str) -> list[str]:
    """Words to put before a command: become ``user`` when we are root; die with the parent always."""
    become = []
    if os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        become = [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups"]
    return ["setpriv", "--pdeathsig=INT", *become]


class Postgres:
    """A private PostgreSQL server; each call of ``new_database`` gives the URL of an empty database."""

    def __init__(self, socket_dir: Path, port: int, user: str) -> None:
        self._host, self._port, self._user, self._made = socket_dir, port, user, 0

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{self._user}@/{database}?host={self._host}&port={self._port}"

    def new_database(self) -> str:
        self._made += 1
        name = f"t{self._made}"
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own on a unix socket, ended and removed afterwards."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    run = as_nobody_special("postgres")
    port = free_port()
    subprocess.run(
        [*run, binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", user, "-N", "--locale=C.UTF-8"],
        check=True, capture_output=True, cwd=folder,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*run, binaries / "postgres", "-D", folder / "data", "-k", folder, "-p", str(port),
             "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"],
            stdout=subprocess.DEVNULL, stderr=log, cwd=folder,
        )  # fmt: skip
    try:
        ready = [binaries / "pg_isready", "-h", folder, "-p", str(port), "-t", "1"]
        while subprocess.run(ready, capture_output=True).returncode != 0:
            if server.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
        yield Postgres(folder, port, user)
    finally:
        server.send_signal(2)
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
