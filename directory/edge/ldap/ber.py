"""The few lines of BER that LDAP messages need (RFC 4511 5.1), for what ldap3 cannot say or says slowly.

ldap3 builds each request twice through pyasn1 and waits for every answer: too slow for ten thousand entries.
"""

from collections.abc import Iterable, Iterator

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31


def element(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def integer(value: int, tag: int = INTEGER) -> bytes:
    return element(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool) -> bytes:
    return element(BOOLEAN, b"\xff" if value else b"\x00")


def octets(value: str | bytes, tag: int = OCTETS) -> bytes:
    return element(tag, value.encode() if isinstance(value, str) else value)


def attribute(name: str, values: Iterable[str | bytes]) -> bytes:
    """A type with its values: PartialAttribute."""
    return element(SEQUENCE, octets(name), element(SET, *(octets(value) for value in values)))


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element in ``data``. Raises ``ValueError`` where it is cut off."""
    at = 0
    while at < len(data):
        tag = data[at]
        start, at = _content(data, at)
        yield tag, data[start:at]


def attribute_texts(data: bytes) -> dict[str, list[str]]:
    """A PartialAttributeList as text, in one pass: entries come by the ten thousand. Raises ``ValueError``.

    Bytes that are no UTF-8 become surrogates, which no field of ours accepts.
    """
    found: dict[str, list[str]] = {}
    at, end = 0, len(data)
    while at < end:
        start, at = _content(data, at)
        start, name_end = _content(data, start)
        values: list[str] = []
        found[data[start:name_end].decode()] = values
        value, values_end = _content(data, name_end)
        while value < values_end:
            start, value = _content(data, value)
            values.append(data[start:value].decode("utf-8", "surrogateescape"))
    return found


def _content(data: bytes, at: int) -> tuple[int, int]:
    """Where the contents of the element at ``at`` begin and end."""
    try:
        size = data[at + 1]
    except IndexError:
        raise ValueError("the BER is cut off") from None
    at += 2
    if size & 0x80:
        more = size & 0x7F
        size = int.from_bytes(data[at : at + more], "big")
        at += more
    if at + size > len(data):
        raise ValueError("the BER is cut off")
    return at, at + size


def only(data: bytes, tag: int) -> list[tuple[int, bytes]]:
    """What stands inside the one element of kind ``tag`` that ``data`` is. Raises ``ValueError`` for anything else."""
    found = list(elements(data))
    if len(found) != 1 or found[0][0] != tag:
        raise ValueError("the BER is not of the expected kind")
    return list(elements(found[0][1]))
