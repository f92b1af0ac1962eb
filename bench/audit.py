"""How fast the audit trail is checked: ours beside reading and hashing the same files, and how fast it is written."""

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from authz.edge.trail import AuditTrail, verify
from authz.edge.trail.lines import GENESIS
from authz.edge.trail.segments import lines_of, segments_in
from bench.rows import Row, in_turns
from hub.real_clock import RealClock

RECORDS = 100_000
RECORD_BYTES = 2_900
"""Of a decision with its facts, in the demo's trail; what else stands there is shorter."""
AT_ONCE = 100


def rows() -> list[Row]:
    """Records per second. To check is to read and hash and more, so its peer is the least that could be done."""
    key, found = Ed25519PrivateKey.generate(), []
    for name, size in (("short", 400), ("of decisions", RECORD_BYTES)):
        folder = Path(tempfile.mkdtemp(prefix="bench-trail-"))
        try:
            _write(folder, key, size)
            ours, peer = in_turns(_rate(lambda at=folder: _checked(at, key)), _rate(lambda at=folder: _hashed(at)))
            title = f"audit verify, records {name} ({size} bytes)"
            found.append(Row(title, "records/s", ours, peer, "reading and hashing them", 0.35))
        finally:
            shutil.rmtree(folder)
    return found


def _write(folder: Path, key: Ed25519PrivateKey, size: int) -> None:
    trail = AuditTrail(folder, key, RealClock())
    trail.start()
    filler = "x" * (size - 100)
    records = [json.dumps({"decision_id": f"{n:032x}", "facts": filler}).encode() for n in range(RECORDS)]
    asyncio.run(_appended(trail, [records[n : n + AT_ONCE] for n in range(0, RECORDS, AT_ONCE)]))
    trail.close()


async def _appended(trail: AuditTrail, batches: Sequence[Sequence[bytes]]) -> None:
    for first in range(0, len(batches), AT_ONCE):
        await asyncio.gather(*(trail.appended(batch) for batch in batches[first : first + AT_ONCE]))


def _rate(work: Callable[[], None]) -> Callable[[], float]:
    def once() -> float:
        began = time.perf_counter()
        work()
        return RECORDS / (time.perf_counter() - began)

    return once


def _checked(folder: Path, key: Ed25519PrivateKey) -> None:
    report = verify(folder, key.public_key())
    assert report.ok and report.records == RECORDS


def _hashed(folder: Path) -> None:
    """Each line read and hashed over the digest before it: what any check must do, and nothing else."""
    digest = GENESIS
    for segment in segments_in(folder):
        for _, line in lines_of(segment.path):
            digest = sha256(digest + line).digest()
