"""What the private slapd is told: schema, indexes, limits, and who may see what. Text only; nothing is started here."""

from pathlib import Path
from urllib.parse import quote

from directory.core.entries import Entry, Function, Member, Person, Unit, VideoEndpoint
from directory.core.visibility import Visibility, visible
from directory.edge.ldap.attribute_primer import primer_ldif
from directory.edge.ldap.fields import FIELDS, PERIOD, PLACE
from directory.edge.ldap.hiding import NOT_CURRENT
from directory.edge.ldap.names import BASE, READER_DN, SERVICE_DN, SERVICES, SUFFIX, VIDEO

SYSTEM_SCHEMA = Path("/etc/ldap/schema")
OUR_SCHEMA = Path(__file__).parent / "schema" / "norrbotten-hsa.schema"
SESSION_LOG = 20_000
INDEXES = (
    ("objectClass,entryUUID,entryCSN", "eq"),
    ("hsaIdentity,hsaCommissionMember,hsaResponsibleHealthCareProvider", "eq,sub"),
    ("tillitMember,tillitSource,tillitSourceId,tillitNumberLookup,tillitKind", "eq"),
    ("cn,sn,givenName,o,ou,mail,telephoneNumber", "eq,sub"),
    ("municipalityCode,hsaSosTitleCode,title", "eq"),
    ("commUniqueId,h323Identityh323-ID,h323IdentitydialedDigits,SIPIdentitySIPURI", "eq"),
)
MODULES = """modulepath /usr/lib/ldap
moduleload back_mdb
moduleload syncprov
moduleload constraint"""
ROOT_ACCESS = """access to dn.base="" by * read
access to dn.base="cn=Subschema" by users read by * none"""
OVERLAYS = f"""overlay constraint
constraint_attribute hsaIdentity regex "^[A-Za-z]{{2,6}}[0-9]{{10,12}}-[A-Za-z0-9]+$"
constraint_attribute tillitNumberLookup regex "^[A-Za-z0-9]+:.+$"
overlay syncprov
syncprov-sessionlog {SESSION_LOG}"""
THREADS = 3
"""slapd 2.5.13 answers an operation of a transaction before it is done with it. The end of the transaction, taken by
another thread, then frees what the first still uses: slapd crashes. It takes up no more than ``threads / 2`` operations
of one connection at a time, so that with three threads each waits for the one before it."""
READERS_SECONDS = 2
"""A search that takes longer is no question of a mail program, and keeps the three threads from what matters."""
HIDDEN_CLASSES = (
    "hsaConfidentialPerson", "hsaCommission", "hiddenObject", "tillitRemoved", "hsaArchivedObject", NOT_CURRENT,
)  # fmt: skip
_CLASS_OF_READABLE: dict[type[Entry], str] = {
    Member: "hsaOrgExtension",
    Unit: "hsaUnitExtension",
    Function: "hsaRoleExtension",
    Person: "hsaPersonExtension",
    VideoEndpoint: "commObject",
}
"""The address book: what applications read over LDAP, each attribute by ``core.visibility``."""
# What stands on an object beside the fields of its entry: its kind and name, and what H.350 clients search for.
_ALWAYS_READABLE = ("entry", "objectClass", "cn", "o", "ou", "hsaIdentity")
_OF_THE_REST = "entry,objectClass,c,l,ou,o,orgNo,hsaIdentity"  # Folders, and care providers.
_BESIDE: dict[type[Entry], tuple[str, ...]] = {VideoEndpoint: ("commUniqueId",)}
_NOT_OVER_LDAP: dict[type[Entry], frozenset[str]] = {
    VideoEndpoint: frozenset({"owner"}),
    Unit: frozenset({"manager"}),
}
"""What depends on another entry: that may be a protected person, and an access rule of slapd does not look there."""


