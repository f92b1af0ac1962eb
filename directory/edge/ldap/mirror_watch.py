"""Sees that a mirror holds what stands in the server that serves, and mends what replication lost.

slapd 2.5.13 moves contextCSN while it works through a transaction, before it commits. A mirror that polls in between is
told that it has everything up to there, without having it, and no later poll brings it. What a mirror lacks though it
says that it has it is therefore *touched* where it stands: a change that changes nothing makes it new, and the next
poll brings it. What of the directory is served never rests on a mirror: ``actions.bring_up`` compares with the journal.

A mirror that was killed may keep objects that nobody ever had of it, and that were written again at its partner, under
other names since. Such a *double* (its id stands on another object, which both have) is taken away from the mirror.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from threading import Lock

import ldap3
from ldap3.core.exceptions import LDAPExceptionError, LDAPSocketReceiveError

from directory.edge.ldap import ber
from directory.edge.ldap.connections import discard
from directory.edge.ldap.messages import receive, result_in, send
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.reading import REVISION
from directory.edge.ldap.servers import Server, Servers
from directory.refusals import DirectoryUnavailable, StoreUnavailable

_BULK_TIMEOUT_S = 10
_TOUCHED_AT_ONCE = 2_000
_ASSERTION = "1.3.6.1.1.12"
_ENTRY, _DONE = 0x64, 0x65
_DOES_NOT_ANSWER = (LDAPExceptionError, OSError, DirectoryUnavailable)


class Following(StrEnum):
    """How a mirror stands to the server that serves."""

    AWAY = "does not answer"
    BEHIND = "is behind"
    LEVEL = "holds everything"


@dataclass(frozen=True, slots=True)
class Mirror:
    """``revision`` is what it says it has reached, -1 while it does not answer. ``mended`` is how many objects of it
    were touched or taken away just now."""

    name: str
    following: Following
    revision: int = -1
    mended: int = 0


@dataclass(frozen=True, slots=True)
class _Object:
    uuid: str
    dn: str
    stamp: str
    """Its entryCSN: when it was changed last, and by the server of which number."""
    hsa_id: str | None
    revision: int | None


class MirrorWatch:
    """``look`` every few seconds. It costs what was changed since the last look; everything is compared when a mirror
    comes back, and when another begins to serve."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._lock = Lock()
        self._level_up_to: dict[str, str] = {}
        """By mirror: the stamp before which nothing needs to be compared any more."""
        self._era = -1

    def look(self) -> tuple[Mirror, ...]:
        """Each mirror of the server that serves. Raises ``StoreUnavailable`` when none serves."""
        with self._lock, self._serving() as (serving, era):
            if era != self._era:
                self._era = era
                self._level_up_to.clear()
            return tuple(self._looked_at(mirror, serving) for mirror in self._servers.others)

    @contextmanager
    def _serving(self) -> Iterator[tuple[ldap3.Connection, int]]:
        try:
            connection, era = self._servers.open()
            connection.socket.settimeout(_BULK_TIMEOUT_S)
        except _DOES_NOT_ANSWER as problem:
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        try:
            yield connection, era
        except (LDAPExceptionError, OSError) as problem:
            raise StoreUnavailable("the directory server does not answer", detail=repr(problem)) from problem
        finally:
            discard(connection)

    def _looked_at(self, mirror: Server, serving: ldap3.Connection) -> Mirror:
        try:
            connection = mirror.open_one()
        except _DOES_NOT_ANSWER:
            self._level_up_to.pop(mirror.name, None)
            return Mirror(mirror.name, Following.AWAY)
        try:
            connection.socket.settimeout(_BULK_TIMEOUT_S)
            claimed = _claimed(connection)
            there = _objects(serving, self._level_up_to.get(mirror.name))
            here = _objects(connection, self._level_up_to.get(mirror.name))
            return self._compared(mirror, serving, connection, claimed, there, here)
        except (LDAPExceptionError, OSError):
            self._level_up_to.pop(mirror.name, None)
            return Mirror(mirror.name, Following.AWAY)
        finally:
            discard(connection)

    def _compared(
        self,
        mirror: Server,
        serving: ldap3.Connection,
        connection: ldap3.Connection,
        claimed: Mapping[str, str],
        there: Sequence[_Object],
        here: Sequence[_Object],
    ) -> Mirror:
        """INVARIANT (claimed before seen): ``claimed`` was asked first, so that what is lacking though it is claimed
        is not merely on its way."""
        stamps = {each.uuid: each.stamp for each in here}
        lacking = sorted((e for e in there if stamps.get(e.uuid, "") < e.stamp), key=lambda each: each.stamp)
        lost = [each for each in lacking if each.stamp <= claimed.get(_number(each.stamp), "")]
        mended = sum(_touch(serving, each) for each in islice(lost, _TOUCHED_AT_ONCE))
        if mirror.name not in self._level_up_to and not lacking:
            mended += _take_doubles_away(connection, there, here)
        if lacking or mended:
            following = Following.BEHIND
            if mirror.name in self._level_up_to and lacking:
                self._level_up_to[mirror.name] = min(self._level_up_to[mirror.name], lacking[0].stamp)
        else:
            following = Following.LEVEL
            self._level_up_to[mirror.name] = max((each.stamp for each in there), default="")
        revision = next((e.revision for e in here if e.revision is not None), None)
        if revision is None:
            revision = _revision(connection)
        return Mirror(mirror.name, following, revision, mended)


