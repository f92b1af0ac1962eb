"""Whether a directory server of yours can hold the directory: asked before anything is entrusted to it.

Each question is one function and one clear refusal with its remedy; ``QUESTIONS`` is their order. Everything is asked
for real, since what a server announces is not what it allows: a change is rehearsed in a transaction that ends in a
step which must fail, so that nothing of it is ever done. What is written is ``attribute_primer``'s entry, where it
lacks: without it that very rehearsal could spoil the database.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ldap3
from cryptography.x509 import load_pem_x509_certificate
from ldap3.core.exceptions import LDAPExceptionError

from directory.edge.ldap.attribute_primer import prime
from directory.edge.ldap.connections import discard
from directory.edge.ldap.content_sync import CookieRefused, SearchRefused, difference
from directory.edge.ldap.names import BASE, SERVICES, SUFFIX, same
from directory.edge.ldap.operations import ADD_VALUES, DELETE_VALUES, REPLACE_VALUES, Add, Modify, Operation
from directory.edge.ldap.reading import REVISION, ObjectReader
from directory.edge.ldap.refusals import (
    BaseMissing,
    CertificateRefused,
    FeatureMissing,
    RightsMissing,
    SchemaUnfit,
    ServerUnfit,
    ServerUnreachable,
)
from directory.edge.ldap.schema_reading import by_name, definitions_in_schema_file, differing
from directory.edge.ldap.servers import Server
from directory.edge.ldap.slapd_config import OUR_SCHEMA, THREADS
from directory.edge.ldap.store import STATE_CLASS
from directory.edge.ldap.transactions import OperationRefused, do_together
from directory.refusals import StoreUnavailable

_NAMED_AT_MOST = 8
_WRITERS_IN_BETWEEN = 5
_NO_SUCH_CONTROL, _NO_SUCH_ATTRIBUTE, _NO_ACCESS = 12, 16, 50
_AFFLICTED = "slapd 2.5."
_READ_ONLY = frozenset({10, 53})
_SCHEMA_TROUBLE = frozenset({17, 21, 64, 65, 69})
_HOW = "`./tillit directory ldap-files FOLDER` writes"
_MAX_THREADS = "cn=Max,cn=Threads,cn=Monitor"


@dataclass(frozen=True, slots=True)
class Asked:
    """The server under question: its address, a bound connection, and its own account of itself (its root DSE)."""

    url: str
    connection: ldap3.Connection
    root: "dict[str, list[str]]"

    def entry(self, dn: str, wanted: str, attributes: Sequence[str]) -> dict[str, list[str]] | None:
        """The attributes of one object; ``None`` where it is not there for us."""
        self.connection.search(dn, wanted, ldap3.BASE, attributes=list(attributes))
        for found in self.connection.response or ():
            if found["type"] == "searchResEntry":
                return {name: [v.decode() for v in values] for name, values in found["raw_attributes"].items()}
        return None


@dataclass(frozen=True, slots=True)
class Finding:
    """One question and what is wrong; ``refusal`` is ``None`` when nothing is. ``note`` is what an administrator should
    see to herself, since it cannot be asked."""

    question: str
    refusal: ServerUnfit | None = None
    note: str | None = None


def serves_our_tree(asked: Asked) -> None:
    served = asked.root.get("namingContexts", [])
    if not served:
        raise RightsMissing(
            f'`{asked.url}` does not say what it holds: let us read its root DSE (`access to dn.base="" by * read`)'
        )
    if not any(same(each) == same(SUFFIX) for each in served):
        raise BaseMissing(
            f"`{asked.url}` holds {_listed(served)} and not `{SUFFIX}`: name another server, or give it a database "
            f'with `suffix "{SUFFIX}"`; {_HOW} an example'
        )


def knows_our_schema(asked: Asked) -> None:
    where = asked.root.get("subschemaSubentry", ["cn=Subschema"])[0]
    shown = asked.entry(where, "(objectClass=subschema)", ["attributeTypes", "objectClasses"])
    if shown is None:
        raise RightsMissing(
            f'`{asked.url}` does not show us its schema: let us read it (`access to dn.base="{where}" by users read`)'
        )
    ours = definitions_in_schema_file(OUR_SCHEMA.read_text())
    theirs = by_name(shown.get("attributeTypes", ())), by_name(shown.get("objectClasses", ()))
    missing, other = (
        [*attributes, *classes] for attributes, classes in zip(*map(differing, ours, theirs), strict=True)
    )
    if missing:
        raise SchemaUnfit(
            f"`{asked.url}` does not know {_listed(missing)}: include `{OUR_SCHEMA.name}` ({_HOW} it) and start "
            "the server anew"
        )
    if other:
        raise SchemaUnfit(
            f"`{asked.url}` knows {_listed(other)} otherwise than we do: put this version's `{OUR_SCHEMA.name}` in "
            f"place of what it includes ({_HOW} it)"
        )


def holds_the_top_of_the_tree(asked: Asked) -> None:
    ours = f"(&(objectClass={STATE_CLASS})({REVISION}=*))"
    for dn, wanted in ((SUFFIX, ours), (BASE, "(objectClass=*)"), (SERVICES, "(objectClass=*)")):
        if asked.entry(dn, wanted, ["objectClass"]) is None:
            raise BaseMissing(
                f"`{asked.url}` shows us no entry `{dn}`: load `seed.ldif` ({_HOW} it) into the new database; if it "
                "is loaded, our account may not read it"
            )


def synchronises_content(asked: Asked) -> None:
    try:
        difference(asked.connection, SUFFIX, (STATE_CLASS,), (REVISION,), b"", ObjectReader().take)
    except (SearchRefused, CookieRefused) as refused:
        raise FeatureMissing(
            f"`{asked.url}` does not tell what changed in `{SUFFIX}` (RFC 4533; {refused}): give its database `overlay "
            "syncprov` and `syncprov-sessionlog 20000`"
        ) from refused


def lets_us_write_every_attribute(asked: Asked) -> None:
    try:
        prime(asked.connection)
    except OperationRefused as refusal:
        raise _meaning(asked, refusal) from refusal


def changes_in_transactions(asked: Asked) -> None:
    for _ in range(_WRITERS_IN_BETWEEN):
        refusal = _rehearsed(asked)
        if refusal is None:
            return
        if refusal.index == 0 and refusal.code == _NO_SUCH_ATTRIBUTE:
            continue  # Another Tillit wrote just now, so that it is at another revision.
        if refusal.code == _NO_SUCH_CONTROL or (refusal.index is None and refusal.code not in _READ_ONLY):
            raise FeatureMissing(
                f"`{asked.url}` has no transactions (RFC 5805; {refusal}), in which the directory is changed: use "
                "OpenLDAP 2.5 or later with a database of the kind mdb"
            )
        raise _meaning(asked, refusal)


def bears_transactions(asked: Asked) -> str | None:
    """slapd 2.5 crashes when a transaction's end overtakes its last operation, which more threads make possible."""
    shown = asked.entry(_MAX_THREADS, "(objectClass=*)", ["monitoredInfo"]) or {}
    version = asked.entry("cn=Monitor", "(objectClass=*)", ["monitoredInfo"]) or {}
    threads, named = (next(iter(each.get("monitoredInfo", ())), "") for each in (shown, version))
    if not threads.isdecimal() or int(threads) > THREADS:
        unseen = f"runs {threads} threads" if threads.isdecimal() else "does not show us its monitor"
        if _AFFLICTED in named and threads.isdecimal():
            raise ServerUnfit(
                f"`{asked.url}` is {named} with {threads} threads, which crashes about once in a thousand "
                f"transactions: write `threads {THREADS}` into its configuration (`olcThreads: {THREADS}` in "
                "cn=config), and start it anew"
            )
        return (
            f"it {unseen}: slapd 2.5 crashes about once in a thousand transactions unless its configuration says "
            f"`threads {THREADS}`; see to that yourself"
        )
    return None


