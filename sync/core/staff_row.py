"""From a written row to a clean one. This is the one place where input is tidied, and every tidying leaves a note.

Tidied: blanks, ten-digit and hyphenated personal numbers, telephone numbers. Everything else is taken as it stands or
is a fault that names line, column and remedy. Whether units and assignments exist is ``placing``'s to judge.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from sync.core.faults import LINES_NAMED, HeldRow, Note, RowFault, row_fault
from sync.core.people import Profile
from sync.core.staff_list import FIELDS, StaffList, WrittenRow, looks_like_a_number
from vocabulary.personal_number import PersonalIdentityNumber
from vocabulary.refusals import InvalidValue
from vocabulary.text import parse_line

MAX_LENGTHS = {"anchor": 64, "given_name": 64, "family_name": 64, "title": 128, "unit": 128, "assignments": 2_000}
MAX_EMAIL_LENGTH = 254

# Line breaks and tabs inside a cell are a spreadsheet's doing; every other control character is a fault.
_BLANKS = re.compile(r"[ \t\r\n\u00a0\u2007\u202f]+")
_NUMBER = re.compile(r"([0-9]{2})?([0-9]{6})([-+]?)([0-9]{4})", re.ASCII)
_EXPONENT = re.compile(r"[0-9][.,][0-9]+E\+?[0-9]+", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[ T]00:00(?::00)?)?", re.ASCII)
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+")
_PHONE = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
_PHONE_DRESS = str.maketrans("", "", " -–/().\u00a0")
_YEARS = range(1900, 2200)

_NOTES = {
    "blanks_tidied": "blanks around or inside a text were tidied",
    "number_normalised": "personal numbers were written out to twelve digits",
    "phone_tidied": "telephone numbers were written without blanks and with the country's number",
}


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A clean row. Fields whose column the list lacks are ``None`` or empty. ``end`` is the last day of employment.

    ``number`` is absent in rows that a preview kept without need of it; ``lookup`` never is, where there is a number.
    """

    line: int
    anchor: str
    profile: Profile
    lookup: str | None = None
    number: PersonalIdentityNumber | None = None
    unit: str | None = None
    start: date | None = None
    end: date | None = None
    assignments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanList:
    """``held`` are the rows in error, each with its ``faults``; ``written`` counts all rows, blank ones not."""

    digest: str
    columns: frozenset[str]
    rows: tuple[StaffRow, ...]
    held: tuple[HeldRow, ...]
    faults: tuple[RowFault, ...]
    notes: tuple[Note, ...]
    written: int


def clean(staff_list: StaffList, lookup: Callable[[PersonalIdentityNumber], str], today: date) -> CleanList:
    """Tidy and judge every row by itself, then the rows against each other. ``today`` decides centuries."""
    cleaner = _Cleaner(staff_list, lookup, today)
    for written in staff_list.rows:
        cleaner.take(written)
    return cleaner.finished()


