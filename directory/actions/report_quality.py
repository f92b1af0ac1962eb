"""Keep the report of what is wrong with the directory, and since when.

The report is made anew when something has changed since, in the background and when somebody asks; never where a
decision or a login waits. What a longer rule said of an entry is kept until the entry changes. Since when a finding is
known is durable: it outlives a restart, and is forgotten when the finding is gone.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from directory.actions.settle_drift import DOOR as DRIFT
from directory.actions.undo import UNDO
from directory.core.changes import Commit
from directory.core.editing import SetBy, attributes
from directory.core.entries import Person
from directory.core.malformed import Malformed
from directory.core.quality.assess import assess
from directory.core.quality.finding import Finding
from directory.core.quality.standing import Standing
from directory.core.quality.written import Judged
from directory.core.snapshot import Snapshot
from directory.core.view import Drift
from directory.ports import KnownFindings, LicenceChecks, Since
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

FRESH_FOR = timedelta(minutes=1)
"""So old may a report be that somebody asks for, when nothing that this process knows of has changed."""
LOOKED_AT_EVERY = timedelta(hours=1)
"""So often is it made in the background though nothing changed: dates pass by themselves."""

_FROM_THE_REGISTER = attributes(Person, SetBy.LICENCE_REGISTER)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the directory is now: by the journal, and what stands otherwise in the store."""

    truth: Snapshot
    drift: Sequence[Drift]
    broken: Sequence[Malformed]


@dataclass(frozen=True, slots=True)
class Found:
    finding: Finding
    since: Since


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of ``revision`` as of ``at``, in their order."""

    revision: int
    at: datetime
    found: tuple[Found, ...]


class QualityReport:
    """All verbs may be called from several threads. ``see`` tells what the directory is now."""

    def __init__(self, see: Callable[[], Seen], known: KnownFindings, checks: LicenceChecks, clock: Clock) -> None:
        self._see, self._known, self._clock = see, known, clock
        self.checks = checks
        self._making = Lock()
        self._of: Seen | None = None
        self._judged: Judged | None = None
        self._report: Report | None = None
        self._checks_noted = 0
        self._checks_seen = 0

    def current(self, *, no_older_than: timedelta = FRESH_FOR) -> Report:
        """The report as it stands, made anew if it may have changed or is older. Raises ``JournalUnavailable``."""
        with self._making:
            report, seen, now = self._report, self._see(), self._clock.now()
            if report is None or self._has_changed(seen) or now - report.at > no_older_than:
                report = self._made(seen, now)
            return report

    def look(self) -> None:
        """For the background: as ``current``, content with a report of the last hour when nothing has changed."""
        self.current(no_older_than=LOOKED_AT_EVERY)

    def note_checks(self, ids: Iterable[HsaId], at: datetime, actor: str) -> None:
        """The licence register was asked about these people at ``at``, and the directory says what it said."""
        self.checks.note(ids, at, actor)
        self._checks_noted += 1

    def hear(self, commit: Commit) -> None:
        """A listener of the directory: whose licences are written was just asked about. Licences that an undoing
        brought back are none that the register was asked about, and drift that is settled changes none."""
        written = [
            change.hsa_id
            for change in commit.changes
            if isinstance(change.after, Person) and _licences(change.before) != _licences(change.after)
        ]
        if not written or commit.door == DRIFT:
            return
        if commit.door.startswith(UNDO):
            self.checks.forget(written)
            self._checks_noted += 1
        else:
            self.note_checks(written, commit.at, commit.actor)

    def _has_changed(self, seen: Seen) -> bool:
        of = self._of
        return (
            of is None
            or of.truth is not seen.truth
            or of.drift != seen.drift
            or of.broken != seen.broken
            or self._checks_seen != self._checks_noted
        )

    def _made(self, seen: Seen, now: datetime) -> Report:
        noted = self._checks_noted
        standing = Standing(seen.truth, now, self.checks.all(), tuple(seen.drift), tuple(seen.broken))
        found, self._judged = assess(standing, self._judged)
        report = Report(seen.truth.revision, now, tuple(self._since(found, seen.truth, now)))
        self._of, self._report, self._checks_seen = seen, report, noted
        return report

    def _since(self, found: Sequence[Finding], truth: Snapshot, now: datetime) -> list[Found]:
        known = self._known.known()
        present = {finding.key for finding in found}
        new = {finding.key: finding for finding in found if finding.key not in known}
        revisions = {key: _revision(finding, truth) for key, finding in new.items()}
        instants = self._known.instants(set(revisions.values()))
        began = {
            key: Since(finding.began or instants.get(revisions[key], now), revisions[key])
            for key, finding in new.items()
        }
        gone = known.keys() - present
        if began or gone:
            self._known.keep(began, gone, truth.revision)
        since = {**began, **known}
        return [Found(finding, since[finding.key]) for finding in found]


def _revision(finding: Finding, truth: Snapshot) -> int:
    """The last change of any entry that it follows from: it was true from then on at the latest."""
    return max((truth.changed_at(hsa_id) for hsa_id in finding.involved), default=truth.revision)


def _licences(person: object) -> tuple[object, ...]:
    """What the licence register says of the person; nothing is what it says of nobody."""
    if not isinstance(person, Person):
        return tuple(() for _ in _FROM_THE_REGISTER)
    return tuple(getattr(person, name) for name in _FROM_THE_REGISTER)