def readable_attributes(kind: type[Entry]) -> tuple[str, ...]:
    """The LDAP attributes of ``kind`` that the reading account may see: those that staff may see over HTTP."""
    shown = visible(kind, Visibility.STAFF) - _NOT_OVER_LDAP.get(kind, frozenset())
    fields = {field.attribute for field in FIELDS[kind] if field.name in shown}
    period = {attribute for _, attribute in PERIOD} if "period" in shown else set()
    public = {"hsaDestinationIndicator"} if "public" in shown else set()
    place = {attribute for _, attribute in PLACE} if "coordinates" in shown else set()
    return (
        *_ALWAYS_READABLE,
        *sorted({*fields, *period, *public, *place, *_BESIDE.get(kind, ())} - {*_ALWAYS_READABLE}),
    )


def config(*, database: Path, run: Path, user_id: int, group_id: int, max_bytes: int) -> str:
    """A slapd.conf. The user and group are ours: who connects to the socket as them is the service, without password.

    ``max_bytes`` is how large the database may grow: its file is sparse, so that it costs address space and no disk.
    """
    return f"""{includes(OUR_SCHEMA)}
{MODULES}
pidfile {quoted(run / "pid")}
threads {THREADS}
loglevel none
sizelimit size.soft=500 size.hard=5000 size.pr=500 size.prtotal=unlimited
conn_max_pending_auth 2000
authz-regexp "^gidNumber={group_id}\\\\+uidNumber={user_id},cn=peercred,cn=external,cn=auth$" "{SERVICE_DN}"
{ROOT_ACCESS}

database mdb
suffix "{SUFFIX}"
rootdn "{SERVICE_DN}"
directory {quoted(database)}
maxsize {max_bytes}
{database_settings()}
{readers_access()}
{OVERLAYS}

database monitor
access to dn.subtree="cn=Databases,cn=Monitor" by dn.exact="{SERVICE_DN}" read by * none
access to * by * none
"""


def includes(our_schema: Path) -> str:
    """``our_schema`` is where our schema file lies on the server's machine."""
    named = (SYSTEM_SCHEMA / f"{name}.schema" for name in ("core", "cosine", "inetorgperson"))
    return "\n".join(f"include {quoted(path)}" for path in (*named, our_schema))


def database_settings() -> str:
    """``rtxnsize 0`` lets one search see one moment, however long it is."""
    limits = f'limits dn.exact="{READER_DN}" time.soft={READERS_SECONDS} time.hard={READERS_SECONDS}'
    return "\n".join(("rtxnsize 0", limits, *(f"index {names} {kinds}" for names, kinds in INDEXES)))


def readers_access() -> str:
    """Readers are kept from: protected people, assignments (they would tell a protected person's id), look-up hashes
    and sources."""
    hidden = "".join(f"(objectClass={name})" for name in HIDDEN_CLASSES)
    readable = "\n".join(
        f'access to dn.subtree="{SUFFIX}" filter="(objectClass={name})" attrs={",".join(readable_attributes(kind))} '
        f'by dn.exact="{READER_DN}" read by * none'
        for kind, name in _CLASS_OF_READABLE.items()
    )
    return f"""access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="{SERVICES}" by * none
access to filter="(|{hidden})" by * none
{readable}
access to dn.subtree="{SUFFIX}" attrs={_OF_THE_REST} by dn.exact="{READER_DN}" read by * none
access to * by * none"""


def seed() -> str:
    """The entries above all members, as LDIF, at revision 0."""
    county = BASE.partition(",")[0].removeprefix("l=")
    return f"""dn: {SUFFIX}
objectClass: country
objectClass: tillitDirectory
c: SE
tillitRevision: 0

dn: {BASE}
objectClass: locality
l: {county}

dn: {SERVICES}
objectClass: organizationalUnit
ou: Services

dn: {VIDEO}
objectClass: organizationalUnit
ou: Video

dn: {READER_DN}
objectClass: applicationProcess
objectClass: simpleSecurityObject
cn: reader
description: applications that read the address book
userPassword: {{SSHA}}!

{primer_ldif()}"""


def touch() -> str:
    """A change that changes nothing, as LDIF."""
    return f"""dn: {SERVICES}
changetype: modify
replace: ou
ou: Services
"""


def quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def ldapi_uri(socket: Path) -> str:
    return f"ldapi://{quote(str(socket), safe='')}"
