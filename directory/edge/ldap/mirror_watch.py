"""Sees that a mirror holds what stands in the server that serves, and mends what replication lost.

slapd 2.5.13 moves contextCSN while it works through a transaction, before it commits. A mirror that polls in between is
told that it has everything up to there, without having it, and no later poll brings it. What a mirror lacks though it
says that it has it is therefore *touched* where it stands: a change that changes nothing makes it new, and the next
poll brings it. What of the directory is served never rests on a mirror: ``actions.bring_up`` compares with the journal.

A mirror that was killed may keep objects that nobody ever had of it, and that were written again at its partner, under
other names since. Such a *double* (its id stands on another object, which both have) is taken away from the mirror.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from threading import Lock

import ldap3
from ldap3.core.exceptions import LDAPExceptionError

from directory.edge.ldap.change_plan import REMOVED_CLASS
from directory.edge.ldap.connections import discard
from directory.edge.ldap.servers import Server, Servers
from directory.edge.ldap.stamps import Stamped, claimed, number_of, revision_of, stamped
from directory.refusals import DirectoryUnavailable, StoreUnavailable

_BULK_TIMEOUT_S = 10
_TOUCHED_AT_ONCE = 2_000
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


class MirrorWatch:
    """``look`` every few seconds. It costs what was changed since the last look; everything is compared when a mirror
    comes back, and when another begins to serve."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._lock = Lock()
        self._level_up_to: dict[str, str] = {}
        """By mirror: the stamp before which nothing needs to be compared any more."""
        self._unexamined: set[str] = set()  # Mirrors that may hold doubles still.
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
            return self._compared(mirror.name, serving, connection)
        except (LDAPExceptionError, OSError):
            self._level_up_to.pop(mirror.name, None)
            return Mirror(mirror.name, Following.AWAY)
        finally:
            discard(connection)

    def _compared(self, name: str, serving: ldap3.Connection, connection: ldap3.Connection) -> Mirror:
        """INVARIANT (claimed before seen): ``claims`` are asked first, so that what is lacking though it is claimed is
        not merely on its way."""
        since = self._level_up_to.get(name)
        if since is None:
            self._unexamined.add(name)
        claims = claimed(connection)
        there, here = stamped(serving, since), stamped(connection, since)
        stamps = {each.uuid: each.stamp for each in here}
        lacking = sorted((e for e in there if stamps.get(e.uuid, "") < e.stamp), key=lambda each: each.stamp)
        lost = [each for each in lacking if each.stamp <= claims.get(number_of(each.stamp), "")]
        mended = sum(_touched(serving, each) for each in islice(lost, _TOUCHED_AT_ONCE))
        if lacking:
            self._level_up_to[name] = lacking[0].stamp
        else:
            self._level_up_to[name] = max((each.stamp for each in there), default="")
            if name in self._unexamined:
                mended += _take_doubles_away(connection, serving)
                self._unexamined.discard(name)
        following = Following.BEHIND if lacking or mended else Following.LEVEL
        return Mirror(name, following, revision_of(connection), mended)


def _touched(serving: ldap3.Connection, each: Stamped) -> bool:
    """By itself: in a transaction it might be lost again."""
    classes = [(verb, list(each.classes)) for verb in (ldap3.MODIFY_DELETE, ldap3.MODIFY_ADD)]
    return bool(serving.modify(each.dn, {"objectClass": classes}))  # type: ignore[no-untyped-call]  # the stubs lack it


def _take_doubles_away(connection: ldap3.Connection, serving: ldap3.Connection) -> int:
    """From a mirror that lacks nothing. A double is older than the object that has its id in both: what is being moved
    is written anew before the former is taken away. One below which something else stands is kept."""
    there, here = stamped(serving, None), stamped(connection, None)
    known, held = {each.uuid for each in there}, {each.uuid for each in here}
    stands = {
        each.hsa_id: each.stamp
        for each in there
        if each.hsa_id is not None and each.uuid in held and REMOVED_CLASS not in each.classes
    }
    doubles = [each for each in here if each.uuid not in known and each.stamp < stands.get(each.hsa_id or "", "")]
    done = 0
    for each in sorted(doubles, key=lambda one: len(one.dn), reverse=True):
        done += bool(connection.delete(each.dn))  # type: ignore[no-untyped-call]  # as above
    return done
