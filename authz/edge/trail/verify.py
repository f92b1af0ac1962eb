"""Checks a trail with nothing but its files and the public key. Streams: a trail of any size in constant memory.

Finds a flipped byte, a removed, moved or cut line, a forged checkpoint, and, against a checkpoint that was kept
elsewhere, an end that was cut off. Does not judge what the records say.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from authz.edge.trail.checkpoints import Checkpoint
from authz.edge.trail.lines import (
    CHECKPOINT,
    GENESIS,
    RECORD,
    RESUMED,
    SEGMENT,
    computed_digest,
    read_frame,
    stated_digest,
)
from authz.edge.trail.segments import Segment, lines_of, segments_in
from authz.edge.trail.tombstones import Tombstone, tombstone_path, tombstones_in
from authz.refusals import NotACheckpoint, NotATombstone

MAX_FAULTS: Final = 100


class FaultKind(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    OUT_OF_ORDER = "out_of_order"
    CUT = "cut"
    MALFORMED = "malformed"
    BAD_CHECKPOINT = "bad_checkpoint"
    UNSIGNED = "unsigned"
    SET_ASIDE = "set_aside"
    TRUNCATED = "truncated"
    BAD_TOMBSTONE = "bad_tombstone"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong and where: the file, its line (from 1), the byte offset, and the sequence that belongs there."""

    kind: FaultKind
    file: str
    line: int
    offset: int
    sequence: int
    description: str


@dataclass(slots=True)
class VerifyReport:
    """``records`` were read, the last line being ``last_sequence``; what lies after ``signed_until`` no checkpoint
    vouches for. ``removed`` are the tombstones of what was removed by decision. At most ``MAX_FAULTS`` faults are told,
    in order."""

    records: int = 0
    segments: int = 0
    last_sequence: int = 0
    signed_until: int = 0
    checkpoints: int = 0
    faults: list[Fault] = field(default_factory=list)
    removed: list[Tombstone] = field(default_factory=list)
    last_digest: str = ""

    @property
    def ends_signed(self) -> bool:
        """Whether the last line is a checkpoint that holds."""
        return self.signed_until > 0 and self.signed_until == self.last_sequence - 1

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(
    folder: Path, public_key: Ed25519PublicKey | Sequence[Ed25519PublicKey], since: Checkpoint | None = None
) -> VerifyReport:
    """Read the trail, or with ``since`` what was written from that checkpoint's segment on. Raises ``OSError``.

    Several keys are accepted, since a trail outlives its keys.
    """
    keys = [public_key] if isinstance(public_key, Ed25519PublicKey) else list(public_key)
    walk = _Walk(VerifyReport(), keys, since)
    segments = segments_in(folder)
    if since is not None:
        if not since.is_signed_by(keys):
            walk.tell(FaultKind.BAD_CHECKPOINT, "the kept checkpoint is not signed by a known key")
            return walk.report
        later = [n for n, segment in enumerate(segments) if segment.first_sequence <= since.sequence]
        if later:
            segments = segments[later[-1] :]
            walk.begin_at(segments[0])
    walk.tombstones = tombstones_in(folder)
    for number, segment in enumerate(segments):
        walk.segment(segment, is_last=number == len(segments) - 1)
    walk.finish()
    return walk.report


def verify_segment(segment: Segment, keys: Sequence[Ed25519PublicKey]) -> VerifyReport:
    """One segment by itself, from what its header says of the line before it. Raises ``OSError``."""
    walk = _Walk(VerifyReport(), keys, None)
    walk.begin_at(segment)
    walk.segment(segment, is_last=False)
    return walk.report