class _Cleaner:
    """One pass over one list. Texts that recur (names, titles, units, days) are judged once and remembered."""

    def __init__(self, staff_list: StaffList, lookup: Callable[[PersonalIdentityNumber], str], today: date) -> None:
        self._list, self._lookup, self._today = staff_list, lookup, today
        # A field without column is read from the empty cell that is put after the row's own.
        self._cells_of = itemgetter(*(staff_list.columns.get(field, -1) for field in FIELDS))
        self._faults: list[RowFault] = []
        self._rows: list[StaffRow] = []
        self._held: list[HeldRow] = []
        self._noted: dict[str, list[int]] = defaultdict(list)
        self._texts: dict[tuple[str, str], tuple[str | None, str, str]] = {}
        self._days: dict[str, date | None] = {}
        self._assigned: dict[str, tuple[str, ...]] = {"": ()}
        self._line = 0

    def take(self, written: WrittenRow) -> None:
        self._line, before = written.line, len(self._faults)
        (anchor_, number_, given_, family_, title_, unit_, email_, phone_, start_, end_, assignments_) = self._cells_of(
            [*written.cells, ""]
        )
        number = self._number(number_)
        hashed = None if number is None else self._lookup(number)
        anchor = self._anchor(anchor_, number)
        family_name = self._needed("family_name", family_)
        profile = Profile(
            self._text("given_name", given_),
            family_name or "",
            self._text("title", title_),
            self._email(email_),
            self._phone(phone_),
        )
        unit = self._text("unit", unit_)
        assignments = self._assignments(assignments_)
        start, end = self._day("start_date", start_), self._day("end_date", end_)
        if start is not None and end is not None and end < start:
            self._fault("end_date", "end_before_start")
        if len(self._faults) > before or anchor is None:
            self._held.append(HeldRow(self._line, anchor, hashed))
        else:
            self._rows.append(StaffRow(self._line, anchor, profile, hashed, number, unit, start, end, assignments))

    def finished(self) -> CleanList:
        self._hold_shared_numbers()
        notes = tuple(
            Note(code, _NOTES[code], len(lines), tuple(lines[:LINES_NAMED]))
            for code, lines in sorted(self._noted.items())
        )
        return CleanList(
            self._list.digest,
            frozenset(self._list.columns),
            tuple(self._rows),
            tuple(self._held),
            tuple(sorted(self._faults, key=lambda fault: (fault.line, FIELDS.index(fault.column)))),
            self._list.notes + notes,
            len(self._list.rows),
        )

    def _hold_shared_numbers(self) -> None:
        """Two rows with one number: nobody can tell which is right, so neither is carried out."""
        lines: dict[str, list[int]] = defaultdict(list)
        speaking: list[StaffRow | HeldRow] = [*self._rows, *self._held]
        for row in speaking:
            if row.lookup is not None:
                lines[row.lookup].append(row.line)
        shared = {lookup: found for lookup, found in lines.items() if len(found) > 1}
        if not shared:
            return
        for found in shared.values():
            for line in found:
                other = next(each for each in found if each != line)
                self._faults.append(row_fault(line, "personal_number", "duplicate_personal_number", other=other))
        self._held += [HeldRow(row.line, row.anchor, row.lookup) for row in self._rows if row.lookup in shared]
        self._rows = [row for row in self._rows if row.lookup not in shared]

    def _fault(self, column: str, code: str, found: str = "") -> None:
        self._faults.append(row_fault(self._line, column, code, found=found))

    def _note(self, code: str) -> None:
        lines = self._noted[code]
        if not lines or lines[-1] != self._line:
            lines.append(self._line)

    def _text(self, column: str, raw: str) -> str | None:
        if not raw:
            return None
        known = self._texts.get((column, raw))
        if known is None:
            known = self._texts[column, raw] = _judge_text(column, raw)
        text, fault, found = known
        if fault:
            self._fault(column, fault, found)
        elif text != raw:
            self._note("blanks_tidied")
        return text

    def _needed(self, column: str, raw: str) -> str | None:
        before = len(self._faults)
        text = self._text(column, raw)
        if text is None and len(self._faults) == before:
            self._fault(column, "missing_value")
        return text

    def _anchor(self, raw: str, number: PersonalIdentityNumber | None) -> str | None:
        if raw.isascii() and raw.isalnum() and len(raw) < 10:
            return raw  # the usual employment number: nothing to tidy and too short for a personal number
        if self._is_number(raw, number):
            self._fault("anchor", "anchor_is_personal_number")
            return None
        text, fault, found = _judge_text("anchor", raw)
        if text is None:
            self._fault("anchor", fault or "missing_value", found)
        elif text != raw:
            self._note("blanks_tidied")
        return text

    def _is_number(self, raw: str, own: PersonalIdentityNumber | None) -> bool:
        """Ten bare digits may be an employment number by chance: only the row's own number counts then."""
        digits = _twelve_digits(raw.strip(), self._today)
        if digits is None or _parsed(digits) is None:
            return False
        bare = "".join(raw.split())
        return len(bare) != 10 or (own is not None and own.reveal() == digits)

    def _number(self, raw: str) -> PersonalIdentityNumber | None:
        stripped = raw.strip()
        if not stripped:
            return None
        digits = _twelve_digits(stripped, self._today)
        number = None if digits is None else _parsed(digits)
        if number is None:
            exponent = _EXPONENT.fullmatch(stripped) is not None
            self._fault("personal_number", "number_in_exponent_form" if exponent else "invalid_personal_number")
        elif digits != raw:
            self._note("number_normalised")
        return number

    def _email(self, raw: str) -> str | None:
        text = raw.strip()
        if not text:
            return None
        if len(text) > MAX_EMAIL_LENGTH or not text.isprintable() or not _EMAIL.fullmatch(text):
            self._fault("email", "invalid_email")
            return None
        if looks_like_a_number(text):
            self._fault("email", "personal_number_in_text")
            return None
        if text != raw:
            self._note("blanks_tidied")
        return text

    def _phone(self, raw: str) -> str | None:
        if raw.startswith("+") and _PHONE.fullmatch(raw) is not None:
            return raw
        dialled = raw.translate(_PHONE_DRESS) if "(0)" not in raw else raw.replace("(0)", "").translate(_PHONE_DRESS)
        if not dialled:
            return None
        if dialled.startswith("00"):
            dialled = "+" + dialled[2:]
        elif dialled.startswith("0"):
            dialled = "+46" + dialled[1:]
        if not _PHONE.fullmatch(dialled):
            self._fault("phone", "invalid_phone")
            return None
        if dialled != raw:
            self._note("phone_tidied")
        return dialled

    def _day(self, column: str, raw: str) -> date | None:
        if not raw:
            return None
        if raw not in self._days:
            self._days[raw] = _parsed_day(raw.strip())
        day = self._days[raw]
        if day is None and raw.strip():
            self._fault(column, "invalid_date")
        return day

    def _assignments(self, raw: str) -> tuple[str, ...]:
        text = self._text("assignments", raw) or ""
        known = self._assigned.get(text)
        if known is None:
            named = (" ".join(part.split()) for part in text.split("|"))
            known = self._assigned[text] = tuple(dict.fromkeys(part for part in named if part))
        return known


