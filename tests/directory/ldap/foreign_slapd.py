"""A slapd that the program does not own, as an administrator sets it up: from the published example, with certificates
made here, on a port of its own. One alone, or two that mirror each other.
"""

import base64
import copy
import hashlib
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import ldap3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from directory.edge.ldap.names import SERVICE_DN
from directory.edge.ldap.network import CertificateLogin, Login, PasswordLogin, over_network
from directory.edge.ldap.server_example import SCHEMA_FILE, SEED_FILE, Mirror, Place, example_config, example_seed
from directory.edge.ldap.servers import Open, Server
from directory.edge.ldap.slapd_config import OUR_SCHEMA
from tests.directory.ldap.parts import empty_over, short_folder, until
from tests.parts import as_nobody_special, free_port

PASSWORD = "a long and random one"
USER = "openldap"
Edit = Callable[[str], str]


def as_it_is(text: str) -> str:
    return text


class Authority:
    """A certificate authority of the test's own. Files are PEM; what it issues is valid for a day around now."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._subject = _name(f"Test authority {name}")
        self.file = folder / f"{name}.pem"
        basic = x509.BasicConstraints(ca=True, path_length=0)
        certificate = _builder(self._subject, self._subject, self._key.public_key(), timedelta(days=1))
        signed = certificate.add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        self.file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(
        self, name: str, *, common_name: str, hosts: Sequence[str] = (), until_now: timedelta = timedelta(days=1)
    ) -> CertificateLogin:
        """Certificate and key, as ``NAME.pem`` and ``NAME.key``. ``until_now`` may lie in the past."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(common_name), self._subject, key.public_key(), until_now)
        if hosts:
            named = [x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host) for host in hosts]
            builder = builder.add_extension(x509.SubjectAlternativeName(named), critical=False)
        made = CertificateLogin(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        signed = builder.sign(self._key, hashes.SHA256())
        made.certificate_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        made.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return made

    def issuing_into(self, folder: Path) -> "Authority":
        """The same authority, whose files lie in another folder from now on; its own certificate lies there, too."""
        moved = copy.copy(self)
        moved._folder, moved.file = folder, folder / self.file.name
        shutil.copy(self.file, moved.file)
        return moved


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, until_now: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return (
        made.serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + until_now)
    )


