"""Draws accesses out of a member's log for review: so many at random, and those that a rule says to look at.

Reproducible: which are drawn follows from the seed and the lines of the trail alone, so that nobody can draw until she
likes what comes.  (HSLF-FS 2016:40 4 kap. 10 §)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

from authz.actions.auditing.read_log import LogReading
from authz.actions.auditing.who_reads import LOG_REVIEWER, members_read_by, visible_of
from authz.actions.desk import Desk, need_bounded
from authz.core.marks import Mark
from authz.core.request import PatientKey
from authz.ports import AuditLog, Kind, LogEntry, LogQuery, LogReview, LogSample, Notice, Row, StaffView
from authz.refusals import InvalidRegistration, NotAllowed
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.text import parse_line

RANDOM: Final = "random"
MOST_DRAWN: Final = 1_000
LONGEST: Final = timedelta(days=366)
MAX_SEED: Final = 64
DRAWN: Final = "drawn"


@dataclass(frozen=True, slots=True)
class Drawing:
    """``wanted`` at random, and of each mark in ``rules`` at most ``most``. Without ``seed`` one is chosen and kept."""

    member: HsaId
    period: Period
    wanted: int
    rules: frozenset[Mark]
    most: int = 50
    seed: str | None = None


def draw_sample(desk: Desk, log: AuditLog, reading: LogReading, drawing: Drawing, caller: Caller) -> Row:
    """The sample's row; its reviews stand under it. The member's log reviewers are told.

    Raises ``NotAllowed``, ``InvalidPeriod``, ``InvalidRegistration``, and as ``LogReading.search`` does.
    """
    view, now = desk.directory(), desk.clock.now()
    members = members_read_by(view, caller)
    if members is not None and drawing.member not in members:
        raise NotAllowed("the log is another member's")
    start, end = need_bounded(drawing.period, "/period")
    if end > now or end - start > LONGEST:
        raise InvalidRegistration("a sample is of a period that is over, of at most a year", pointer="/to")
    if not 0 < drawing.wanted + drawing.most * len(drawing.rules) <= MOST_DRAWN:
        raise InvalidRegistration(f"a sample draws something, and at most {MOST_DRAWN} accesses", pointer="/random")
    seed = desk.random_bytes(16).hex() if drawing.seed is None else parse_line(drawing.seed, max_length=MAX_SEED)
    query = LogQuery(since=start, until=end, visible=visible_of(view, log, (drawing.member,)))
    population = [entry for entry in log.accesses(query) if entry.person is not None]
    drawn = drawn_of(_marked(view, population, drawing.rules), replace(drawing, seed=seed))
    reading.record_reading(caller, replace(query, visible=None), "sample", len(drawn))
    sample_id = desk.new_id()
    sample = LogSample(
        sample_id,
        drawing.member,
        drawing.period,
        seed,
        drawing.wanted,
        frozenset(map(str, drawing.rules)),
        drawing.most,
        len(population),
    )
    row = Row(Kind.LOG_SAMPLE, sample_id, sample, (), caller.name, now)
    reviews = [_review(desk, log, sample_id, sequence, why, caller.name) for sequence, why in sorted(drawn.items())]
    told = [
        Notice(reviewer, DRAWN, Kind.LOG_SAMPLE, sample_id, now)
        for reviewer in view.holders(LOG_REVIEWER, drawing.member)
    ]
    desk.book.commit([row, *reviews], told)
    return row


def drawn_of(population: Iterable[LogEntry], drawing: Drawing) -> dict[int, frozenset[str]]:
    """Line of the trail → why it is drawn. Pure: the seed and the population say it all."""
    ranked = sorted(population, key=lambda entry: _rank(drawing.seed, entry.sequence))
    drawn: dict[int, set[str]] = {entry.sequence: {RANDOM} for entry in ranked[: drawing.wanted]}
    for rule in sorted(drawing.rules):
        for entry in [each for each in ranked if rule in each.marks][: drawing.most]:
            drawn.setdefault(entry.sequence, set()).add(str(rule))
    return {sequence: frozenset(why) for sequence, why in drawn.items()}


def _rank(seed: str | None, sequence: int) -> bytes:
    return sha256(f"{seed}\n{sequence}".encode()).digest()


def _marked(view: StaffView, population: Iterable[LogEntry], rules: frozenset[Mark]) -> list[LogEntry]:
    """With what the directory knows of patients who are employed here; each is looked up once."""
    if rules.isdisjoint({Mark.COLLEAGUE, Mark.SAME_SURNAME, Mark.PROTECTED}):
        return list(population)
    employed: dict[str, tuple[HsaId, ...]] = {}
    marked = []
    for entry in population:
        records: tuple[HsaId, ...] = ()
        if entry.patient is not None:
            if entry.patient not in employed:
                employed[entry.patient] = view.employed_as(PatientKey(entry.patient))
            records = employed[entry.patient]
        marked.append(replace(entry, marks=entry.marks | _of_colleague(view, entry, records)) if records else entry)
    return marked


def _of_colleague(view: StaffView, entry: LogEntry, records: tuple[HsaId, ...]) -> frozenset[str]:
    marks = {Mark.COLLEAGUE}
    for record in records:
        found = view.colleague(record)
        if found is not None and found.protected:
            marks.add(Mark.PROTECTED)
    reader = None if entry.person is None else view.name_of(HsaId.parse(entry.person))
    names = {_family_name(name) for record in records if (name := view.name_of(record)) is not None}
    if reader is not None and _family_name(reader) in names:
        marks.add(Mark.SAME_SURNAME)
    return frozenset(map(str, marks))


def _family_name(full_name: str) -> str:
    return full_name.rpartition(" ")[2].casefold()


def _review(desk: Desk, log: AuditLog, sample: str, sequence: int, why: frozenset[str], by: str) -> Row:
    record: Mapping[str, object] = log.record(sequence) or {}
    review_id = desk.new_id()
    person = HsaId.parse(str(record["person"]))
    content = LogReview(review_id, sample, sequence, why, person, _id(record, "assignment"), _id(record, "unit"))
    return Row(Kind.LOG_REVIEW, review_id, content, (), by, desk.clock.now())


def _id(record: Mapping[str, object], name: str) -> HsaId | None:
    value = record.get(name)
    return HsaId.parse(value) if isinstance(value, str) else None