def _judge_text(column: str, raw: str) -> tuple[str | None, str, str]:
    """``(text, "", "")``, or ``(None, code, found)`` for a fault, or ``(None, "", "")`` for an empty text."""
    tidy = _BLANKS.sub(" ", raw).strip(" ")
    if not tidy:
        return None, "", ""
    for character in tidy:
        if not character.isprintable() and unicodedata.category(character) != "Zs":
            return None, "forbidden_character", f"U+{ord(character):04X}"
    try:
        text = parse_line(tidy, max_length=MAX_LENGTHS[column])
    except InvalidValue:
        return None, "too_long", ""  # what else parse_line refuses has been looked for above
    # Codes and names of units and assignments are looked up and never stored, so they cannot spread a number.
    if column not in ("unit", "assignments", "anchor") and looks_like_a_number(text):
        return None, "personal_number_in_text", ""
    return text, "", ""


def _twelve_digits(text: str, today: date) -> str | None:
    """Write out the century: the latest one in which the person is born by ``today``; with ``+`` the one before it."""
    found = _NUMBER.fullmatch(text.replace(" ", "").replace("–", "-"))
    if found is None:
        return None
    century, day, mark, serial = found.groups()
    if century is None:
        month_and_day = int(day[2:]) - (60 if int(day[4:]) > 60 else 0)
        born = today.year // 100 * 100 + int(day[:2])
        if (born, month_and_day) > (today.year, today.month * 100 + today.day):
            born -= 100
        century = str(born // 100 - (1 if mark == "+" else 0))
    return f"{century}{day}{serial}"


def _parsed(digits: str) -> PersonalIdentityNumber | None:
    try:
        return PersonalIdentityNumber.parse(digits)
    except InvalidValue:
        return None


def _parsed_day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None or int(found[1]) not in _YEARS:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
