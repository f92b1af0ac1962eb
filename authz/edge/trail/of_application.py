"""The decisions that an application asked for, read back from the trail; that they are read is recorded itself."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from authz.actions.records import instant_text
from authz.edge.trail.search import decided_for
from authz.ports import Trail
from vocabulary.clock import Clock


class DecisionsOfApplications:
    """Keeps ``authz.ports.RecordedDecisions`` over the segments of one folder."""

    def __init__(self, folder: Path, trail: Trail, clock: Clock) -> None:
        self._folder, self._trail, self._clock = folder, trail, clock

    def asked_by(self, space: str, since: datetime, by: str) -> Iterator[dict[str, Any]]:
        read = {
            "kind": "log_read",
            "at": instant_text(self._clock.now()),
            "person": by,
            "read_decisions_of": space,
            "since": instant_text(since),
            "patient": None,
        }
        self._trail.append([json.dumps(read, separators=(",", ":")).encode()]).result()
        return decided_for(self._folder, space, since)
