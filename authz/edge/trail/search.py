"""Reads records back: a plain scan over the segments, oldest first. Not for checking them; that is ``verify``."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from authz.edge.trail.lines import RECORD, read_frame, stated_digest
from authz.edge.trail.segments import Segment, lines_of, opened_at, segments_in, stamp

_SLACK = timedelta(minutes=5)  # A record is stamped when it is judged, a segment when it is opened.


def scan(
    folder: Path,
    *,
    patients: frozenset[str] | None = None,
    actor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[dict[str, Any]]:
    """Every record that fits all that is given, with its ``sequence`` added.

    ``patients`` are keyed look-up hashes (several, when keys were rotated), ``actor`` a person's HSA-id in any case;
    ``since`` belongs to the range, ``until`` does not. A damaged line is passed over here and told by ``verify``.
    """
    first, end = None if since is None else stamp(since), None if until is None else stamp(until)
    needles = None if patients is None else [json.dumps(patient).encode() for patient in patients]
    for segment in _covering(folder, since, until):
        for _, line in lines_of(segment.path):
            if needles is not None and not any(needle in line for needle in needles):
                continue
            record = _record(line)
            if record is None:
                continue
            at = record.get("at", "")
            if (first is not None and at < first) or (end is not None and at >= end):
                continue
            if patients is not None and record.get("patient") not in patients:
                continue
            if actor is not None and str(record.get("person", "")).upper() != actor.upper():
                continue
            yield record


def find_decision(folder: Path, decision_id: str, at: datetime) -> dict[str, Any] | None:
    """The record of one decision; ``at`` is about when it was made, as its id tells."""
    needle = b'"decision_id":' + json.dumps(decision_id).encode()
    for segment in _covering(folder, at, at):
        for _, line in lines_of(segment.path):
            if needle in line:
                record = _record(line)
                if record is not None and record.get("decision_id") == decision_id:
                    return record
    return None


def decided_for(folder: Path, system: str, since: datetime) -> Iterator[dict[str, Any]]:
    """The decisions that one client asked for since then, oldest first. Only its own lines are read as JSON."""
    needle, first = b'"system":' + json.dumps(system).encode(), stamp(since)
    for segment in _covering(folder, since, None):
        for _, line in lines_of(segment.path):
            record = _record(line) if needle in line else None
            if record is None or record.get("kind") != "decision" or record.get("system") != system:
                continue
            if record.get("at", "") >= first:
                yield record


def _record(line: bytes) -> dict[str, Any] | None:
    frame = None if stated_digest(line) is None else read_frame(line)
    if frame is None or frame[1] != RECORD:
        return None
    try:
        read = json.loads(frame[2])
    except ValueError:
        return None
    return {**read, "sequence": frame[0]} if isinstance(read, dict) else None


def _covering(folder: Path, since: datetime | None, until: datetime | None) -> Iterator[Segment]:
    """The segments that can hold records of the range, told by the instants in their headers."""
    segments = segments_in(folder)
    began_at = [opened_at(segment) for segment in segments]
    first = None if since is None else stamp(since - _SLACK)
    last = None if until is None else stamp(until + _SLACK)
    for number, segment in enumerate(segments):
        closed = began_at[number + 1] if number + 1 < len(segments) else None
        if first is not None and closed is not None and closed < first:
            continue
        began = began_at[number]
        if last is not None and began is not None and began > last:
            return
        yield segment
