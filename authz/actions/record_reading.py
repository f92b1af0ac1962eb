"""The audit trail's record of somebody being told what the registers hold of a patient; before she is told.

Boundary: decisions have records of their own (``records.py``). No number and no name goes in.
"""

import json
from datetime import datetime

from authz.actions.records import instant_text, plain
from authz.core.request import PatientKey
from authz.ports import Trail
from vocabulary.caller import Caller


def record_reading(trail: Trail, caller: Caller, at: datetime, kind: str, patient: PatientKey, **told: object) -> None:
    """Returns when the record is durable. Raises ``TrailUnavailable``: then nothing may be told."""
    record = {
        "kind": kind,
        "at": instant_text(at),
        "person": None if caller.person is None else str(caller.person),
        "assignment": None if caller.assignment is None else str(caller.assignment),
        "system": caller.client_id,
        "patient": patient,
        **{name: plain(value) for name, value in told.items()},
    }
    trail.append([json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()]).result()
