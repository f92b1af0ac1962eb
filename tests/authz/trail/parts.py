"""Real parts for the trail's tests: a key, records, and a trail in a folder."""

import json
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from authz.edge.trail import AuditTrail
from tests.parts import HeldClock

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC: Ed25519PublicKey = KEY.public_key()


def record(number: int, **members: object) -> bytes:
    read = {"decision_id": f"d{number}", "at": "2026-03-02T09:00:00.000000Z", **members}
    return json.dumps(read, separators=(",", ":")).encode()


def write_trail(folder: Path, records: int, **settings: int) -> AuditTrail:
    """A closed trail of ``records`` records, appended one by one."""
    trail = AuditTrail(folder, KEY, HeldClock(), **settings)
    trail.start()
    for number in range(records):
        trail.append([record(number)]).result(10)
    trail.close()
    return trail
