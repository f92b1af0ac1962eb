"""The folder that an embedded slapd lives in: its configuration, database, socket, log and lock.

Boundary: what lies there before a server starts. What the configuration says is ``slapd_config``'s matter, and the
server that runs on it ``slapd_child``'s.
"""

import fcntl
import os
import shutil
from pathlib import Path
from threading import Event

from directory.edge.ldap import slapd_config
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.refusals import SlapdWillNotStart
from directory.edge.ldap.slapd_programs import USER, SlapdPrograms, hand_over

MAX_SOCKET_PATH_BYTES = 107
_TICK_S = 0.01
_LOCK_TIMEOUT_S = 10


class SlapdFolder:
    """``home``, made and locked by ``take``, written by ``furnish``. The one process that took it may use the rest."""

    def __init__(self, home: Path, programs: SlapdPrograms, *, max_bytes: int) -> None:
        self.configuration = home / "conf"
        self.socket = home / "ldapi"
        self.log = home / "log"
        self._home = home
        self._programs = programs
        self._max_bytes = max_bytes
        self._lock_fd: int | None = None

    @property
    def held(self) -> tuple[int, ...]:
        """The descriptor of the lock: whoever inherits it holds the folder as long as it lives."""
        return () if self._lock_fd is None else (self._lock_fd,)

    def check_length(self) -> None:
        length = len(os.fsencode(self.socket))
        if length > MAX_SOCKET_PATH_BYTES:
            raise SlapdWillNotStart(
                f"the path of the directory server's socket, `{self.socket}`, is {length} bytes long and the system "
                f"allows {MAX_SOCKET_PATH_BYTES}: choose a data folder with a shorter path"
            )

    def take(self) -> None:
        """One server per folder. A server that is on its way out holds the lock still, so it is waited for."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock_fd = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        waiting = Event()
        for _ in range(int(_LOCK_TIMEOUT_S / _TICK_S)):
            try:
                return fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting.wait(_TICK_S)
        raise SlapdWillNotStart(f"another process uses the directory server in `{self._home}`: end that one first")

    def let_go(self) -> None:
        """Twice is fine."""
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

    def furnish(self) -> None:
        """Write the configuration anew, so that it is always this version's, and seed a data folder that is new.

        Raises ``SlapdWillNotStart`` when the server's user cannot get there, or slapd's tools refuse what is written.
        """
        self._let_server_in()
        database = self._home / "db"
        if not database.exists():
            self._seed(self._home / "db.new", database)
        self._generate("slapd.conf", database, "slaptest", "-F", str(self._fresh(self.configuration)))

    def catch_up(self) -> str | None:
        """Bring contextCSN up to the newest entry, before anybody can ask; what went wrong, or ``None``.

        slapd stores it when it ends cleanly. After a kill it would tell RFC 4533 consumers only of what is older.
        """
        ldif = self._home / "touch.ldif"
        _write(ldif, slapd_config.touch())
        return self._programs.complaint_of(
            "slapmodify", "-w", "-b", SUFFIX, "-F", str(self.configuration), "-l", str(ldif)
        )

    def last_words(self) -> str:
        """What the server wrote while dying; its ordinary messages go to the system's log."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return (lines or [f"it said nothing; `slapd -d any -F {self.configuration}` says more"])[-1]

    def _let_server_in(self) -> None:
        """Hand our own folder, nothing else, to the user that the server runs as; see that it can get there."""
        if os.geteuid() != 0:
            return
        hand_over(self._home)
        if self._programs.may_enter(self._home):
            return
        closed = next((p for p in reversed(self._home.parents) if not p.stat().st_mode & 0o001), self._home)
        raise SlapdWillNotStart(
            f"the directory server runs as user `{USER}`, who may not pass through the folder `{closed}`: choose a "
            f"data folder elsewhere, or `chmod o+x {closed}`"
        )

    def _seed(self, new: Path, database: Path) -> None:
        """In a folder of its own that is moved into place at the end: an interrupted seed leaves nothing behind."""
        _write(self._home / "seed.ldif", slapd_config.seed())
        self._generate("seed.conf", self._fresh(new), "slapadd", "-q", "-w", "-l", str(self._home / "seed.ldif"))
        new.rename(database)

    def _generate(self, name: str, database: Path, program: str, *arguments: str) -> None:
        file = self._home / name
        text = slapd_config.config(
            database=database,
            run=self._home,
            user_id=os.geteuid(),
            group_id=os.getegid(),
            max_bytes=self._max_bytes,
        )
        _write(file, text)
        problem = self._programs.complaint_of(program, "-f", str(file), *arguments)
        if problem is not None:
            raise SlapdWillNotStart(problem)

    def _fresh(self, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        hand_over(folder)
        return folder


def _write(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
    hand_over(file)
