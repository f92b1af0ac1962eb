"""The embedded directory server: a private, unprivileged slapd that ends with us and is restarted when it dies.

Boundary: starting, watching, ending, and the account of reading applications. What stands in it is ``store``'s matter.

slapd 2.5.13 leaks 1–2 kB for each operation inside a transaction (mended in 2.5.14): ``restart`` it after a bulk load,
which takes some 50 ms and loses nothing acknowledged.
"""

import base64
import fcntl
import hashlib
import hmac
import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Condition, Event, Thread

import ldap3
from ldap3.core.exceptions import LDAPExceptionError
from ldap3.core.results import RESULT_OTHER

from directory.edge.ldap import slapd_config
from directory.edge.ldap.attribute_primer import PRIMER_DN, prime
from directory.edge.ldap.connections import Connections, discard, over_socket
from directory.edge.ldap.names import READER_DN, SUFFIX
from directory.edge.ldap.refusals import SlapdWillNotStart
from directory.edge.ldap.transactions import OperationRefused
from directory.refusals import StoreUnavailable

USER = "openldap"
MAX_SOCKET_PATH_BYTES = 107
MAX_BYTES = 4 * 1024**3
"""How large the database may grow, unless it is said otherwise."""
_TICK_S = 0.01
_START_TICKS = 3_000
_STOP_TIMEOUT_S = 10
_RETRY_S = 0.2
_FOLDERS_OF_DAEMONS = "/usr/sbin:/usr/local/sbin:/usr/lib/openldap:/sbin:/usr/bin:/bin"


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
    ) -> None:
        self._max_bytes = max_bytes
        self._home = folder.absolute() / "slapd"
        self._password_file = folder.absolute() / "ldap-reader-password"
        self._ldap_port = ldap_port
        self._random_bytes = random_bytes
        self._socket = self._home / "ldapi"
        self._ending = Event()
        self._changed = Condition()
        self._process: subprocess.Popen[bytes] | None = None
        self._ready_count = 0
        self._failure: str | None = None
        self._supervisor: Thread | None = None
        self._lock_fd: int | None = None
        self._password = ""

    @property
    def ldapi_uri(self) -> str:
        """Where we ourselves connect, by ``connections.over_socket``."""
        return slapd_config.ldapi_uri(self._socket)

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
        self._check_machine()
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._take_lock()
        try:
            self._check_port()
            self._own_home()
            self._write_config()
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
        if self._lock_fd is not None:
            os.close(self._lock_fd)
            self._lock_fd = None

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
            problem = self._caught_up()
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
                self._tell(self._last_words())
                self._ending.wait(_RETRY_S)

    def _caught_up(self) -> str | None:
        """Bring contextCSN up to the newest entry, before anybody can ask; what went wrong, or ``None``.

        slapd stores it when it ends cleanly. After a kill it would tell RFC 4533 consumers only of what is older.
        """
        ldif = self._home / "touch.ldif"
        self._write(ldif, slapd_config.touch())
        return self._told_by("slapmodify", "-w", "-b", SUFFIX, "-F", str(self._home / "conf"), "-l", str(ldif))

    def _spawn(self) -> subprocess.Popen[bytes]:
        urls = self.ldapi_uri if self.ldap_uri is None else f"{self.ldapi_uri} {self.ldap_uri}/"
        with (self._home / "log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own words and paths, no shell
                [*_unprivileged(), _binary("slapd"), "-d", "0", "-F", str(self._home / "conf"), "-h", urls],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=() if self._lock_fd is None else (self._lock_fd,),  # held as long as the server lives
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

    def _last_words(self) -> str:
        """What it wrote while dying; its ordinary messages go to the system's log."""
        lines = (self._home / "log").read_text(errors="replace").strip().splitlines()
        return (lines or [f"it said nothing; `slapd -d any -F {self._home / 'conf'}` says more"])[-1]

    def _check_machine(self) -> None:
        for name in ("slapd", "setpriv"):
            _binary(name)
        length = len(os.fsencode(self._socket))
        if length > MAX_SOCKET_PATH_BYTES:
            raise SlapdWillNotStart(
                f"the path of the directory server's socket, `{self._socket}`, is {length} bytes long and the system "
                f"allows {MAX_SOCKET_PATH_BYTES}: choose a data folder with a shorter path"
            )

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

    def _take_lock(self) -> None:
        """One server per folder. A server that is on its way out holds the lock still, so it is waited for."""
        self._lock_fd = os.open(self._home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        waiting = Event()
        for _ in range(int(_STOP_TIMEOUT_S / _TICK_S)):
            try:
                return fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting.wait(_TICK_S)
        raise SlapdWillNotStart(f"another process uses the directory server in `{self._home}`: end that one first")

    def _own_home(self) -> None:
        """Hand our own folder, nothing else, to the user that the server runs as; see that it can get there."""
        if os.geteuid() != 0:
            return
        shutil.chown(self._home, USER, USER)
        reach = [*_unprivileged(), "test", "-x", str(self._home)]
        done = subprocess.run(reach, cwd="/", check=False, capture_output=True)  # noqa: S603 - as above
        if done.returncode == 0:
            return
        closed = next((p for p in reversed(self._home.parents) if not p.stat().st_mode & 0o001), self._home)
        raise SlapdWillNotStart(
            f"the directory server runs as user `{USER}`, who may not pass through the folder `{closed}`: choose a "
            f"data folder elsewhere, or `chmod o+x {closed}`"
        )

    def _write_config(self) -> None:
        """Write the configuration anew, so that it is always this version's, and seed a data folder that is new."""
        database = self._home / "db"
        if not database.exists():
            self._seed(self._home / "db.new", database)
        self._generate("slapd.conf", database, "slaptest", "-F", str(self._fresh_folder("conf")))

    def _seed(self, new: Path, database: Path) -> None:
        """In a folder of its own that is moved into place at the end: an interrupted seed leaves nothing behind."""
        self._fresh_folder(new.name)
        ldif = self._home / "seed.ldif"
        self._write(ldif, slapd_config.seed())
        self._generate("seed.conf", new, "slapadd", "-q", "-w", "-l", str(ldif))
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
        self._write(file, text)
        problem = self._told_by(program, "-f", str(file), *arguments)
        if problem is not None:
            raise SlapdWillNotStart(problem)

    def _told_by(self, program: str, *arguments: str) -> str | None:
        """Run one of slapd's tools; what it said when it failed."""
        command = [*_unprivileged(), _binary(program), *arguments]
        done = subprocess.run(command, cwd="/", check=False, capture_output=True)  # noqa: S603 - as above
        if done.returncode == 0:
            return None
        said = done.stderr.decode(errors="replace").strip()
        return f"`{program}` refused the directory server's configuration or data: {said[-400:]}"

    def _fresh_folder(self, name: str) -> Path:
        folder = self._home / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        self._hand_over(folder)
        return folder

    def _write(self, file: Path, text: str) -> None:
        file.unlink(missing_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        self._hand_over(file)

    def _hand_over(self, path: Path) -> None:
        if os.geteuid() == 0:
            shutil.chown(path, USER, USER)

    def _let_reader_in(self) -> None:
        """See that the reading account has the password that stands in our file; make the file at the first start."""
        if not self._password_file.exists():
            password = base64.urlsafe_b64encode(self._random_bytes(24)).decode()
            descriptor = os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as opened:
                opened.write(password)
        self._password = self._password_file.read_text(encoding="ascii").strip()
        connections = Connections(over_socket(self.ldapi_uri))
        with connections.borrow() as connection:
            connection.search(READER_DN, "(objectClass=*)", ldap3.BASE, attributes=["userPassword"])
            held = [value for found in connection.response or () for value in found["raw_attributes"]["userPassword"]]
            if not any(_is_hash_of(value, self._password) for value in held):
                new = {"userPassword": [(ldap3.MODIFY_REPLACE, [_hashed(self._password, self._random_bytes(8))])]}
                if not connection.modify(READER_DN, new):  # type: ignore[no-untyped-call]  # the stubs lack it
                    raise SlapdWillNotStart("the account of reading applications could not be set", detail=READER_DN)
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


def _binary(name: str) -> str:
    found = shutil.which(name, path=_FOLDERS_OF_DAEMONS)
    if found is None:
        package = "slapd" if name.startswith("sla") else "util-linux"
        raise SlapdWillNotStart(
            f"the program `{name}` is not on this machine; on Debian: `apt-get install {package}` (preseed "
            "`slapd/no_configuration` to start no server of the system's own)"
        )
    return found


def _unprivileged() -> list[str]:
    """Words before a command: end with the thread that starts it; as root, become the server's own user for good."""
    words = [_binary("setpriv"), "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        try:
            user = pwd.getpwnam(USER)
        except KeyError:
            raise SlapdWillNotStart(
                f"the user `{USER}` is not on this machine: install the package `slapd`, or do not run as root"
            ) from None
        words += ["--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"]
    return words


def _hashed(password: str, salt: bytes) -> str:
    """Salted SHA-1 as slapd knows it without modules. The password is 192 random bits: no hash can be too fast."""
    digest = hashlib.sha1(password.encode() + salt, usedforsecurity=False).digest()
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def _is_hash_of(value: bytes, password: str) -> bool:
    try:
        salt = base64.b64decode(value.removeprefix(b"{SSHA}"), validate=True)[20:]
    except ValueError:
        return False
    return hmac.compare_digest(value, _hashed(password, salt).encode())
