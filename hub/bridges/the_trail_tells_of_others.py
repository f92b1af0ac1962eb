"""What is done outside the decision point stands in the same audit trail: logins, and changes of the directory."""

import json
from typing import Any

import structlog

from authz.actions.recorded_book import who_acted
from authz.actions.records import instant_text
from authz.ports import Trail
from authz.refusals import TrailUnavailable
from directory import Commit
from federation.core.session import Session
from federation.refusals import AccountsUnavailable
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId

log = structlog.get_logger()

_NAMED_AT_MOST = 20


class LoginsAreRecorded:
    """Keeps ``federation.ports.LoginRecords``."""

    def __init__(self, trail: Trail, clock: Clock) -> None:
        self._trail, self._clock = trail, clock

    def logged_in(self, session: Session) -> None:
        told = {"kind": "login", "permit": True, "person": str(session.person), "session": session.id}
        told |= {"methods": list(session.methods), "level": int(session.level)}
        try:
            _append(self._trail, self._clock, told)
        except TrailUnavailable as refusal:
            raise AccountsUnavailable("the login cannot be recorded; try again", detail=refusal.description) from None

    def refused(self, person: HsaId | None, step: str) -> None:
        told = {"kind": "login", "permit": False, "person": None if person is None else str(person), "rule": step}
        try:
            _append(self._trail, self._clock, told)
        except TrailUnavailable as refusal:
            # Nobody is let in by it, and whoever guesses must not learn from another answer that nothing is counted.
            log.error("a refused login is not recorded", reason=refusal.description)


class DirectoryChangesAreRecorded:
    """Hears each commit at least once, and again when it could not be recorded. The journal is the directory's own
    record, durable before this is told."""

    def __init__(self, trail: Trail, clock: Clock) -> None:
        self._trail, self._clock = trail, clock

    def __call__(self, commit: Commit) -> None:
        changed = [change.after or change.before for change in commit.changes]
        entries = [str(entry.hsa_id) for entry in changed if entry is not None]
        told: dict[str, Any] = {
            "kind": "directory_change",
            "permit": True,
            "revision": commit.revision,
            "what": commit.door,
            **who_acted(commit.actor),
            "entries": entries[:_NAMED_AT_MOST],
            "count": len(entries),
        }
        _append(self._trail, self._clock, told)


def _append(trail: Trail, clock: Clock, told: dict[str, Any]) -> None:
    record = {"kind": told.pop("kind"), "at": instant_text(clock.now()), **told}
    trail.append([json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()]).result()