def _meaning(asked: Asked, refusal: OperationRefused) -> ServerUnfit:
    if refusal.code == _NO_ACCESS:
        return RightsMissing(
            f"`{asked.url}` does not let us write: to it we are `{_who_we_are(asked)}`, which needs `write` on all "
            f'of `{SUFFIX}` (`access to * by dn.exact="…" write by * break`, before every other rule)'
        )
    if refusal.code in _READ_ONLY:
        return RightsMissing(
            f"`{asked.url}` takes no changes ({refusal}): it is a copy that another server writes to, or "
            "read-only; name the server that is written to"
        )
    if refusal.code in _SCHEMA_TROUBLE:
        return SchemaUnfit(f"`{asked.url}` refuses an entry of ours ({refusal}): put this version's schema in place")
    return ServerUnfit(f"`{asked.url}` refuses a change that it should take ({refusal})")


Question = Callable[[Asked], str | None]
"""Raises a ``ServerUnfit`` kind, or gives a note."""

QUESTIONS: tuple[Question, ...] = (
    serves_our_tree,
    knows_our_schema,
    holds_the_top_of_the_tree,
    synchronises_content,
    lets_us_write_every_attribute,
    changes_in_transactions,
    bears_transactions,
)


def check_server(server: Server, now: datetime, certificate_file: Path | None = None) -> tuple[Finding, ...]:
    """Every question with its answer; those that cannot be asked any more after one failed are left out.

    ``certificate_file`` is the certificate by which we log in: a server says little about one that has expired.
    """
    entering = "answers and lets us in"
    try:
        if certificate_file is not None:
            _demand_valid(certificate_file, now)
        connection = server.open_one()
    except ServerUnfit as refusal:
        return (Finding(entering, refusal),)
    findings = [Finding(entering)]
    try:
        asked = Asked(server.name, connection, _root_of(connection))
        for question in QUESTIONS:
            name = question.__name__.replace("_", " ")
            try:
                note = question(asked)
            except ServerUnfit as refusal:
                return (*findings, Finding(name, refusal))
            findings.append(Finding(name, note=note))
    except (LDAPExceptionError, OSError, StoreUnavailable) as lost:
        problem = ServerUnreachable(f"`{server.name}` stopped answering ({lost})")
        return (*findings, Finding("goes on answering", problem))
    finally:
        discard(connection)
    return tuple(findings)


