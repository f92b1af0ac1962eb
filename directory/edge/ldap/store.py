"""The directory's store in LDAP: keeps ``directory.ports.DirectoryStore`` on the private slapd or on a server of yours.

The revision stands on the suffix entry and is part of every transaction: its old value is deleted and its new one
added, so that of two writers at one revision only one can succeed. What a server of yours needs for it is written by
``server_example`` and asked for by ``server_check``.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from threading import Lock
from typing import Any
from uuid import UUID

import ldap3
from ldap3.core.results import RESULT_CODES
from ldap3.utils.conv import escape_filter_chars

from directory.core.changes import Change
from directory.core.malformed import Malformed
from directory.edge.ldap import change_plan
from directory.edge.ldap.connections import READ_TIMEOUT_S, Connections
from directory.edge.ldap.content_sync import CookieRefused, Difference, Found, SearchRefused, difference
from directory.edge.ldap.entry_mapping import id_in, texts_of
from directory.edge.ldap.fields import ATTRIBUTES, KIND_OF_CLASS, Values
from directory.edge.ldap.hiding import NOT_CURRENT, marked, turn, turning
from directory.edge.ldap.names import SUFFIX, sibling_key
from directory.edge.ldap.operations import ADD_VALUES, DELETE_VALUES, Modify, Operation
from directory.edge.ldap.reading import REVISION, Like, ObjectReader, ReadObjects, is_removed, unlike
from directory.edge.ldap.servers import Open, Servers
from directory.edge.ldap.stamps import unhide, wake
from directory.edge.ldap.transactions import OperationRefused, do_together
from directory.ports import Delta, StoreState
from directory.refusals import StoreOutOfStep, StoreRejected, StoreReplaced, StoreUnavailable
from vocabulary.hsa_id import HsaId

STATE_CLASS = "tillitDirectory"
_WANTED = (STATE_CLASS, *KIND_OF_CLASS)
_READ = (*ATTRIBUTES, REVISION)
_BULK_TIMEOUT_S = 10
_WRITE_TIMEOUT_S = 5
_PER_OPERATION_S = 0.01
_ASKED_AT_ONCE = 100
_ASKED_AGAIN = 3
_NO_SUCH_OBJECT = 32
_DATABASES = "cn=Databases,cn=Monitor"
_PAGES = ("olmMDBPagesMax", "olmMDBPagesUsed")
_NEARLY_FULL = 0.8
_LIMITS = frozenset({3, 4, 11})  # RFC 4511 A: of time, of size, and what an administrator set
# Answers that say something about the server, not about the content: trying again later may help. (RFC 4511 A)
_SERVER_TROUBLE = frozenset({1, 3, 8, 11, 49, 50, 51, 52, 53, 80})


class _NoRevision(StoreUnavailable):
    """The suffix entry is not shown, or has none."""


class LdapStore:
    """Holds nothing of the directory but which id each object had last.

    ``open_one`` comes from ``connections`` or ``network``; several ``Servers`` mirror each other. ``keeps_awake`` says
    that a server may be killed and started without us: its contextCSN is then older than its entries, which would hide
    them from every whole reading, until something changes.
    """

    def __init__(self, servers: Open | Servers, *, keeps_awake: bool = False) -> None:
        self._servers = servers if isinstance(servers, Servers) else Servers.of_one(servers)
        self._connections = Connections(self._servers)
        self._keeps_awake = keeps_awake
        self._era: int | None = None
        self._awake_in: int | None = None  # In which era nothing is hidden from us any more.
        self._polling = Lock()
        self._known: dict[bytes, str | None] = {}  # Which id (its key) each object had last, by its UUID.
        self._broken: dict[bytes, tuple[Malformed, ...]] = {}
        self._cookie: bytes | None = None
        self._sound = b""  # The cookie by which the newest revision was told of: it is not past anything of that.
        self._revision = 0
        self._some_id_stands_twice = False

    def close(self) -> None:
        self._connections.close()

    @property
    def is_mirrored(self) -> bool:
        return self._servers.are_several

    def load(self, like: Like = unlike) -> StoreState:
        with self._polling, self._lend(_BULK_TIMEOUT_S) as connection:
            return self._loaded(connection, like)

    def take_up(self, like: Like = unlike) -> StoreState:
        with self._polling, self._connections.lend(_BULK_TIMEOUT_S) as (connection, era):
            self._awake_in = None
            state = self._loaded(connection, like)
            self._era = self._awake_in = era
            return state

    def revision(self) -> int:
        with self._lend() as connection:
            return _revision_at(connection)

    def poll(self, cookie: bytes) -> Delta:
        """slapd moves contextCSN while it works through a transaction, before it commits: a poll in between gets a
        cookie that is past changes which it did not see, and no later poll would tell them. The revision shows it,
        since it is the first change of each transaction: if we were told of another than stands there, we ask again
        since where it was last told of, and read all anew only when that does not tell it either."""
        with self._polling, self._lend() as connection:
            _revision_at(connection)  # A server that stands still is found out before anything long is asked of it.
            connection.socket.settimeout(_BULK_TIMEOUT_S)
            if cookie and cookie == self._cookie:
                for since in (cookie, *[self._sound] * _ASKED_AGAIN):
                    delta = self._difference_since(connection, since)
                    if delta is not None:
                        return delta
            return self._all_anew(connection)

    @contextmanager
    def _lend(self, timeout_s: float = READ_TIMEOUT_S) -> Iterator[ldap3.Connection]:
        """A connection to the server that was taken up; to the first that answers if none ever was."""
        with self._connections.lend(timeout_s) as (connection, era):
            self._era = era if self._era is None else self._era
            if era != self._era:
                raise StoreReplaced("another server serves the directory since, and is being compared with the journal")
            yield connection

    def _loaded(self, connection: ldap3.Connection, like: Like) -> StoreState:
        read = self._read_all(connection, like)
        return StoreState(read.entries, self._revision, self._cookie or b"", read.malformed)

    def _difference_since(self, connection: ldap3.Connection, cookie: bytes) -> Delta | None:
        """``None``, and nothing has changed here, when this cookie does not lead to what stands in the server now."""
        reader = ObjectReader()
        try:
            told = difference(connection, SUFFIX, _WANTED, _READ, cookie, reader.take)
        except CookieRefused:
            return None
        gone = self._gone(told, reader)
        if (self._revision if reader.revision is None else reader.revision) != _revision_at(connection):
            return None
        if reader.revision is not None:
            self._sound = cookie
        if not reader.count and not gone:
            self._cookie = told.cookie
            return Delta((), (), told.cookie, self._revision, broken=self._all_broken())
        if self._some_id_stands_twice:
            return self._all_anew(connection)
        return self._taken_in(connection, told, reader, gone)

    def apply(self, changes: Sequence[Change], revision: int) -> None:
        self._carry_out(changes, revision - 1, revision)

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        self._carry_out(changes, follows, reached)

    def hide(self, ids: Collection[HsaId]) -> int:
        with self._lend(_BULK_TIMEOUT_S) as connection:
            wanted = f"(objectClass={NOT_CURRENT})"
            has = marked(_search(connection, SUFFIX, wanted, ldap3.SUBTREE, ["hsaIdentity", "objectClass"]))
            lacking = [hsa_id for hsa_id in ids if hsa_id.key not in has]
            return turn(connection, turning(ids, has, _names_of(connection, lacking)))

    def _carry_out(self, changes: Sequence[Change], expected: int, revision: int) -> None:
        """One transaction that leads from revision ``expected`` to ``revision``."""
        with self._lend() as connection:
            found = _revision_at(connection)
            if found == revision != expected:
                return
            if found != expected:
                raise StoreOutOfStep(expected, found)
            _sweep(connection)
            plan = self._planned(connection, changes)
        step = Modify(SUFFIX, ((DELETE_VALUES, REVISION, [str(found)]), (ADD_VALUES, REVISION, [str(revision)])))
        operations = [step, *(operation for _, operation in plan)]
        subjects = [None, *(hsa_id for hsa_id, _ in plan)]
        try:
            self._do(operations)
        except OperationRefused as refusal:
            self._explain(refusal, subjects, expected, revision)
        if any(isinstance(each, Modify) and each.marks(change_plan.REMOVED_CLASS) for each in operations):
            self._tidy_up()

    def _tidy_up(self) -> None:
        """The transaction stands already: what cannot be swept now is swept before the next one."""
        with suppress(StoreUnavailable), self._lend() as connection:
            _sweep(connection)

    def _do(self, operations: Sequence[Operation]) -> None:
        with self._lend(_WRITE_TIMEOUT_S + _PER_OPERATION_S * len(operations)) as connection:
            do_together(connection, operations)

    def _explain(
        self, refusal: OperationRefused, subjects: Sequence[HsaId | None], expected: int, revision: int
    ) -> None:
        """Raise what the refusal means; return when another writer did this very step in the meantime."""
        if refusal.code in _SERVER_TROUBLE:
            raise StoreUnavailable(self._why_it_cannot_write(), detail=str(refusal)) from refusal
        if refusal.index == 0:
            found = self.revision()
            if found == revision:
                return
            raise StoreOutOfStep(expected, found) from refusal
        subject = None if refusal.index is None else subjects[refusal.index]
        name = "the transaction" if subject is None else f"`{subject}`"
        problem = RESULT_CODES.get(refusal.code, str(refusal.code))
        raise StoreRejected(f"the directory server refuses {name}: {problem}", detail=refusal.said) from refusal

    def _why_it_cannot_write(self) -> str:
        """slapd says nothing of a full database; where its monitor may be read, the counts of pages tell."""
        with suppress(StoreUnavailable), self._lend() as connection:
            for _, values in _search(connection, _DATABASES, "(olmMDBPagesMax=*)", ldap3.SUBTREE, [*_PAGES]):
                most, used = (int(values[name][0]) for name in _PAGES)
                if used > _NEARLY_FULL * most:  # A transaction needs some of the rest for its own copies of pages.
                    return (
                        "the directory server's database is full: let it grow larger (`ldap_max_bytes`, for a server "
                        "of yours `maxsize`) and start anew; what was acknowledged is kept, and reading goes on"
                    )
        return "the directory server cannot write now: see that its disk has room"

    def _planned(self, connection: ldap3.Connection, changes: Sequence[Change]) -> list[tuple[HsaId, Operation]]:
        names = _names_of(connection, change_plan.ids_needed(changes))
        return change_plan.planned(
            changes, names, lambda dn: _keys_below(connection, dn), lambda dn: _objects_below(connection, dn)
        )

    def _gone(self, told: Difference, reader: ObjectReader) -> set[bytes]:
        """What was told as deleted, marked as removed, or not told as present; and was known to us."""
        unnamed = self._known.keys() - told.present if told.present_phase else set()
        return (unnamed | ((told.deleted | reader.removed) & self._known.keys())) - reader.taken()

    def _taken_in(
        self, connection: ldap3.Connection, told: Difference, reader: ObjectReader, gone: set[bytes]
    ) -> Delta:
        # slapd tells the deletions of an aborted transaction too: what is still there was not deleted.
        for each in _with_uuids(connection, gone):
            reader.take(each)
        gone -= reader.taken()
        read = reader.finish(lambda dn: _values_at(connection, dn))
        # An object whose id was changed has lost the former one.
        lost = {self._known.get(uuid) for uuid in (*gone, *read.keys)}
        came = [key for key in read.keys.values() if key is not None]
        if len(came) != len(set(came)) or _somebody_else_has(connection, read.keys, self._known):
            return self._all_anew(connection)
        for uuid in gone:
            del self._known[uuid]
        self._known |= read.keys
        seen = gone | read.keys.keys()
        self._broken = {uuid: held for uuid, held in self._broken.items() if uuid not in seen} | dict(read.broken)
        self._cookie = told.cookie
        self._revision = self._revision if read.revision is None else read.revision
        removed = tuple(HsaId.parse(key) for key in lost.difference(came) if key is not None)
        broken = self._all_broken()
        return Delta(read.entries, removed, told.cookie, self._revision, malformed=read.malformed, broken=broken)

    def _all_anew(self, connection: ldap3.Connection) -> Delta:
        read = self._read_all(connection, unlike)
        cookie, broken = self._cookie or b"", self._all_broken()
        return Delta(read.entries, (), cookie, self._revision, complete=True, malformed=read.malformed, broken=broken)

    def _all_broken(self) -> tuple[Malformed, ...]:
        return tuple(one for held in self._broken.values() for one in held)

    def _read_all(self, connection: ldap3.Connection, like: Like) -> ReadObjects:
        if not self._keeps_awake:
            return self._read(connection, like)
        if self._awake_in == self._era:
            wake(connection)
            with suppress(_NoRevision):
                return self._read(connection, like)
        unhide(connection)
        read = self._read(connection, like)
        self._awake_in = self._era
        return read

    def _read(self, connection: ldap3.Connection, like: Like) -> ReadObjects:
        self._cookie = None
        reader = ObjectReader(like)
        try:
            told = difference(connection, SUFFIX, _WANTED, _READ, b"", reader.take)
        except (SearchRefused, CookieRefused) as refusal:
            raise StoreUnavailable(_why_it_does_not_tell(refusal), detail=str(refusal)) from refusal
        read = reader.finish(lambda dn: _values_at(connection, dn))
        if read.revision is None:
            raise _no_revision()
        self._known, self._broken = dict(read.keys), dict(read.broken)
        self._some_id_stands_twice = read.some_id_stands_twice
        self._revision, self._cookie, self._sound = read.revision, told.cookie, told.cookie
        return read


def _why_it_does_not_tell(refusal: SearchRefused | CookieRefused) -> str:
    if isinstance(refusal, SearchRefused) and refusal.code in _LIMITS:
        return "the directory server does not let us read everything: our account needs `limits … size=unlimited`"
    return "the directory server does not let us read"


def _revision_at(connection: ldap3.Connection) -> int:
    for _, values in _search(connection, SUFFIX, f"(objectClass={STATE_CLASS})", ldap3.BASE, [REVISION]):
        if texts := values.get(REVISION):
            return int(texts[-1])
    raise _no_revision()


def _no_revision() -> StoreUnavailable:
    return _NoRevision(
        "the directory server shows no revision on its suffix entry: it holds no directory of ours, or it was killed "
        "and its contextCSN is older than its entries until the next change"
    )


def _values_at(connection: ldap3.Connection, dn: str) -> Values | None:
    found = _search(connection, dn, "(objectClass=*)", ldap3.BASE, ["objectClass", "hsaIdentity"])
    return found[0][1] if found else None


def _names_of(connection: ldap3.Connection, ids: Iterable[HsaId]) -> dict[HsaId, str]:
    """The DN of each id that stands in the tree. Raises ``StoreRejected`` for one that stands there twice."""
    names: dict[HsaId, str] = {}
    for dn, values in _search_each(connection, "hsaIdentity", map(str, ids), ["hsaIdentity", "objectClass"]):
        hsa_id = id_in(values)
        if hsa_id is None or is_removed(values):
            continue
        if hsa_id in names:
            raise StoreRejected(f"`{hsa_id}` stands twice in the store: one of them must be removed there first")
        names[hsa_id] = dn
    return names


def _keys_below(connection: ldap3.Connection, dn: str) -> frozenset[str]:
    found = _search(connection, dn, "(|(objectClass=organizationalUnit)(objectClass=organization))", ldap3.LEVEL,
                    ["ou", "o"])  # fmt: skip
    return frozenset(sibling_key(text) for _, values in found for texts in values.values() for text in texts)


def _objects_below(connection: ldap3.Connection, dn: str) -> list[tuple[str, dict[str, list[bytes]]]]:
    """Whole objects at and below ``dn``, but for what is marked as removed."""
    _search(connection, dn, f"(!(objectClass={change_plan.REMOVED_CLASS}))", ldap3.SUBTREE, ["*"])
    return [(each["dn"], dict(each["raw_attributes"])) for each in connection.response or ()]


def _with_uuids(connection: ldap3.Connection, uuids: Iterable[bytes]) -> list[Found]:
    names = (str(UUID(bytes=uuid)) for uuid in uuids)
    found = _search_each(connection, "entryUUID", names, [*_READ, "entryUUID"])
    told = (Found(UUID(values["entryUUID"][0]).bytes, dn, values) for dn, values in found)
    return [each for each in told if not is_removed(each.values)]


def _somebody_else_has(
    connection: ldap3.Connection, came: Mapping[bytes, str | None], known: Mapping[bytes, str | None]
) -> bool:
    """Whether an id that is new on an object stands on another one too."""
    new = [key for uuid, key in came.items() if key is not None and known.get(uuid) != key]
    found = _search_each(connection, "hsaIdentity", new, ["entryUUID", "objectClass"])
    held = (values for _, values in found if not is_removed(values))
    return any(UUID(values["entryUUID"][0]).bytes not in came for values in held)


def _sweep(connection: ldap3.Connection) -> None:
    """Delete what is marked as removed, children first, each alone. What has somebody else's child stays as it is."""
    marked = _search(connection, SUFFIX, f"(objectClass={change_plan.REMOVED_CLASS})", ldap3.SUBTREE, ["1.1"])
    for dn in sorted((dn for dn, _ in marked), key=len, reverse=True):
        connection.delete(dn)  # type: ignore[no-untyped-call]  # the stubs lack it


def _search_each(
    connection: ldap3.Connection, attribute: str, texts: Iterable[str], attributes: list[str]
) -> list[tuple[str, Values]]:
    """The objects whose indexed ``attribute`` is one of ``texts``, asked for in filters of a bounded size."""
    waiting = iter(texts)
    found: list[tuple[str, Values]] = []
    while some := list(islice(waiting, _ASKED_AT_ONCE)):
        either = "".join(f"({attribute}={escape_filter_chars(text)})" for text in some)
        found += _search(connection, SUFFIX, f"(|{either})", ldap3.SUBTREE, attributes)
    return found


def _search(
    connection: ldap3.Connection, base: str, wanted: str, scope: Any, attributes: list[str]
) -> list[tuple[str, Values]]:
    connection.search(base, wanted, scope, attributes=attributes)
    code = connection.result["result"]
    if code == _NO_SUCH_OBJECT:
        return []
    if code != 0:
        raise StoreUnavailable("the directory server does not let us read", detail=str(connection.result))
    entries = (each for each in connection.response or () if each["type"] == "searchResEntry")
    return [(each["dn"], texts_of(each["raw_attributes"])) for each in entries]
