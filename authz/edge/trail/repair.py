"""What is done at start with the end of the last segment: a line that a crash cut off is set aside, nothing else.

An answered record is never lost by this: it was whole and synced before its answer. What is set aside is kept in a
file beside the segments and named in the chain, so that a repair can be told from a theft.
"""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from authz.edge.trail.lines import CHECKPOINT, GENESIS, RECORD, SEGMENT, computed_digest, read_frame, stated_digest
from authz.edge.trail.segments import Segment, lines_of, segments_in, sync_folder, write_all


@dataclass(frozen=True, slots=True)
class TrailEnd:
    """Where the chain ends. ``segment`` is ``None`` when there is none to go on in.

    ``set_aside_lines`` counts whole lines among what was set aside: more than none is damage, not a mere crash.
    """

    segment: Segment | None
    size: int
    sequence: int
    digest: bytes
    records_since_checkpoint: int
    opened_month: str = ""
    set_aside_bytes: int = 0
    set_aside_lines: int = 0
    set_aside_digest: str = ""


def find_end(folder: Path) -> TrailEnd:
    """Walk the last segment's chain and set aside what does not belong to it. Raises ``OSError``."""
    segments = segments_in(folder)
    if not segments:
        return TrailEnd(None, 0, 0, GENESIS, 0)
    last = segments[-1]
    previous, sequence, size, unsigned, lines_after = None, last.first_sequence - 1, 0, 0, 0
    broken, month = False, ""
    for offset, line in lines_of(last.path):
        if broken:
            lines_after += line.endswith(b"\n")
            continue
        frame = None if stated_digest(line) is None else read_frame(line)
        if previous is None and frame is not None and frame[1] == SEGMENT:
            previous, month = _previous_of(frame[2]), _text_after(b'"opened_at":"', frame[2], 7)
        if frame is None or previous is None or frame[0] != sequence + 1:
            broken = True
        else:
            digest = computed_digest(previous, line)
            broken = digest != stated_digest(line)
        if broken or frame is None:
            lines_after += line.endswith(b"\n")
            continue
        previous, sequence, size = digest, frame[0], offset + len(line)
        unsigned = 0 if frame[1] == CHECKPOINT else unsigned + (frame[1] == RECORD)
    torn = last.path.stat().st_size - size
    if torn == 0:
        return TrailEnd(last, size, sequence, previous or GENESIS, unsigned, month)
    kept = _set_aside(folder, last, size, sequence)
    if size == 0:
        before = _end_of(segments[-2]) if len(segments) > 1 else GENESIS
        return TrailEnd(None, 0, sequence, before, 0, "", torn, lines_after, kept)
    return TrailEnd(last, size, sequence, previous or GENESIS, unsigned, month, torn, lines_after, kept)


def _set_aside(folder: Path, segment: Segment, size: int, sequence: int) -> str:
    """Copy what follows ``size`` to a file of its own, durably, and cut it off the segment. Gives its SHA-256."""
    with segment.path.open("rb") as file:
        file.seek(size)
        torn = file.read()
    name = sha256(torn).hexdigest()
    copy = os.open(folder / f"set-aside-{sequence + 1:012d}-{name[:12]}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        write_all(copy, torn)
        os.fsync(copy)
    finally:
        os.close(copy)
    if size == 0:
        segment.path.unlink()
    else:
        descriptor = os.open(segment.path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    sync_folder(folder)
    return name


def _previous_of(header: bytes) -> bytes | None:
    try:
        return bytes.fromhex(_text_after(b'"previous":"', header, 64))
    except ValueError:
        return None


def _text_after(mark: bytes, header: bytes, length: int) -> str:
    return header.partition(mark)[2][:length].decode("ascii", "replace")


def _end_of(segment: Segment) -> bytes:
    digest = None
    for _, line in lines_of(segment.path):
        digest = stated_digest(line)
    return digest or GENESIS
