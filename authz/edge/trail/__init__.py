"""The audit trail on disk: append-only, hash-chained segments of JSON lines with signed checkpoints.

``AuditTrail`` writes, ``verify`` needs nothing but the files and the public key, ``scan`` reads back. Not for ordinary
logs, and not for deciding what a record holds: that is ``authz.actions.records``.
"""

from authz.edge.trail.checkpoints import Checkpoint
from authz.edge.trail.index import TrailIndex
from authz.edge.trail.removal import due_segments, remove_segments
from authz.edge.trail.search import find_decision, scan
from authz.edge.trail.tombstones import Tombstone
from authz.edge.trail.verify import Fault, VerifyReport, verify
from authz.edge.trail.writer import AuditTrail

__all__ = [
    "AuditTrail",
    "Checkpoint",
    "Fault",
    "Tombstone",
    "TrailIndex",
    "VerifyReport",
    "due_segments",
    "find_decision",
    "remove_segments",
    "scan",
    "verify",
]
