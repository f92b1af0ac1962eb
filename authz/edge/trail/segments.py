"""The files of a trail: ``segment-000000000001.jsonl``, named by the sequence of their first line, mode 0600.

A segment's first line is its header. Knows names, order and durability of the folder; not what is in a line.
"""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from authz.edge.trail.lines import MAX_LINE_BYTES, read_frame, stated_digest

FORMAT = "tillit-audit-trail-1"
_NAME = re.compile(r"segment-([0-9]{12})\.jsonl")


@dataclass(frozen=True, slots=True)
class Segment:
    path: Path
    first_sequence: int


def segments_in(folder: Path) -> tuple[Segment, ...]:
    """All segments, oldest first."""
    found = []
    for path in folder.iterdir():
        match = _NAME.fullmatch(path.name)
        if match:
            found.append(Segment(path, int(match[1])))
    return tuple(sorted(found, key=lambda segment: segment.first_sequence))


def segment_path(folder: Path, first_sequence: int) -> Path:
    return folder / f"segment-{first_sequence:012d}.jsonl"


def header_body(first_sequence: int, previous: bytes, at: str, checkpoint_every: int) -> bytes:
    return json.dumps(
        {
            "format": FORMAT,
            "first_sequence": first_sequence,
            "previous": previous.hex(),
            "opened_at": at,
            "checkpoint_every": checkpoint_every,
        },
        separators=(",", ":"),
    ).encode()


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Offset and bytes of every line, streamed; an endless line is cut at ``MAX_LINE_BYTES`` and so lacks its end."""
    offset = 0
    with path.open("rb", buffering=1024 * 1024) as file:
        while line := file.readline(MAX_LINE_BYTES):
            yield offset, line
            offset += len(line)


def opened_at(segment: Segment) -> str | None:
    """When a segment was begun, as its header tells; ``None`` where it cannot be read."""
    header = next((line for _, line in lines_of(segment.path)), b"")
    frame = None if stated_digest(header) is None else read_frame(header)
    try:
        return str(json.loads(frame[2])["opened_at"]) if frame else None
    except (ValueError, KeyError, TypeError):
        return None


def stamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: of one width, so that texts compare as instants do."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sync_folder(folder: Path) -> None:
    """Make a new or removed file's name durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write every byte. Raises ``OSError``; some bytes may then have been written."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
