"""What a directory server of yours is told so that it can hold the directory: schema, first entries, configuration.

Text for its administrator, who puts it into place or carries it over into hers; the tests run servers on exactly this.
``server_check`` asks a running server whether it is so. The embedded server's own words are in ``slapd_config``.
"""

from dataclasses import dataclass
from pathlib import Path

from directory.edge.ldap.names import SERVICE_DN, SERVICES, SUFFIX
from directory.edge.ldap.slapd_config import (
    MODULES,
    OUR_SCHEMA,
    OVERLAYS,
    ROOT_ACCESS,
    THREADS,
    database_settings,
    includes,
    quoted,
    readers_access,
    seed,
)

MIRROR_DN = f"cn=mirror,{SERVICES}"
SCHEMA_FILE, SEED_FILE = OUR_SCHEMA.name, "seed.ldif"
SERVER_CERTIFICATE, SERVER_KEY, AUTHORITY = "server.pem", "server.key", "ca.pem"
MIRROR_CERTIFICATE, MIRROR_KEY = "mirror.pem", "mirror.key"
REPLICATION_EVERY_S = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where things lie on the server's machine: ``folder`` holds configuration, schema and certificates (``ca.pem``,
    ``server.pem``, ``server.key``, and for a mirror ``mirror.pem``, ``mirror.key``); ``database`` and ``run`` exist
    and belong to the server's user."""

    folder: Path
    database: Path
    run: Path


USUAL_PLACE = Place(Path("/etc/ldap/tillit"), Path("/var/lib/ldap/tillit"), Path("/run/slapd"))


@dataclass(frozen=True, slots=True)
class Mirror:
    """One of two servers that follow each other: its own number (1 or 2) and its partner's address."""

    server_id: int
    partner_url: str


def example_config(place: Place, mirror: Mirror | None = None) -> str:
    """A slapd.conf. Tillit comes as ``SERVICE_DN``: by its password, or by a certificate of the subject ``CN=tillit``.

    Mirrors poll (``refreshOnly``). With ``refreshAndPersist`` slapd 2.5 sends what an *aborted* transaction would have
    done, and the partner keeps it for ever.
    """
    file = place.folder.joinpath
    return f"""# A directory server for Tillit. Only Tillit's own account changes what stands below {SUFFIX}.
{includes(place.folder / SCHEMA_FILE)}
{MODULES}
pidfile {quoted(place.run / "slapd.pid")}
# With more threads slapd 2.5 crashes about once in a thousand transactions.
threads {THREADS}
loglevel none
{"" if mirror is None else f"serverID {mirror.server_id}"}
TLSCertificateFile {quoted(file(SERVER_CERTIFICATE))}
TLSCertificateKeyFile {quoted(file(SERVER_KEY))}
TLSCACertificateFile {quoted(file(AUTHORITY))}
TLSProtocolMin 3.3
security simple_bind=128 update_ssf=128
# `try`: whoever shows a certificate shows a valid one. `demand` where nobody comes with a password.
TLSVerifyClient try
authz-regexp "^cn=tillit$" "{SERVICE_DN}"
authz-regexp "^cn=mirror$" "{MIRROR_DN}"
{ROOT_ACCESS}

database mdb
suffix "{SUFFIX}"
# Nobody can be this; replication and overlays write in its name.
rootdn "cn=root,{SUFFIX}"
directory {quoted(place.database)}
maxsize {16 * 1024**3}
{database_settings()}
limits dn.exact="{SERVICE_DN}" size=unlimited time=unlimited
limits dn.exact="{MIRROR_DN}" size=unlimited time=unlimited
access to * by dn.exact="{SERVICE_DN}" write by dn.exact="{MIRROR_DN}" read by * break
{readers_access()}
{OVERLAYS}
syncprov-checkpoint 100 1
{"" if mirror is None else _following(place, mirror)}
database monitor
access to * by dn.exact="{SERVICE_DN}" read by * none
"""


def example_seed(password_hash: str | None = None) -> str:
    """The entries above all members and the accounts, as LDIF. Without a hash only a certificate opens Tillit's.

    Load it into one of two mirrors only: the other gets it from its partner.
    """
    account = "" if password_hash is None else f"objectClass: simpleSecurityObject\nuserPassword: {password_hash}\n"
    return f"""{seed()}
dn: {SERVICE_DN}
objectClass: applicationProcess
{account}cn: tillit
description: Tillit itself, which alone changes the directory

dn: {MIRROR_DN}
objectClass: applicationProcess
cn: mirror
description: the partner of this server, which reads everything
"""


def example_files(place: Place, urls: tuple[str, ...], password_hash: str | None = None) -> dict[str, str]:
    """Every file by its name. ``urls`` are the servers' addresses: two of them are mirrors of each other."""
    files = {SCHEMA_FILE: OUR_SCHEMA.read_text(), SEED_FILE: example_seed(password_hash)}
    if len(urls) < 2:
        return {**files, "slapd.conf": example_config(place)}
    first, second = urls
    return {
        **files,
        "slapd-1.conf": example_config(place, Mirror(1, second)),
        "slapd-2.conf": example_config(place, Mirror(2, first)),
    }


def _following(place: Place, mirror: Mirror) -> str:
    file = place.folder.joinpath
    return f"""syncrepl rid=00{mirror.server_id} provider={mirror.partner_url} searchbase="{SUFFIX}"
  type=refreshOnly interval=00:00:00:{REPLICATION_EVERY_S:02} retry="1 +" timeout=5 network-timeout=2
  bindmethod=sasl saslmech=external tls_reqcert=demand tls_cacert={file(AUTHORITY)}
  tls_cert={file(MIRROR_CERTIFICATE)} tls_key={file(MIRROR_KEY)}
mirrormode on
"""
