"""Applications report what was actually done upon a permit: read, printed, written, signed. A permit is no access yet.

Idempotent by the application's own id of the access, and durable before it is answered. What may not be reported is
refused, and that is recorded too.  (HSLF-FS 2016:40 4 kap. 9 §)
"""

import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from authz.actions.desk import Desk
from authz.actions.records import ACTIVITIES, instant_text, masked
from authz.core.marks import Mark, marks_of
from authz.core.policy import STRICTEST, Policy
from authz.core.unknown import UNKNOWN
from authz.ports import AuditLog, Receipt, SubjectTokens, Trail
from authz.ports.audit_log import Record
from authz.refusals import (
    AccessIdReused,
    AccessRefused,
    AccessWithoutPermit,
    DecisionTooOld,
    InvalidSubjectToken,
    SignatureNeedsLogin,
    UnknownDecision,
)
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId

MOST_AT_ONCE: Final = 500
REPORTED: Final = frozenset({"read", "print", "write", "sign"})
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_COPIED: Final = (
    "person", "citizen", "assignment", "unit", "provider", "patient", "patient_sealed", "data_unit", "data_provider",
    "purpose",
)  # fmt: skip
"""What an access has of its decision; so that it is found, and shown, by itself."""


@dataclass(frozen=True, slots=True)
class Access:
    """One access as an application reports it. ``at`` is when it happened, by its clock.

    ``document`` is the SHA-256 (hex) of what was signed or printed. ``booked``: the patient had a booking or contact
    there. ``patients_family_name`` is compared with the reader's and never kept. ``level`` is how sure the signer's
    login must be, where the application asks for more than we do.
    """

    access_id: str
    decision_id: str
    action: str
    at: datetime
    document: str | None = None
    subject_token: str | None = field(default=None, repr=False)
    level: AssuranceLevel = AssuranceLevel.NONE
    booked: bool | None = None
    patients_family_name: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``refusal`` says why it was not recorded as an access; ``repeated`` that it had been, before."""

    access_id: str
    line: int | None = None
    repeated: bool = False
    refusal: AccessRefused | None = None


class AccessReports:
    """Where accesses are reported. One for each trail: it knows what is under way."""

    def __init__(
        self, desk: Desk, log: AuditLog, trail: Trail, tokens: SubjectTokens, policy: Policy = STRICTEST
    ) -> None:
        self._desk, self._log, self._trail, self._tokens, self._policy = desk, log, trail, tokens, policy
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, str], tuple[str, Future[Receipt]]] = {}

    def report(self, system: str, accesses: Sequence[Access]) -> list[Outcome]:
        """In order; durable on return. Raises ``TrailUnavailable`` and ``LogUnavailable``: then report all again."""
        waiting = [self._begin(system, access) for access in accesses]
        try:
            return [outcome() for outcome in waiting]
        finally:
            with self._lock:
                for key in [key for key, (_, future) in self._under_way.items() if future.done()]:
                    del self._under_way[key]

    def _begin(self, system: str, access: Access) -> Callable[[], Outcome]:
        key = (system, access.access_id)
        # INVARIANT (one access, one record): looked up and begun under one lock; once durable, the log knows it.
        with self._lock:
            try:
                record = self._judged(system, access)
                told = _told(record)
                known = self._under_way.get(key)
                if known is not None:
                    if known[0] != told:
                        raise _reused(access)
                    return lambda: Outcome(access.access_id, known[1].result().first, repeated=True)
                before = self._log.access(system, access.access_id)
                if before is not None:
                    if _told(before) != told:
                        raise _reused(access)
                    line = int(before["sequence"])
                    return lambda: Outcome(access.access_id, line, repeated=True)
            except AccessRefused as refusal:
                refused = refusal
                written = self._trail.append([_encode(self._refused(system, access, refusal))])
                return lambda: Outcome(access.access_id, written.result().first, refusal=refused)
            future = self._trail.append([_encode(record)])
            self._under_way[key] = (told, future)
            return lambda: Outcome(access.access_id, future.result().first)

    def _judged(self, system: str, access: Access) -> dict[str, Any]:
        """The record of a lawful report. Raises ``AccessRefused``."""
        decision = self._log.decision(access.decision_id)
        if decision is None or decision.get("system") != system:
            raise UnknownDecision("there is no decision of yours with this id", pointer="/decision_id")
        if decision.get("permit") is not True:
            raise AccessWithoutPermit("the decision denied it", pointer="/decision_id")
        if decision.get("activity") != ACTIVITIES.get(access.action):
            raise AccessWithoutPermit("the decision permitted something else", pointer="/action")
        decided, now = datetime.fromisoformat(decision["at"]), self._desk.clock.now()
        if now - decided > self._policy.accesses_reported_within or not decided <= access.at <= now:
            hours = self._policy.accesses_reported_within.total_seconds() / 3600
            raise DecisionTooOld(f"an access is after its decision, and reported within {hours:g} hours", pointer="/at")
        record: dict[str, Any] = {
            "kind": "access",
            "access_id": access.access_id,
            "decision_id": access.decision_id,
            "at": instant_text(now),
            "happened_at": instant_text(access.at),
            "permit": True,
            "rule": decision.get("rule"),
            "system": system,
            "activity": decision["activity"],
            "information_type": decision.get("resource", {}).get("information_type"),
            **{name: decision.get(name) for name in _COPIED if decision.get(name) is not None},
            "marks": sorted(self._marks(access, decision)),
        }
        if access.document is not None:
            record["document"] = _need_hash(access.document)
        if access.action == "sign":
            record["level"] = int(self._signer(access, decision))
        return record

    def _signer(self, access: Access, decision: Record) -> AssuranceLevel:
        """How sure the session is that signs; it must be the decision's person who is logged in."""
        if access.document is None:
            raise SignatureNeedsLogin("the hash of what is signed is missing", pointer="/document")
        if access.subject_token is None:
            raise SignatureNeedsLogin("whoever signs is logged in: her token is missing", pointer="/subject_token")
        try:
            subject = self._tokens.verify(access.subject_token)
        except InvalidSubjectToken:
            raise SignatureNeedsLogin("the login of whoever signs is not valid", pointer="/subject_token") from None
        if subject.person is None or subject.person.key != str(decision.get("person")).upper():
            raise SignatureNeedsLogin("the login is somebody else's", pointer="/subject_token")
        needed = max(self._level_of_task(decision), self._policy.lowest_level_to_sign, access.level)
        if subject.level < needed:
            raise SignatureNeedsLogin(f"a login of level {int(needed)} is needed to sign it", pointer="/subject_token")
        return subject.level

    def _level_of_task(self, decision: Record) -> AssuranceLevel:
        code = decision.get("resource", {}).get("task")
        task = None if code is None else self._desk.registers.task(code)
        # A task that cannot be read asks for the surest login that there is.
        return AssuranceLevel.LOA3 if task is UNKNOWN else AssuranceLevel.NONE if task is None else task.signing_level

    def _marks(self, access: Access, decision: Record) -> set[str]:
        marks = {str(word) for word in marks_of(decision)}
        if access.booked is False:
            marks.add(str(Mark.NOT_BOOKED))
        name = access.patients_family_name
        view = self._desk.staff.view()
        if name and decision.get("person") and view is not UNKNOWN:
            full = view.name_of(HsaId.parse(decision["person"]))
            if full is not None and f" {full}".casefold().endswith(f" {name.strip()}".casefold()):
                marks.add(str(Mark.SAME_SURNAME))
        return marks

    def _refused(self, system: str, access: Access, refusal: AccessRefused) -> dict[str, Any]:
        return {
            "kind": "access_refused",
            "at": instant_text(self._desk.clock.now()),
            "permit": False,
            "rule": refusal.code,
            "system": system,
            "reported_decision": masked(access.decision_id),
            "action": access.action,
        }


def _need_hash(document: str) -> str:
    if _HASH.fullmatch(document) is None:
        raise SignatureNeedsLogin("a document is told by its SHA-256, 64 hexadecimal digits", pointer="/document")
    return document


def _told(record: Record) -> str:
    """What of an access must be the same when it is reported again."""
    names = ("decision_id", "activity", "happened_at", "document")
    return json.dumps([record.get(name) for name in names])


def _reused(access: Access) -> AccessIdReused:
    return AccessIdReused("another access was reported under this id", pointer="/access_id")


def _encode(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()
