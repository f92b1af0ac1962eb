"""Removes whole segments that are older than anybody may ask for, each leaving a signed tombstone in its place.

Boundary: whether the time has come is decided by the archive authority. Nothing younger than ``LEAST_YEARS`` is ever
removed, whoever decides, and nothing that is not whole.  (HSLF-FS 2016:40 4 kap. 9 §)
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authz.edge.trail.checkpoints import key_id_of
from authz.edge.trail.segments import Segment, lines_of, opened_at, segments_in, stamp, sync_folder, write_all
from authz.edge.trail.tombstones import Tombstone, tombstone_path
from authz.edge.trail.verify import verify_segment
from authz.ports import Trail
from authz.refusals import RemovalRefused

LEAST_YEARS: Final = 5
KEPT_YEARS: Final = 10


def due_segments(folder: Path, now: datetime, years: int = KEPT_YEARS) -> tuple[tuple[Segment, str], ...]:
    """The oldest segments whose every record is older than ``years``, each with when the next was opened; never the
    last one. Raises ``RemovalRefused`` for fewer years than the law asks for."""
    if years < LEAST_YEARS:
        raise RemovalRefused(f"the law keeps the log for at least {LEAST_YEARS} years")
    before = stamp(_years_before(now, years))
    due: list[tuple[Segment, str]] = []
    segments = segments_in(folder)
    for segment, following in pairwise(segments):
        closed = opened_at(following)
        if closed is None or closed >= before:
            break
        due.append((segment, closed))
    return tuple(due)


def remove_segments(
    folder: Path,
    trail: Trail,
    key: Ed25519PrivateKey,
    now: datetime,
    *,
    decision: str,
    years: int = KEPT_YEARS,
    older_keys: Sequence[Ed25519PublicKey] = (),
) -> tuple[Tombstone, ...]:
    """Remove what is due, by the archive authority's ``decision``. Killed anywhere, it is finished by the next call.
    ``older_keys`` signed what is old, where ``key`` did not.

    Raises ``RemovalRefused`` without a decision, for too few years, and for a segment that is not whole: what somebody
    damaged is not to be swept away. Raises ``TrailUnavailable`` when the removal cannot be recorded, before it is done.
    """
    if not decision.strip():
        raise RemovalRefused("what is removed, is removed by a decision of the archive authority")
    due = due_segments(folder, now, years)
    removed = []
    for segment, closed in due:
        tombstone = _tombstone(segment, closed, now, decision, key, older_keys)
        path = tombstone_path(folder, segment.first_sequence)
        # INVARIANT (never a gap without its tombstone): it and its record are durable before the file is gone.
        _write_whole(path, tombstone.text)
        trail.append([_record(tombstone, now)]).result()
        segment.path.unlink()
        sync_folder(folder)
        removed.append(tombstone)
    return tuple(removed)


def _tombstone(
    segment: Segment,
    closed: str,
    now: datetime,
    decision: str,
    key: Ed25519PrivateKey,
    older_keys: Sequence[Ed25519PublicKey],
) -> Tombstone:
    report = verify_segment(segment, (key.public_key(), *older_keys))
    first = next((line for _, line in lines_of(segment.path)), b"")
    if not report.ok or not report.ends_signed:
        faults = ", ".join(str(fault.kind) for fault in report.faults) or "its end is not signed"
        raise RemovalRefused(f"the segment `{segment.path.name}` is not whole ({faults}); find out why first")
    header = json.loads(first.partition(b'"segment":')[2][:-2])
    return Tombstone(
        segment.path.name,
        segment.first_sequence,
        report.last_sequence,
        report.records,
        header["previous"],
        report.last_digest,
        header["opened_at"],
        closed,
        stamp(now),
        decision,
        key_id_of(key.public_key()),
    ).signed(key)


def _record(tombstone: Tombstone, now: datetime) -> bytes:
    told = {
        "kind": "segment_removed",
        "at": stamp(now),
        "segment": tombstone.segment,
        "first_sequence": tombstone.first_sequence,
        "last_sequence": tombstone.last_sequence,
        "digest": tombstone.digest,
        "decision": tombstone.decision,
    }
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()


def _write_whole(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        write_all(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
    sync_folder(path.parent)


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # 29 February
        return now.replace(year=now.year - years, day=28)
