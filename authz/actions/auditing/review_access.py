"""Reviewing drawn accesses: the queue, one access with its patient, the verdict with its reasons, and the report.

Whoever reviews is a log reviewer of the member, and never reviews herself, nor what was done under an assignment or at
a unit of hers. Each step is kept for ever.  (HSLF-FS 2016:40 4 kap. 10 §)
"""

from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from authz.actions.auditing.read_log import LogReading, shown
from authz.actions.auditing.who_reads import members_read_by
from authz.actions.delegating.overseers import HEAD_OF_OPERATIONS
from authz.actions.desk import Desk, read_note
from authz.core.unknown import UNKNOWN
from authz.ports import Act, AuditLog, Kind, LogQuery, LogReview, LogSample, Notice, Row, StaffView, Verdict
from authz.refusals import NotAllowed, ReviewOfOneself, UnknownRecord, WrongState
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One access under review. ``patient`` is the number, for whoever is to judge whether it was right to look."""

    row: Row
    access: dict[str, Any]
    patient: PersonalIdentityNumber | None


@dataclass(frozen=True, slots=True)
class Report:
    """Of the samples of one member whose period begins in the asked one. ``by_reason``: why drawn → verdict or `open` →
    how many; an access that was drawn for several reasons counts for each. ``accesses`` counts each once."""

    samples: int
    population: int
    accesses: dict[str, int]
    by_reason: dict[str, dict[str, int]]
    oldest_open: datetime | None


def samples_of(desk: Desk, caller: Caller, member: HsaId) -> tuple[Row, ...]:
    """Raises ``NotAllowed``."""
    _need_member(desk.directory(), caller, member)
    return desk.book.rows_under(Kind.LOG_SAMPLE, member.key)


def known_sample(desk: Desk, caller: Caller, sample_id: str) -> Row:
    """Raises ``UnknownRecord``, also for another member's; ``NotAllowed`` for who reviews nothing."""
    members = members_read_by(desk.directory(), caller)
    row = desk.book.row(Kind.LOG_SAMPLE, sample_id)
    if row is None or (members is not None and _sample(row).member not in members):
        raise UnknownRecord("there is no such sample")
    return row


def queue(desk: Desk, caller: Caller, member: HsaId) -> tuple[Row, ...]:
    """What waits for a verdict, oldest first; for a log reviewer without what she may not review herself."""
    view = desk.directory()
    waiting = [
        row
        for sample in samples_of(desk, caller, member)
        for row in desk.book.rows_under(Kind.LOG_REVIEW, sample.id)
        if _content(row).verdict in (None, Verdict.INVESTIGATE)
    ]
    return tuple(row for row in waiting if caller.person is None or not _is_hers(view, caller.person, _content(row)))


def show_review(desk: Desk, log: AuditLog, reading: LogReading, caller: Caller, review_id: str) -> Reviewed:
    """One drawn access, recorded as read. Raises ``UnknownRecord`` and ``ReviewOfOneself``."""
    row, _ = _known(desk, caller, review_id)
    content = _content(row)
    if caller.person is not None:
        _need_another(desk.directory(), caller.person, content)
    record = log.record(content.sequence) or {}
    patient = record.get("patient")
    reading.record_reading(caller, LogQuery(person=content.person, patient=patient), "review", 1)
    sealed = record.get("patient_sealed")
    return Reviewed(row, shown(record), None if sealed is None else desk.seal.open(b64decode(sealed)))


def give_verdict(desk: Desk, caller: Caller, review_id: str, verdict: Verdict, text: str) -> Row:
    """Final, but for one that it shall be investigated. The member's heads of operations are told of what was not
    right, or is to be investigated. Raises ``NotAllowed``, ``UnknownRecord``, ``ReviewOfOneself``, ``WrongState``."""
    if caller.person is None:
        raise NotAllowed("a log reviewer gives a verdict, logged in herself")
    row, sample = _known(desk, caller, review_id)
    content, view, now = _content(row), desk.directory(), desk.clock.now()
    _need_another(view, caller.person, content)
    if content.verdict not in (None, Verdict.INVESTIGATE) or content.verdict is verdict:
        raise WrongState("the access has had its verdict")
    act = Act(str(verdict), caller.name, now, read_note(text, "/text"), caller.level)
    told: list[Notice] = []
    if verdict is not Verdict.JUSTIFIED:
        heads = view.holders(HEAD_OF_OPERATIONS, sample.member)
        told = [Notice(head, str(verdict), Kind.LOG_REVIEW, row.id, now) for head in heads if head != content.person]
    changed = row.changed(replace(content, verdict=verdict), act)
    desk.book.commit([changed], told)
    return changed


def report(desk: Desk, caller: Caller, member: HsaId, since: datetime | None, until: datetime | None) -> Report:
    """Raises ``NotAllowed``."""
    chosen = [row for row in samples_of(desk, caller, member) if _begins_within(_sample(row), since, until)]
    accesses: Counter[str] = Counter()
    by_reason: dict[str, Counter[str]] = {}
    oldest = None
    for sample in chosen:
        for row in desk.book.rows_under(Kind.LOG_REVIEW, sample.id):
            content = _content(row)
            state = OPEN if content.verdict is None else str(content.verdict)
            accesses[state] += 1
            for why in content.why:
                by_reason.setdefault(why, Counter())[state] += 1
            if content.verdict is None and (oldest is None or row.registered_at < oldest):
                oldest = row.registered_at
    population = sum(_sample(row).population for row in chosen)
    told = {why: dict(sorted(counted.items())) for why, counted in sorted(by_reason.items())}
    return Report(len(chosen), population, dict(sorted(accesses.items())), told, oldest)


def _begins_within(sample: LogSample, since: datetime | None, until: datetime | None) -> bool:
    start = sample.period.start
    return start is not None and (since is None or start >= since) and (until is None or start < until)


def _known(desk: Desk, caller: Caller, review_id: str) -> tuple[Row, LogSample]:
    row = desk.book.row(Kind.LOG_REVIEW, review_id)
    if row is None:
        members_read_by(desk.directory(), caller)
        raise UnknownRecord("there is no such review")
    return row, _sample(known_sample(desk, caller, _content(row).sample))


def _need_member(view: StaffView, caller: Caller, member: HsaId) -> None:
    members = members_read_by(view, caller)
    if members is not None and member not in members:
        raise NotAllowed("the log is another member's")


def _need_another(view: StaffView, reviewer: HsaId, content: LogReview) -> None:
    if _is_hers(view, reviewer, content):
        raise ReviewOfOneself("it is her own access, or one where she works herself; somebody else reviews it")


def _is_hers(view: StaffView, reviewer: HsaId, content: LogReview) -> bool:
    """Doubt is hers: who cannot be told to be another does not review."""
    herself = view.reader(reviewer)
    if herself is None or content.person == reviewer or content.person in herself.same_human:
        return True
    found = view.delegator(reviewer)
    if found is None or found.assignments is UNKNOWN:
        return True
    return any(
        held.id == content.assignment or (held.unit is not None and held.unit == content.unit)
        for held in found.assignments
    )


def _content(row: Row) -> LogReview:
    assert isinstance(row.content, LogReview)
    return row.content


def _sample(row: Row) -> LogSample:
    assert isinstance(row.content, LogSample)
    return row.content