def demand_fit(server: Server, now: datetime, certificate_file: Path | None = None) -> tuple[str, ...]:
    """Raises the first ``ServerUnfit``; gives what is left for an administrator to see to."""
    findings = check_server(server, now, certificate_file)
    for finding in findings:
        if finding.refusal is not None:
            raise finding.refusal
    return tuple(finding.note for finding in findings if finding.note is not None)


def _demand_valid(file: Path, now: datetime) -> None:
    try:
        certificate = load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as problem:
        raise CertificateRefused(f"`{file}` holds no certificate that can be read ({problem})") from problem
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise CertificateRefused(
            f"our certificate in `{file}` is valid from {certificate.not_valid_before_utc:%Y-%m-%d} to "
            f"{certificate.not_valid_after_utc:%Y-%m-%d} only: have a new one issued"
        )


def _root_of(connection: ldap3.Connection) -> dict[str, list[str]]:
    wanted = ["namingContexts", "subschemaSubentry"]
    return Asked("", connection, {}).entry("", "(objectClass=*)", wanted) or {}


def _rehearsed(asked: Asked) -> OperationRefused | None:
    """Why the server refuses what we do every day; ``None`` when it refuses only the step that must fail."""
    state = asked.entry(SUFFIX, f"(objectClass={STATE_CLASS})", [REVISION])
    now = "0" if state is None else state[REVISION][0]
    dn = f"o=Tillit rehearses,{BASE}"
    steps: list[Operation] = [
        Modify(SUFFIX, ((DELETE_VALUES, REVISION, [now]), (ADD_VALUES, REVISION, [now]))),
        Add(dn, {"objectClass": ["top", "organization", "tillitRemoved"], "o": ["Tillit rehearses"]}),
        Modify(dn, ((REPLACE_VALUES, "description", ["nothing of this is ever done"]),)),
        Modify(SUFFIX, ((DELETE_VALUES, REVISION, ["-1000000000"]),)),
    ]
    try:
        do_together(asked.connection, steps)
    except OperationRefused as refusal:
        return None if refusal.index == len(steps) - 1 and refusal.code == _NO_SUCH_ATTRIBUTE else refusal
    raise ServerUnfit(f"`{asked.url}` carried out a step that is impossible: it is no server that can be relied on")


def _who_we_are(asked: Asked) -> str:
    told = asked.connection.extend.standard.who_am_i()
    return str(told or "anonymous").removeprefix("dn:")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_NAMED_AT_MOST])
    more = len(names) - _NAMED_AT_MOST
    return shown if more <= 0 else f"{shown} and {more} more"
