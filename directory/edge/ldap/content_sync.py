"""What changed in a tree since a cookie (RFC 4533, refreshOnly), by hand: ldap3 does not know the controls.

Never refreshAndPersist: slapd 2.5.13 sends a persistent consumer what an *aborted* transaction would have done.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import ldap3
from ldap3.core.exceptions import LDAPSocketReceiveError

from directory.edge.ldap import ber
from directory.edge.ldap.fields import Values
from directory.edge.ldap.messages import Message, control, receive, result_in, send

REQUEST = "1.3.6.1.4.1.4203.1.9.1.1"
STATE = b"1.3.6.1.4.1.4203.1.9.1.2"
DONE = b"1.3.6.1.4.1.4203.1.9.1.3"
INFO = b"1.3.6.1.4.1.4203.1.9.1.4"
REFRESH_ONLY = 1
REFRESH_REQUIRED = 4096
_PRESENT, _DELETE = 0, 3
_ENTRY, _DONE, _INTERMEDIATE = 0x64, 0x65, 0x79
_NEW_COOKIE, _REFRESH_DELETE, _REFRESH_PRESENT, _ID_SET = 0x80, 0xA1, 0xA2, 0xA3


class CookieRefused(Exception):
    """The server cannot tell the difference since that cookie: read everything anew."""


class SearchRefused(Exception):
    """The server answered the search with an error, of which ``code`` is the number (RFC 4511 A)."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"result {code}: {said}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """One object as the server told it. ``uuid`` (16 bytes) stays with it through every rename."""

    uuid: bytes
    dn: str
    values: Values


@dataclass(slots=True)
class Difference:
    """``deleted`` are told as gone. Unless ``present_phase``, nothing else is; with it, all that was neither taken nor
    is ``present`` is gone as well. Objects are named by the 16 bytes of their UUID."""

    cookie: bytes
    take: Callable[[Found], None]
    deleted: set[bytes] = field(default_factory=set)
    present: set[bytes] = field(default_factory=set)
    present_phase: bool = False


def difference(
    connection: ldap3.Connection,
    base: str,
    classes: Sequence[str],
    attributes: Sequence[str],
    cookie: bytes,
    take: Callable[[Found], None],
) -> Difference:
    """Every object of one of ``classes`` when ``cookie`` is empty, else what happened to them since it.

    ``take`` is given each object as it comes, so that a hundred thousand need not be held as they came; it must not
    use the connection. Raises ``CookieRefused`` (e-syncRefreshRequired, or a cookie that makes no sense to this
    server), ``SearchRefused``.
    """
    request = ber.element(
        ber.SEQUENCE, ber.integer(REFRESH_ONLY, ber.ENUMERATED), ber.octets(cookie) if cookie else b""
    )
    send(connection, _search(base, classes, attributes) + control(REQUEST, request))
    gathered = Difference(cookie, take)
    try:
        for message in receive(connection):
            if message.kind == _DONE:
                return _finished(message, gathered, had_cookie=bool(cookie))
            if message.kind == _ENTRY:
                _note_entry(message, gathered)
            elif message.kind == _INTERMEDIATE:
                _note_info(message.body, gathered)
            else:
                raise ValueError("an unexpected message")
    except ValueError as problem:
        raise LDAPSocketReceiveError("the server's answer cannot be read") from problem
    raise LDAPSocketReceiveError("the server's answer has no end")


def _search(base: str, classes: Sequence[str], attributes: Sequence[str]) -> bytes:
    """SearchRequest (RFC 4511 4.5.1): whole subtree, no limits of ours, and never following aliases, which slapd
    answers with protocolError together with this control."""
    either = (ber.element(0xA3, ber.octets("objectClass"), ber.octets(name)) for name in classes)
    return ber.element(
        0x63,
        ber.octets(base),
        ber.integer(2, ber.ENUMERATED),
        ber.integer(0, ber.ENUMERATED),
        ber.integer(0),
        ber.integer(0),
        ber.boolean(False),
        ber.element(0xA1, *either),
        ber.element(ber.SEQUENCE, *map(ber.octets, attributes)),
    )


def _finished(message: Message, gathered: Difference, *, had_cookie: bool) -> Difference:
    result = result_in(message.body)
    if result.code == REFRESH_REQUIRED or (result.code != 0 and had_cookie):
        raise CookieRefused(f"result {result.code}: {result.said}")
    if result.code != 0:
        raise SearchRefused(result.code, result.said)
    done = ber.only(message.control(DONE), ber.SEQUENCE)
    gathered.cookie = _first(done, ber.OCTETS, gathered.cookie)
    if not _flag(done, default=False):
        gathered.present_phase = True
    return gathered


def _note_entry(message: Message, gathered: Difference) -> None:
    (_, state), (_, uuid), *_ = ber.only(message.control(STATE), ber.SEQUENCE)
    told = int.from_bytes(state, "big")
    if told == _DELETE:
        gathered.deleted.add(uuid)
    elif told == _PRESENT:
        gathered.present.add(uuid)
    else:
        (_, dn), (_, attributes) = ber.elements(message.body)
        gathered.take(Found(uuid, dn.decode(), ber.attribute_texts(attributes)))


def _note_info(body: bytes, gathered: Difference) -> None:
    """IntermediateResponse with a syncInfoValue: a cookie, the end of a phase, or a set of ids."""
    parts = dict(ber.elements(body))
    if parts.get(0x80) != INFO:
        return
    ((tag, content),) = ber.elements(parts.get(0x81, b""))
    if tag == _NEW_COOKIE:
        gathered.cookie = content
        return
    inside = list(ber.elements(content))
    gathered.cookie = _first(inside, ber.OCTETS, gathered.cookie)
    if tag == _REFRESH_PRESENT:
        gathered.present_phase = True
    elif tag == _ID_SET:
        ids = {uuid for _, uuid in ber.elements(_first(inside, ber.SET, b""))}
        (gathered.deleted if _flag(inside, default=False) else gathered.present).update(ids)
    elif tag != _REFRESH_DELETE:
        raise ValueError("an unknown syncInfoValue")


def _first(inside: Sequence[tuple[int, bytes]], tag: int, default: bytes) -> bytes:
    return next((content for found, content in inside if found == tag), default)


def _flag(inside: Sequence[tuple[int, bytes]], *, default: bool) -> bool:
    content = next((content for found, content in inside if found == ber.BOOLEAN), None)
    return default if content is None else content != b"\x00"
