"""The embedded directory server: a private, unprivileged slapd that ends with us and is restarted when it dies.

Boundary: starting, watching and ending it. Where it lies is ``slapd_folder``'s matter, which programs run it
``slapd_programs``', and what stands in it ``store``'s.

slapd 2.5.13 leaks 1–2 kB for each operation inside a transaction (mended in 2.5.14): ``restart`` it after a bulk load,
which takes some 50 ms and loses nothing acknowledged.
"""

import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Condition, Event, Thread

from ldap3.core.exceptions import LDAPExceptionError
from ldap3.core.results import RESULT_OTHER

from directory.edge.ldap import slapd_config
from directory.edge.ldap.attribute_primer import PRIMER_DN, prime
from directory.edge.ldap.connections import Connections, discard, over_socket
from directory.edge.ldap.names import READER_DN
from directory.edge.ldap.reader_account import let_reader_in, password_in
from directory.edge.ldap.refusals import SlapdWillNotStart
from directory.edge.ldap.slapd_folder import SlapdFolder
from directory.edge.ldap.slapd_programs import SlapdPrograms
from directory.edge.ldap.transactions import OperationRefused
from directory.refusals import StoreUnavailable

MAX_BYTES = 4 * 1024**3
"""How large the database may grow, unless it is said otherwise."""
_TICK_S = 0.01
_START_TICKS = 3_000
_STOP_TIMEOUT_S = 10
_RETRY_S = 0.2
_PROGRAMS = SlapdPrograms()


class SlapdChild:
    """One slapd with its data in ``folder/slapd``. ``start`` returns when it answers.

    It is a child of one supervisor thread: Linux sends the death signal when the *thread* that forked ends, so that
    thread lives as long as the server is wanted.
    """

    def __init__(
        self,
        folder: Path,
        ldap_port: int | None,
        *,
        random_bytes: Callable[[int], bytes],
        max_bytes: int = MAX_BYTES,
        programs: SlapdPrograms = _PROGRAMS,
    ) -> None:
        self._programs = programs
        self._folder = SlapdFolder(folder.absolute() / "slapd", programs, max_bytes=max_bytes)
        self._password_file = folder.absolute() / "ldap-reader-password"
        self._ldap_port = ldap_port
        self._random_bytes = random_bytes
        self._ending = Event()
        self._changed = Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready_count = 0
        self._failure: str | None = None
        self._supervisor: Thread | None = None
        self._password = ""

    @property
    def ldapi_uri(self) -> str:
        """Where we ourselves connect, by ``connections.over_socket``."""
        return slapd_config.ldapi_uri(self._folder.socket)

    @property
    def ldap_uri(self) -> str | None:
        """Where applications on this machine connect, as ``reader_dn``; ``None`` without a port."""
        return None if self._ldap_port is None else f"ldap://127.0.0.1:{self._ldap_port}"

    @property
    def pid(self) -> int:
        """The process that runs now, or ran last."""
        if self._process is None:
            raise SlapdWillNotStart("the embedded directory server was not started")
        return self._process.pid

    @property
    def reader_dn(self) -> str:
        return READER_DN

    @property
    def reader_password(self) -> str:
        """Made at the first start; stands in ``ldap-reader-password`` (0600) in the data folder."""
        return self._password

    def start(self) -> None:
        """Make what is missing and start. Raises ``SlapdWillNotStart`` with the reason and the remedy."""
        self._programs.demand("slapd", "setpriv")
        self._folder.check_length()
        self._folder.take()
        try:
            self._check_port()
            self._folder.furnish()
            self._ending.clear()
            self._ready_count, self._failure = 0, None
            self._supervisor = Thread(target=self._supervise, name="slapd-supervisor", daemon=True)
            self._supervisor.start()
            self._wait_ready(1)
            self._let_reader_in()
            self._prime()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server cleanly, and the supervisor. Twice is fine."""
        with self._changed:
            self._ending.set()
            process = self._process
        if process is not None:
            _end(process)
        supervisor, self._supervisor = self._supervisor, None
        if supervisor is not None:
            supervisor.join()
        self._folder.let_go()

    def restart(self) -> None:
        """End the server cleanly and wait until the next one answers."""
        with self._changed:
            next_one, process = self._ready_count + 1, self._process
        if process is None:
            raise SlapdWillNotStart("the embedded directory server was not started")
        _end(process)
        self._wait_ready(next_one)

    def _supervise(self) -> None:
        """The one thread that forks. Ends when ``stop`` was called and its server is gone."""
        while True:
            problem = self._folder.catch_up()
            if problem is not None:
                self._tell(problem)
                if self._ending.wait(_RETRY_S):
                    return
                continue
            with self._changed:  # stop() either sees the process that is started here, or is seen here
                if self._ending.is_set():
                    return
                process = self._process = self._spawn()
            if self._answers(process):
                self._tell(None)
                process.wait()
            else:
                _end(process)
                self._tell(self._folder.last_words())
                self._ending.wait(_RETRY_S)

    def _spawn(self) -> subprocess.Popen[bytes]:
        urls = self.ldapi_uri if self.ldap_uri is None else f"{self.ldapi_uri} {self.ldap_uri}/"
        with self._folder.log.open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own words and paths, no shell
                self._programs.command("slapd", "-d", "0", "-F", str(self._folder.configuration), "-h", urls),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=self._folder.held,  # The folder is held as long as the server lives.
                start_new_session=True,  # so that Ctrl-C in a terminal reaches us, and the server through us
                cwd="/",
            )

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        """Whether a bind succeeded before the process ended, the time ran out, or we wanted the end."""
        open_one = over_socket(self.ldapi_uri)
        for _ in range(_START_TICKS):
            try:
                discard(open_one())
                return True
            except (LDAPExceptionError, OSError, StoreUnavailable):
                if process.poll() is not None or self._ending.wait(_TICK_S):
                    return False
        return False

    def _tell(self, failure: str | None) -> None:
        with self._changed:
            self._failure = failure
            self._ready_count += failure is None
            self._changed.notify_all()

    def _wait_ready(self, count: int) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._ready_count >= count or self._failure is not None, _START_TICKS * _TICK_S
            )
            if self._ready_count < count:
                raise SlapdWillNotStart(f"the embedded directory server did not start: {self._failure or 'no answer'}")

    def _check_port(self) -> None:
        """Asked before the start, since the server that fails for it says so to the system's log only."""
        if self._ldap_port is None:
            return
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self._ldap_port))
            except OSError as problem:
                raise SlapdWillNotStart(
                    f"the port {self._ldap_port} of the directory server on 127.0.0.1 cannot be had "
                    f"({problem.strerror}): choose another, or end what uses it"
                ) from problem

    def _let_reader_in(self) -> None:
        self._password = password_in(self._password_file, self._random_bytes)
        connections = Connections(over_socket(self.ldapi_uri))
        with connections.borrow() as connection:
            let_reader_in(connection, self._password, self._random_bytes)
        connections.close()

    def _prime(self) -> None:
        """A data folder of an earlier version lacks what this one's attributes need. Where that cannot be written, what
        was acknowledged can be read still, and nothing else will be written either."""
        connections = Connections(over_socket(self.ldapi_uri))
        try:
            with suppress(StoreUnavailable), connections.borrow() as connection:
                prime(connection)
        except OperationRefused as refusal:
            if refusal.code != RESULT_OTHER:
                raise SlapdWillNotStart(f"the embedded directory server refuses `{PRIMER_DN}`: {refusal}") from refusal
        finally:
            connections.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and insist when it does not."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
