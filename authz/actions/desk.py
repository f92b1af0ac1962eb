"""Where registrations are made: what every registering verb needs, and the checks that several of them share."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from authz.actions.records import masked
from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import End, Kind, Notice, RegisterBook, Registers, Row, SealedPatient, Staff, StaffView
from authz.refusals import (
    AlreadyEnded,
    InvalidPeriod,
    PersonalNumberInText,
    StaffUnavailable,
    StandsAlready,
    UnknownRecord,
    UnknownStaff,
)
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal
from vocabulary.text import parse_line

MAX_NOTE = 500
_SHORT_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{6}[-+][0-9]{4}(?![0-9A-Za-z])")
"""A personal number as people write it."""


@dataclass(frozen=True, slots=True)
class Desk:
    """``by``, in the verbs, is the name of the actor as histories keep it (``Caller.name``)."""

    book: RegisterBook
    registers: Registers
    staff: Staff
    seal: Seal
    clock: Clock
    random_bytes: Callable[[int], bytes]

    def new_id(self) -> str:
        return self.random_bytes(16).hex()

    def sealed(self, number: PersonalIdentityNumber) -> SealedPatient:
        return SealedPatient(PatientKey(self.seal.lookup(number)), self.seal.close(number))

    def directory(self) -> StaffView:
        """Raises ``StaffUnavailable`` when the directory is too old to check against."""
        view = self.staff.view()
        if view is UNKNOWN:
            raise StaffUnavailable("the directory cannot be asked now")
        return view


def need_person(view: StaffView, person: HsaId, pointer: str) -> None:
    if view.delegator(person) is None:
        raise UnknownStaff(f"there is no person `{person}` in the directory", pointer=pointer)


def need_unit(view: StaffView, unit: HsaId, pointer: str) -> None:
    if view.place(unit) is None:
        raise UnknownStaff(f"there is no unit `{unit}` in the directory", pointer=pointer)


def need_provider(view: StaffView, provider: HsaId, pointer: str) -> None:
    if view.member_of_provider(provider) is None:
        raise UnknownStaff(f"there is no care provider `{provider}` in the directory", pointer=pointer)


def need_bounded(period: Period, pointer: str) -> tuple[datetime, datetime]:
    """Start and end of a period that must have both and not be empty. Raises ``InvalidPeriod``."""
    if period.start is None or period.end is None:
        raise InvalidPeriod("the period needs a start and an end", pointer=pointer)
    if period.end == period.start:
        raise InvalidPeriod("the period is empty", pointer=pointer)
    return period.start, period.end


def need_not_over(period: Period, now: datetime, pointer: str) -> None:
    """Raises ``InvalidPeriod`` for a period that is empty or has ended already."""
    if period.end is not None and period.end <= now:
        raise InvalidPeriod("the period has already ended", pointer=pointer)
    if period.end is not None and period.start == period.end:
        raise InvalidPeriod("the period is empty", pointer=pointer)


def read_note(text: str, pointer: str, max_length: int = MAX_NOTE) -> str:
    """Raises ``InvalidValue``, and ``PersonalNumberInText``: histories are shown where the patient is not."""
    line = parse_line(text, max_length=max_length, pointer=pointer)
    if masked(line) != line or _SHORT_NUMBER.search(line):
        raise PersonalNumberInText("leave personal numbers out of free texts", pointer=pointer)
    return line


def since_now(period: Period, now: datetime) -> Period:
    """An unstated start is now."""
    return period if period.start is not None else Period(now, period.end)


def register_once(desk: Desk, row: Row, stated: Period) -> Row:
    """Write ``row``, unless the same stands already: then that one, and nothing is written.

    The same is what says the same of the same patient and begins and ends at the same time; where ``stated`` has no
    start, what has begun is the same.
    """
    now = desk.clock.now()

    def is_same(other: Row) -> bool:
        return _says(row) == _says(other) and _same_time(_period(row), _period(other), stated, now)

    try:
        desk.book.commit([row], unless=is_same)
    except StandsAlready as standing:
        kept = desk.book.row(row.kind, standing.row)
        assert kept is not None, "no row is ever removed"
        return kept
    return row


def _says(row: Row) -> tuple[object, ...]:
    """Everything but who registered it when, and its time: of an act nothing."""
    held = row.content
    told = [getattr(held, each.name) for each in fields(held) if each.name not in ("id", "version", "period")]
    return (row.kind, *told, row.note, row.asked_by)


def _period(row: Row) -> Period:
    period = getattr(row.content, "period", ALWAYS)
    assert isinstance(period, Period)
    return period


def _same_time(new: Period, old: Period, stated: Period, now: datetime) -> bool:
    if stated.start is not None:
        return new == old
    return new.end == old.end and old.contains(now)


def open_row(desk: Desk, kind: Kind, row_id: str) -> Row:
    """A row that has not ended. Raises ``UnknownRecord`` or ``AlreadyEnded``."""
    row = desk.book.row(kind, row_id)
    if row is None:
        raise UnknownRecord("there is no such record")
    if row.end is not None:
        raise AlreadyEnded("the record has already ended")
    return row


def end_row(
    desk: Desk,
    kind: Kind,
    row_id: str,
    *,
    by: str,
    reason: str,
    annulled: bool = False,
    told: Iterable[HsaId | None] = (),
) -> Row:
    """Mark one row ended now, and tell everybody in ``told`` but who did it. The row stays as history; decisions do not
    see it after the return."""
    row = open_row(desk, kind, row_id)
    ended = row.ended(End(desk.clock.now(), by, read_note(reason, "/reason"), annulled))
    desk.book.commit([ended], notices_of(ended, told))
    return ended


def notices_of(row: Row, told: Iterable[HsaId | None], what: str | None = None) -> list[Notice]:
    """``what`` is the word of the row's act, where no other is given."""
    act = row.made_by
    people = dict.fromkeys(person for person in told if person is not None and str(person) != act.by)
    return [Notice(person, what or act.what, row.kind, row.id, act.at) for person in people]
