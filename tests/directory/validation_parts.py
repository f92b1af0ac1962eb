"""What is wrong with a change of the small county, as pairs that tests can compare."""

from datetime import UTC, datetime

from directory import Change, Entry, Snapshot
from directory.core.validation import problems_of
from tests.directory.parts import COUNTY

SNAPSHOT = Snapshot.of([(entry, 1) for entry in COUNTY], 1)
T0 = datetime(2026, 3, 2, tzinfo=UTC)


def wrong_with(*entries: Entry, snapshot: Snapshot = SNAPSHOT) -> set[tuple[str, str]]:
    changes = [Change(snapshot.entry(entry.hsa_id), entry) for entry in entries]
    return {(problem.hsa_id[13:], problem.field) for problem in problems_of(changes, snapshot)}
