"""LDAP messages sent and received as bytes on a connection that ldap3 opened and bound (RFC 4511 4.1.1).

For what is sent many at a time or comes in tens of thousands; everything else goes through ldap3 as usual.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import ldap3
from ldap3.core.exceptions import LDAPSocketReceiveError

from directory.edge.ldap import ber

_READ_AT_ONCE = 256 * 1024
_CONTROLS = 0xA0


@dataclass(frozen=True, slots=True)
class Message:
    """``kind`` is the tag of the operation, ``body`` its contents; ``controls`` is the raw list, often empty."""

    message_id: int
    kind: int
    body: bytes
    controls: bytes

    def control(self, name: bytes) -> bytes:
        """The value of a control. Raises ``ValueError`` where it is not there."""
        for _, control in ber.elements(self.controls):
            parts = list(ber.elements(control))
            if parts and parts[0][1] == name and parts[-1][0] == ber.OCTETS:
                return parts[-1][1]
        raise ValueError("the control is missing")


@dataclass(frozen=True, slots=True)
class Result:
    """``said`` is the server's diagnostic text."""

    code: int
    said: str
    rest: Sequence[tuple[int, bytes]]


def control(name: str, value: bytes) -> bytes:
    """A list of one critical control."""
    return ber.element(_CONTROLS, ber.element(ber.SEQUENCE, ber.octets(name), ber.boolean(True), ber.octets(value)))


def send(connection: ldap3.Connection, request: bytes) -> int:
    """Send a request (with its controls behind it); answers with its message id."""
    message_id = int(connection.server.next_message_id())
    connection.socket.sendall(ber.element(ber.SEQUENCE, ber.integer(message_id), request))
    return message_id


def receive(connection: ldap3.Connection) -> Iterator[Message]:
    """What the server says, message by message, until it closes. Every wait is bounded by the socket's timeout."""
    buffer = bytearray()
    while True:
        at = 0
        while (end := _end_of_message(buffer, at)) is not None:
            yield _parsed(bytes(buffer[at:end]))
            at = end
        del buffer[:at]
        data = connection.socket.recv(_READ_AT_ONCE)
        if not data:
            raise LDAPSocketReceiveError("the server closed the connection")
        buffer += data


def result_in(body: bytes) -> Result:
    """LDAPResult (RFC 4511 4.1.9) and what follows it. Raises ``ValueError``."""
    (_, code), _, (_, said), *rest = ber.elements(body)
    return Result(int.from_bytes(code, "big"), said.decode(errors="replace"), rest)


def _end_of_message(buffer: bytearray, at: int) -> int | None:
    if len(buffer) < at + 2:
        return None
    size, header = buffer[at + 1], 2
    if size & 0x80:
        header += size & 0x7F
        if len(buffer) < at + header:
            return None
        size = int.from_bytes(buffer[at + 2 : at + header], "big")
    end = at + header + size
    return end if len(buffer) >= end else None


def _parsed(message: bytes) -> Message:
    try:
        (_, message_id), (kind, body), *rest = ber.only(message, ber.SEQUENCE)
    except ValueError as problem:
        raise LDAPSocketReceiveError("the server's answer cannot be read") from problem
    return Message(int.from_bytes(message_id, "big"), kind, body, rest[0][1] if rest else b"")
