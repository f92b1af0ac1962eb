"""Several operations as one: all or nothing, durable when it returns, seen by nobody before (RFC 5805).

slapd queues operations and answers at once; only the first that fails is named, at the end. Each answer is waited for:
slapd 2.5.13 takes the requests of one connection side by side, which mixes up a transaction's order and its memory.
A connection on which this raised must be thrown away, which aborts what was begun.
"""

from collections.abc import Sequence

import ldap3
from ldap3.core.exceptions import LDAPSocketReceiveError

from directory.edge.ldap import ber
from directory.edge.ldap.messages import Result, control, receive, result_in, send
from directory.edge.ldap.operations import Operation

START = "1.3.6.1.1.21.1"
PART_OF = "1.3.6.1.1.21.2"
END = "1.3.6.1.1.21.3"
SUCCESS = 0
_EXTENDED = 0x77
_RESPONSE_VALUE = 0x8B


class OperationRefused(Exception):
    """``index`` is the operation's place in the list, ``None`` when the transaction itself was refused."""

    def __init__(self, index: int | None, code: int, said: str) -> None:
        super().__init__(f"result {code}: {said}")
        self.index, self.code, self.said = index, code, said


def do_together(connection: ldap3.Connection, operations: Sequence[Operation]) -> None:
    """Raises ``OperationRefused`` when nothing was done. Any other failure after the end was sent leaves it open."""
    _, started = _ask(connection, _extended(START, None))
    if started.code != SUCCESS:
        raise OperationRefused(None, started.code, started.said)
    identifier = _value(started)
    controls = control(PART_OF, identifier)  # slapd's identifier is empty: empty, but present
    places: dict[int, int] = {}
    for index, operation in enumerate(operations):
        message_id, answer = _ask(connection, operation.encoded() + controls)
        places[message_id] = index
        if answer.code != SUCCESS:
            raise OperationRefused(index, answer.code, answer.said)
    # `commit` is TRUE by default, so that the end is the identifier alone.
    _, ending = _ask(connection, _extended(END, ber.element(ber.SEQUENCE, ber.octets(identifier))))
    if ending.code != SUCCESS:
        raise OperationRefused(places.get(_failed_message(_value(ending))), ending.code, ending.said)


def _ask(connection: ldap3.Connection, request: bytes) -> tuple[int, Result]:
    """Send one request, read its answer; with the message id that it had."""
    message_id = send(connection, request)
    message = next(receive(connection))
    if message.message_id != message_id:
        raise LDAPSocketReceiveError("the server ended the session")
    try:
        return message_id, result_in(message.body)
    except ValueError as problem:
        raise LDAPSocketReceiveError("the server's answer cannot be read") from problem


def _extended(name: str, value: bytes | None) -> bytes:
    return ber.element(_EXTENDED, ber.octets(name, 0x80), b"" if value is None else ber.octets(value, 0x81))


def _value(answer: Result) -> bytes:
    return next((content for tag, content in answer.rest if tag == _RESPONSE_VALUE), b"")


def _failed_message(value: bytes) -> int:
    """txnEndRes: SEQUENCE { messageID OPTIONAL, updatesControls OPTIONAL }; -1 where it names none."""
    try:
        inside = ber.only(value, ber.SEQUENCE)
    except ValueError:
        return -1
    return next((int.from_bytes(content, "big") for tag, content in inside if tag == ber.INTEGER), -1)
