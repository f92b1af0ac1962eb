"""Reads server-sent events (WHATWG HTML 9.2.6) from an answer's bytes as they come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """``id`` is the last one that was sent, by this event or an earlier one; ``None`` when none was."""

    name: str
    data: str
    id: str | None


def events_in(pieces: Iterable[bytes]) -> Iterator[Event]:
    """Each finished event; comments are passed over, and so is what an end cuts off."""
    name, data, last_id = "", list[str](), None
    for line in _lines(pieces):
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match field:
            case "" if not line:
                if data:
                    yield Event(name or "message", "\n".join(data), last_id)
                name, data = "", []
            case "event":
                name = value
            case "data":
                data.append(value)
            case "id" if "\0" not in value:
                last_id = value


def _lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines end with LF or CRLF. Other characters that Python takes for ends of lines may stand in a line."""
    begun: list[bytes] = []
    for piece in pieces:
        *whole, rest = piece.split(b"\n")
        for line in whole:
            yield b"".join((*begun, line)).removesuffix(b"\r").decode()
            begun = []
        begun.append(rest)
