"""Clean rows packed for keeping between preview and apply. Numbers are sealed, and kept only where a step needs one.

Boundary: the file itself is never kept.
"""

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from sync.core.faults import HeldRow, Note, RowFault
from sync.core.people import Profile
from sync.core.plan import PROFILE_FIELDS, Plan
from sync.core.staff_row import CleanList, StaffRow
from sync.core.steps import Change, Join
from vocabulary.personal_number import PersonalIdentityNumber


def lines_that_need_numbers(plan: Plan) -> frozenset[int]:
    return frozenset(
        step.line
        for step in plan.steps
        if isinstance(step, Join) or (isinstance(step, Change) and step.lookup is not None)
    )


def pack(rows: CleanList, sealed: Mapping[int, bytes]) -> bytes:
    """``sealed`` holds by line the numbers worth keeping."""
    document = {
        "digest": rows.digest,
        "columns": sorted(rows.columns),
        "rows": [_written(row, sealed.get(row.line)) for row in rows.rows],
        "held": [[held.line, held.anchor, held.lookup] for held in rows.held],
        "faults": [asdict(fault) for fault in rows.faults],
        "notes": [asdict(note) for note in rows.notes],
        "written": rows.written,
    }
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)


def unpack(packed: bytes, open_: Callable[[bytes], PersonalIdentityNumber]) -> CleanList:
    document = json.loads(zlib.decompress(packed))
    return CleanList(
        document["digest"],
        frozenset(document["columns"]),
        tuple(_read(row, open_) for row in document["rows"]),
        tuple(HeldRow(*held) for held in document["held"]),
        tuple(RowFault(**fault) for fault in document["faults"]),
        tuple(Note(note["code"], note["message"], note["count"], tuple(note["lines"])) for note in document["notes"]),
        document["written"],
    )


def _written(row: StaffRow, sealed: bytes | None) -> list[Any]:
    return [
        row.line,
        row.anchor,
        [getattr(row.profile, field) for field in PROFILE_FIELDS],
        row.lookup,
        None if sealed is None else base64.b64encode(sealed).decode(),
        row.unit,
        None if row.start is None else row.start.isoformat(),
        None if row.end is None else row.end.isoformat(),
        row.assignments,
    ]


def _read(written: list[Any], open_: Callable[[bytes], PersonalIdentityNumber]) -> StaffRow:
    line, anchor, profile, lookup, sealed, unit, start, end, assignments = written
    return StaffRow(
        line,
        anchor,
        Profile(*profile),
        lookup,
        None if sealed is None else open_(base64.b64decode(sealed)),
        unit,
        None if start is None else date.fromisoformat(start),
        None if end is None else date.fromisoformat(end),
        tuple(assignments),
    )
