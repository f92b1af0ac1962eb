"""When each object was changed last, and by the server of which number (its entryCSN), beside what a server says that
it has (its contextCSN).

slapd tells by RFC 4533 only of what is not newer than its contextCSN. A server that was killed, or that lost its
partner while it copied from it, has objects that are newer: it *hides* them, until they are changed or the partner is
back. To *touch* an object is to change nothing of it, which makes it new.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

import ldap3
from ldap3.core.exceptions import LDAPSocketReceiveError

from directory.edge.ldap import ber
from directory.edge.ldap.messages import receive, result_in, send
from directory.edge.ldap.names import SERVICES, SUFFIX
from directory.edge.ldap.operations import ADD_VALUES, DELETE_VALUES, Modify
from directory.edge.ldap.reading import REVISION
from directory.edge.ldap.transactions import OperationRefused, do_together

_ENTRY, _DONE = 0x64, 0x65
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Stamped:
    """An object. ``stamp`` is its entryCSN; stamps are ordered as texts."""

    uuid: str
    dn: str
    stamp: str
    classes: tuple[str, ...]
    hsa_id: str | None

    @property
    def touch(self) -> Modify:
        """Fails when somebody has taken a class away meanwhile, and keeps one that somebody has added."""
        return Modify(self.dn, tuple((verb, "objectClass", self.classes) for verb in (DELETE_VALUES, ADD_VALUES)))


def number_of(stamp: str) -> str:
    """Of the server that gave it: a stamp is ``time#count#number#modification``."""
    return stamp.split("#")[2]


def claimed(connection: ldap3.Connection) -> dict[str, str]:
    """By the number of a server: up to which of its stamps this one says that it has everything."""
    (held,) = _search(connection, ldap3.BASE, "contextCSN", None) or [("", {})]
    return {number_of(stamp): stamp for stamp in held[1].get("contextCSN", ())}


def stamped(connection: ldap3.Connection, since: str | None) -> list[Stamped]:
    """All objects, or those that were changed at the stamp ``since`` or later."""
    found = _search(connection, ldap3.SUBTREE, "entryUUID entryCSN objectClass hsaIdentity", since)
    return [
        Stamped(
            values["entryUUID"][0],
            dn,
            values["entryCSN"][0],
            tuple(values["objectClass"]),
            next(iter(values.get("hsaIdentity", ())), None),
        )
        for dn, values in found
        if {"entryUUID", "entryCSN", "objectClass"} <= values.keys()
    ]


def revision_of(connection: ldap3.Connection) -> int:
    """-1 where none stands."""
    held = _search(connection, ldap3.BASE, REVISION, None)
    return next((int(values[REVISION][-1]) for _, values in held if REVISION in values), -1)


def wake(connection: ldap3.Connection) -> None:
    """Make all visible that the server itself wrote before it was killed. One that can write nothing can be read."""
    again = {"ou": [(ldap3.MODIFY_REPLACE, ["Services"])]}
    connection.modify(SERVICES, again)  # type: ignore[no-untyped-call]  # the stubs lack it


def unhide(connection: ldap3.Connection) -> None:
    """Make visible also what it has of its partner."""
    wake(connection)
    claims = claimed(connection)
    newer = iter(stamped(connection, min(claims.values(), default=None)))
    hidden = (each for each in newer if each.stamp > claims.get(number_of(each.stamp), ""))
    with suppress(OperationRefused):
        while some := list(islice(hidden, _AT_ONCE)):
            do_together(connection, [each.touch for each in some])


def _search(
    connection: ldap3.Connection, scope: str, attributes: str, since: str | None
) -> Sequence[tuple[str, dict[str, list[str]]]]:
    """At or below the suffix. By hand: it may be a hundred thousand."""
    if since is None:
        wanted = ber.octets("objectClass", 0x87)
    else:
        wanted = ber.element(0xA5, ber.octets("entryCSN"), ber.octets(since))
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