@dataclass
class ForeignSlapd:
    """``folder`` is what an administrator keeps in /etc/ldap; ``authority`` issued the server's certificate."""

    folder: Path
    port: int
    authority: Authority
    mirror: Mirror | None = None
    edit_config: Edit = as_it_is
    over_tls: bool = True
    start_tls_port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"ldaps://localhost:{self.port}"

    @property
    def start_tls_url(self) -> str:
        return f"ldap://localhost:{self.start_tls_port}"

    @property
    def by_password(self) -> Login:
        return PasswordLogin(SERVICE_DN, lambda: PASSWORD)

    @property
    def by_certificate(self) -> Login:
        return CertificateLogin(self.folder / "tillit.pem", self.folder / "tillit.key")

    def reached_by(self, login: Login, url: str | None = None) -> Open:
        return over_network(url or self.url, login, self.authority.file)

    def server(self, login: Login | None = None) -> Server:
        return Server(self.url, self.reached_by(login or self.by_password))

    def set_up(self, *, edit_schema: Edit = as_it_is, edit_seed: Edit = as_it_is, seeded: bool = True) -> None:
        """Everything but the certificate of the server, which a test may have made otherwise already."""
        place = Place(self.folder, self.folder / "db", self.folder)
        place.database.mkdir()
        (self.folder / "conf").mkdir()
        if not (self.folder / "server.pem").exists():
            self.authority.issue("server", common_name="directory server", hosts=("localhost", "127.0.0.1"))
        self.authority.issue("tillit", common_name="tillit")
        self.authority.issue("mirror", common_name="mirror")
        (self.folder / SCHEMA_FILE).write_text(edit_schema(OUR_SCHEMA.read_text()))
        (self.folder / "slapd.conf").write_text(self.edit_config(example_config(place, self.mirror)))
        (self.folder / SEED_FILE).write_text(edit_seed(example_seed(_hashed(PASSWORD))) if seeded else "")
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, USER, USER)
        number = ["-S", str(self.mirror.server_id)] if self.mirror is not None else []
        self.tool("slapadd", "-q", "-w", *number, "-f", self._file("slapd.conf"), "-l", self._file(SEED_FILE))
        self.tool("slaptest", "-f", self._file("slapd.conf"), "-F", self._file("conf"))

    def tool(self, program: str, *arguments: str) -> bytes:
        done = subprocess.run([*as_nobody_special(USER), program, *arguments], cwd="/", capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def start(self) -> None:
        urls = f"{self.url}/ {self.start_tls_url}/" if self.over_tls else f"{self.start_tls_url}/"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*as_nobody_special(USER), "slapd", "-d", "0", "-F", self._file("conf"), "-h", urls],
                cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        assert until(self._listens, seconds=20), (self.folder / "log").read_text()

    def end(self, how: int = signal.SIGINT) -> None:
        """By a clean stop, or by SIGKILL. Twice is fine."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(10)
            self.process = None

    def administered(self) -> ldap3.Connection:
        """A connection as somebody who may change everything with a tool of her own."""
        return self.reached_by(self.by_password)()

    def _listens(self) -> bool:
        assert self.process is not None and self.process.poll() is None, (self.folder / "log").read_text()
        with suppress(ConnectionError), socket.create_connection(("localhost", self.start_tls_port)):
            return True
        return False

    def _file(self, name: str) -> str:
        return str(self.folder / name)


def _hashed(password: str) -> str:
    return "{SSHA}" + base64.b64encode(hashlib.sha1(password.encode() + b"salt").digest() + b"salt").decode()


@contextmanager
def foreign_slapd(
    *, edit_config: Edit = as_it_is, edit_schema: Edit = as_it_is, edit_seed: Edit = as_it_is, seeded: bool = True,
    certificate: Callable[[Authority], object] = lambda authority: None, over_tls: bool = True,
) -> Iterator[ForeignSlapd]:  # fmt: skip
    """One server alone. ``certificate`` may issue ``server`` otherwise than for localhost and today. Without
    ``over_tls`` it listens in clear only."""
    with short_folder() as folder:
        authority = Authority(folder)
        certificate(authority)
        server = ForeignSlapd(folder, free_port(), authority, edit_config=edit_config, over_tls=over_tls)
        server.set_up(edit_schema=edit_schema, edit_seed=edit_seed, seeded=seeded)
        try:
            server.start()
            yield server
        finally:
            server.end(signal.SIGKILL)


@contextmanager
def mirrored_slapds() -> Iterator[tuple[ForeignSlapd, ForeignSlapd]]:
    """Two that follow each other by polling, one second apart; the first one was seeded. They name each other by
    address: OpenLDAP's library takes ``localhost`` for the machine's own name when it looks at a certificate."""
    with short_folder() as folder, ExitStack() as ending:
        authority = Authority(folder)
        ports = free_port(), free_port()
        made = []
        for number, port in enumerate(ports, start=1):
            home = folder / str(number)
            home.mkdir()
            home.chmod(0o711)
            mirror = Mirror(number, f"ldaps://127.0.0.1:{ports[2 - number]}")
            made.append(ForeignSlapd(home, port, authority.issuing_into(home), mirror))
        for number, server in enumerate(made):
            server.set_up(seeded=number == 0)
            ending.callback(server.end, signal.SIGKILL)
            server.start()
        yield made[0], made[1]


def emptied_foreign(server: ForeignSlapd) -> ForeignSlapd:
    """As it was after its first start."""
    empty_over(server.administered())
    return server