class _Walk:
    """The state of one verification: where the chain stands, and what was found."""

    def __init__(self, report: VerifyReport, keys: Sequence[Ed25519PublicKey], since: Checkpoint | None) -> None:
        self.report, self._keys, self._since = report, keys, since
        self._previous: tuple[bytes, ...] = (GENESIS,)
        self._expected = 1
        self._file, self._line, self._offset = "", 0, 0
        self._unsigned, self._limit = 0, 0
        self._last_kind, self._kept_seen = b"", False
        self._kept_at = 0 if since is None else since.sequence
        self.tombstones: Mapping[int, bytes] = {}

    def tell(self, kind: FaultKind, description: str) -> None:
        if len(self.report.faults) < MAX_FAULTS:
            place = (self._file, self._line, self._offset, self._expected)
            self.report.faults.append(Fault(kind, *place, description))

    def segment(self, segment: Segment, *, is_last: bool) -> None:
        self.report.segments += 1
        while self._expected < segment.first_sequence and self._is_removed():
            pass
        self._file, self._line, self._offset = segment.path.name, 1, 0
        if segment.first_sequence != self._expected:
            self._jump(segment.first_sequence)
        self._line = 0
        for self._offset, line in lines_of(segment.path):
            self._line += 1
            if not self._is_next_record(line):
                self._read(line)
        if not is_last and self._last_kind != CHECKPOINT:
            self.tell(FaultKind.UNSIGNED, "a closed segment must end with a checkpoint")

    def finish(self) -> None:
        report, since = self.report, self._since
        if since is not None and report.last_sequence < since.sequence:
            self.tell(
                FaultKind.TRUNCATED,
                f"the trail ends at {report.last_sequence}, but a kept checkpoint has seen {since.sequence}",
            )
        elif since is not None and not self._kept_seen:
            self.tell(FaultKind.MISSING, f"line {since.sequence}, which a kept checkpoint has seen, is missing")

    def _is_removed(self) -> bool:
        """Whether what belongs here was removed by decision; the chain then goes on behind it."""
        text = self.tombstones.get(self._expected)
        if text is None:
            return False
        self._file, self._line, self._offset = tombstone_path(Path(), self._expected).name, 1, 0
        try:
            read = Tombstone.parse(text)
        except NotATombstone:
            self.tell(FaultKind.BAD_TOMBSTONE, "the tombstone cannot be read")
            return False
        if not read.is_signed_by(self._keys):
            self.tell(FaultKind.BAD_TOMBSTONE, "the tombstone is not signed by a known key")
            return False
        begins_here = read.first_sequence == self._expected <= read.last_sequence
        if not begins_here or (self._previous and read.previous not in [d.hex() for d in self._previous]):
            self.tell(FaultKind.BAD_TOMBSTONE, "the tombstone speaks of other lines than those that belong here")
            return False
        self.report.removed.append(read)
        self._expected, self._last_kind = read.last_sequence + 1, CHECKPOINT
        self._previous = (bytes.fromhex(read.digest),)
        self._unsigned = 0
        self.report.last_sequence = max(self.report.last_sequence, read.last_sequence)
        if self._since is not None and read.first_sequence <= self._since.sequence <= read.last_sequence:
            self._kept_seen = True
        return True

    def begin_at(self, segment: Segment) -> None:
        """Start from what this segment's header says of the line before it."""
        self._expected = segment.first_sequence
        header = next((line for _, line in lines_of(segment.path)), b"")
        frame = None if stated_digest(header) is None else read_frame(header)
        try:
            self._previous = (bytes.fromhex(json.loads(frame[2])["previous"]),) if frame else ()
        except (ValueError, KeyError, TypeError):
            self._previous = ()

    def _jump(self, sequence: int) -> None:
        if sequence > self._expected:
            self.tell(FaultKind.MISSING, f"lines {self._expected} to {sequence - 1} are missing")
        else:
            self.tell(FaultKind.OUT_OF_ORDER, f"line {sequence} stands where {self._expected} belongs")
        self._expected, self._previous = sequence, ()

    def _is_next_record(self, line: bytes) -> bool:
        """Whether it is exactly the record that belongs here, byte for byte as it was written; then it is taken up.

        Nearly every line is. Whatever is not, or where more than that is to be looked at, ``_read`` judges and names.
        """
        expected, report = self._expected, self.report
        if len(self._previous) != 1 or self._line == 1 or self._unsigned >= self._limit or expected == self._kept_at:
            return False
        digest = computed_digest(self._previous[0], line)
        stated = digest.hex()
        if not line.startswith(b'{"hash":"%b","seq":%d,"record":' % (stated.encode(), expected)):
            return False
        if not line.endswith(b"}\n"):
            return False
        self._previous, self._expected, self._last_kind = (digest,), expected + 1, RECORD
        self._unsigned += 1
        report.records += 1
        report.last_sequence, report.last_digest = max(report.last_sequence, expected), stated
        return True

    def _read(self, line: bytes) -> None:
        stated = stated_digest(line)
        frame = None if stated is None else read_frame(line)
        if stated is None or frame is None:
            if not line.endswith(b"\n"):
                self.tell(FaultKind.CUT, f"line {self._expected} is cut off")
            else:
                self.tell(FaultKind.MALFORMED, f"line {self._expected} has not the form of a line")
            self._expected, self._previous, self._last_kind = self._expected + 1, (), b""
            return
        sequence, kind, body = frame
        if sequence != self._expected:
            self._jump(sequence)
        computed = [computed_digest(previous, line) for previous in self._previous]
        if self._previous and stated not in computed:
            self.tell(FaultKind.CHANGED, f"line {sequence} or the one before it is not what was written")
        before = self._previous
        # After a fault the walk goes on from what the line says of itself, so that one change is told once.
        self._previous = (stated, *(digest for digest in computed if digest != stated))
        self._check_kept(sequence, stated)
        self._meaning(kind, body, sequence, before)
        self._expected, self._last_kind = sequence + 1, kind
        self.report.last_sequence = max(self.report.last_sequence, sequence)
        self.report.last_digest = stated.hex()

    def _check_kept(self, sequence: int, stated: bytes) -> None:
        if self._since is None or sequence != self._since.sequence:
            return
        self._kept_seen = True
        if stated.hex() != self._since.digest:
            self.tell(FaultKind.CHANGED, f"line {sequence} is not the one that the kept checkpoint has seen")

    def _meaning(self, kind: bytes, body: bytes, sequence: int, before: tuple[bytes, ...]) -> None:
        if (kind == SEGMENT) != (self._line == 1):
            self.tell(FaultKind.MALFORMED, "a segment has one header, its first line")
        if kind == RECORD:
            self.report.records += 1
            self._unsigned += 1
            if self._unsigned == self._limit + 1:
                self.tell(FaultKind.UNSIGNED, f"a checkpoint is due after every {self._limit} records")
        elif kind == SEGMENT:
            self._limit = _checkpoint_every(body)
        elif kind == CHECKPOINT:
            self._checkpoint(body, sequence, before)
        elif kind == RESUMED and b'"set_aside_lines":0,' not in body:
            self.tell(FaultKind.SET_ASIDE, "whole lines at the end were damaged and set aside at a start")

    def _checkpoint(self, body: bytes, sequence: int, before: tuple[bytes, ...]) -> None:
        self.report.checkpoints += 1
        try:
            read = Checkpoint.parse(body)
        except NotACheckpoint:
            self.tell(FaultKind.BAD_CHECKPOINT, "the checkpoint cannot be read")
            return
        if not read.is_signed_by(self._keys):
            self.tell(FaultKind.BAD_CHECKPOINT, "the checkpoint is not signed by a known key")
        elif read.sequence != sequence - 1 or (before and read.digest not in [d.hex() for d in before]):
            self.tell(FaultKind.BAD_CHECKPOINT, "the checkpoint speaks of another line than the one before it")
        else:
            self.report.signed_until = read.sequence
            self._unsigned = 0


def _checkpoint_every(body: bytes) -> int:
    try:
        return int(json.loads(body)["checkpoint_every"])
    except (ValueError, KeyError, TypeError):
        return 0
