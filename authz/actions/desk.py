"""Where registrations are made: what every registering verb needs, and the checks that several of them share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from authz.core.request import PatientKey
from authz.core.unknown import UNKNOWN
from authz.ports import End, Kind, RegisterBook, Registers, Row, SealedPatient, Staff, StaffView
from authz.refusals import AlreadyEnded, InvalidPeriod, StaffUnavailable, UnknownRecord, UnknownStaff
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.seal import Seal
from vocabulary.text import parse_line

MAX_NOTE = 500


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


def read_note(text: str, pointer: str) -> str:
    return parse_line(text, max_length=MAX_NOTE, pointer=pointer)


def open_row(desk: Desk, kind: Kind, row_id: str) -> Row:
    """A row that has not ended. Raises ``UnknownRecord`` or ``AlreadyEnded``."""
    row = desk.book.row(kind, row_id)
    if row is None:
        raise UnknownRecord("there is no such record")
    if row.end is not None:
        raise AlreadyEnded("the record has already ended")
    return row


def end_row(desk: Desk, kind: Kind, row_id: str, *, by: str, reason: str, annulled: bool = False) -> Row:
    """Mark one row ended now. The row stays as history; decisions do not see it after the return."""
    row = open_row(desk, kind, row_id)
    ended = row.ended(End(desk.clock.now(), by, read_note(reason, "/reason"), annulled))
    desk.book.commit([ended])
    return ended