def _number(stamp: str) -> str:
    """The number of the server that gave a stamp: ``time#count#number#modification``."""
    return stamp.split("#")[2]


def _claimed(connection: ldap3.Connection) -> dict[str, str]:
    """By the number of a server: up to which of its stamps this one says that it has everything."""
    held = _search(connection, ldap3.BASE, "contextCSN", None)
    return {_number(stamp): stamp for _, values in held for stamp in values.get("contextCSN", ())}


def _revision(connection: ldap3.Connection) -> int:
    held = _search(connection, ldap3.BASE, REVISION, None)
    return next((int(values[REVISION][-1]) for _, values in held if REVISION in values), -1)


def _objects(connection: ldap3.Connection, since: str | None) -> list[_Object]:
    found = _search(connection, ldap3.SUBTREE, f"entryUUID entryCSN hsaIdentity {REVISION}", since)
    return [
        _Object(
            values["entryUUID"][0],
            dn,
            values["entryCSN"][0],
            next(iter(values.get("hsaIdentity", ())), None),
            int(values[REVISION][-1]) if REVISION in values else None,
        )
        for dn, values in found
        if "entryUUID" in values and "entryCSN" in values
    ]


def _search(
    connection: ldap3.Connection, scope: str, attributes: str, since: str | None
) -> list[tuple[str, dict[str, list[str]]]]:
    """At or below the suffix; of what was changed at ``since`` or later. By hand: it may be a hundred thousand."""
    wanted = ber.octets("objectClass", 0x87) if since is None else ber.element(
        0xA5, ber.octets("entryCSN"), ber.octets(since)
    )  # fmt: skip
    request = ber.element(
        0x63,
        ber.octets(SUFFIX),
        ber.integer(0 if scope == ldap3.BASE else 2, ber.ENUMERATED),
        ber.integer(0, ber.ENUMERATED),
        ber.integer(0),
        ber.integer(0),
        ber.boolean(False),
        wanted,
        ber.element(ber.SEQUENCE, *map(ber.octets, attributes.split())),
    )
    send(connection, request)
    found = []
    for message in receive(connection):
        if message.kind == _ENTRY:
            (_, dn), (_, held) = ber.elements(message.body)
            found.append((dn.decode(), ber.attribute_texts(held)))
        elif message.kind == _DONE:
            if (result := result_in(message.body)).code:
                raise LDAPSocketReceiveError(f"result {result.code}: {result.said}")
            return found
    raise LDAPSocketReceiveError("the server's answer has no end")


def _touch(serving: ldap3.Connection, each: _Object) -> bool:
    """Change nothing of an object, unless somebody has changed it since (RFC 4528); whether it was done."""
    serving.search(each.dn, "(objectClass=*)", ldap3.BASE, attributes=["objectClass"])
    classes = [list(found["raw_attributes"]["objectClass"]) for found in serving.response or ()]
    unchanged = ber.element(0xA3, ber.octets("entryCSN"), ber.octets(each.stamp))
    return bool(classes) and bool(
        serving.modify(  # type: ignore[no-untyped-call]  # the stubs lack it
            each.dn, {"objectClass": [(ldap3.MODIFY_REPLACE, classes[0])]}, controls=[(_ASSERTION, True, unchanged)]
        )
    )


def _take_doubles_away(connection: ldap3.Connection, there: Sequence[_Object], here: Sequence[_Object]) -> int:
    """Everything was compared, and the mirror lacks nothing. A double below which something else stands is kept."""
    known = {each.uuid for each in there}
    held = {each.hsa_id for each in here if each.hsa_id is not None and each.uuid in known}
    strange = [each for each in here if each.uuid not in known]
    doubles = [each for each in strange if each.hsa_id in held]
    done = 0
    for each in sorted(doubles, key=lambda one: len(one.dn), reverse=True):
        done += bool(connection.delete(each.dn))  # type: ignore[no-untyped-call]  # as above
    return done
