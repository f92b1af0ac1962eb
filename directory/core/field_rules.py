"""What each attribute of an entry may hold, taken alone: texts, codes, forms. One table per kind of entry."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    Code,
    CodeTable,
    Coordinates,
    Entry,
    Function,
    Member,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.core.opening_hours import OpeningHours
from directory.refusals import Problem
from vocabulary.codes import CARE_TYPES, LICENCES, Purpose
from vocabulary.duties import Duty
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.right import Right
from vocabulary.text import parse_line

Check = Callable[[Any], str | None]
"""Says what is wrong with a value that is there, or ``None``."""

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)

NAME_LENGTH = 128
TEXT_LENGTH = 256
LONG_TEXT_LENGTH = 1_000
ADDRESS_LINE_LENGTH = 128
ADDRESS_LINES = 6
MOST_MEMBERSHIPS = 5_000
MOST_CODES = 2_000


def _text(max_length: int) -> Check:
    def check(value: str) -> str | None:
        try:
            clean = parse_line(value, max_length=max_length)
        except InvalidValue as refusal:
            return refusal.description
        return None if clean == value else "the text has spaces around it or is not in Unicode normal form C"

    return check


def _name(max_length: int) -> Check:
    """A name that people tell apart by looking: no word mixes Latin letters with look-alikes of others (UTS #39)."""
    check_text = _text(max_length)

    def check(value: str) -> str | None:
        if (said := check_text(value)) is not None:
            return said
        for word in value.split():
            scripts = {unicodedata.name(letter, "").partition(" ")[0] for letter in word if letter.isalpha()}
            if "LATIN" in scripts and scripts & _LOOK_ALIKE:
                return f"`{word}` mixes Latin letters with others that look like them"
        return None

    return check


_LOOK_ALIKE = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def _ascii(max_length: int) -> Check:
    """A text for an attribute that LDAP keeps as an IA5String (RFC 4517 3.3.15)."""
    check_text = _text(max_length)

    def check(value: str) -> str | None:
        return check_text(value) or (
            None if value.isascii() else "only letters A–Z, digits and ASCII signs may stand here"
        )

    return check


def _lines(max_length: int, most: int) -> Check:
    check_line = _text(max_length)

    def check(value: str) -> str | None:
        lines = value.split("\n")
        if len(lines) > most:
            return f"there are more than {most} lines"
        return next((said for line in lines if (said := check_line(line)) is not None), None)

    return check


def _form(pattern: str, said: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)

    def check(value: str) -> str | None:
        return None if compiled.fullmatch(value) else said

    return check


def _each(check: Check, most: int) -> Check:
    def check_all(values: tuple[Any, ...]) -> str | None:
        if len(values) > most:
            return f"there are more than {most}"
        if len(set(values)) != len(values):
            return "something stands twice"
        return next((said for value in values if (said := check(value)) is not None), None)

    return check_all


def _one_of(codes: frozenset[str], said: str) -> Check:
    return lambda value: None if value in codes else said


def _listed(codes: Iterable[str]) -> str:
    """What may be chosen, as a refusal tells it."""
    return ", ".join(f"`{code}`" for code in codes)


def _right(value: str) -> str | None:
    try:
        Right.parse(value)
    except InvalidValue as refusal:
        return refusal.description
    return None


def _period(value: Period) -> str | None:
    for instant in (value.start, value.end):
        if instant is not None and not _EARLIEST <= instant < _LATEST:
            return "a point in time lies outside the years 1900 to 2199"
    return None


def _memberships(value: tuple[Any, ...]) -> str | None:
    if len(value) > MOST_MEMBERSHIPS:
        return f"there are more than {MOST_MEMBERSHIPS}"
    return next((said for membership in value if (said := _period(membership.period)) is not None), None)


_MAIL = _form(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}",
    "the address of mail is malformed",
)
_PHONE = _form(r"\+?[0-9][0-9 ()/-]{1,30}", "a telephone number is digits, spaces, hyphens and perhaps a leading `+`")
_MUNICIPALITY = _form(r"[0-9]{2}|[0-9]{4}", "the code of a municipality is four digits, of a region two")
_PREFIX = _form(r"SE[0-9]{10}", "a prefix of HSA-ids is `SE` and ten digits")


def _hours(value: str) -> str | None:
    try:
        OpeningHours.parse(value)
    except InvalidValue as refusal:
        return refusal.description
    return None


def _coordinates(value: Coordinates) -> str | None:
    inside = 6_100_000 <= value.north <= 7_700_000 and 250_000 <= value.east <= 930_000
    return None if inside else "the place lies outside Sweden in SWEREF 99 TM (metres north and east)"


def _codes(value: tuple[Code, ...]) -> str | None:
    if len(value) > MOST_CODES:
        return f"there are more than {MOST_CODES}"
    current: set[str] = set()
    for row in value:
        said = _TABLE_CODE(row.code) or _text(TEXT_LENGTH)(row.text) or _period(row.period)
        if said is not None:
            return said
        if row.period.end is None and row.code in current:
            return f"the code `{row.code}` stands twice without an end"
        if row.period.end is None:
            current.add(row.code)
    return None


_TABLE_CODE = _form(r"[A-Za-z0-9_.-]{1,40}", "a code is letters A–Z, digits, `_`, `.` and `-`, at most 40")
_SIP = _form(
    r"sips?:[A-Za-z0-9._~+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}(:[0-9]{1,5})?",
    "a SIP address is `sip:name@host`",
)
_DIGITS = _form(r"[0-9*#]{1,20}", "a dialled number is digits, `*` and `#`")
_HOST = _form(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}", "a domain is labels of letters, digits and hyphens")
_WEB = _form(r"https?://[!-~]{1,240}", "a web page is an `https://` address without spaces")
_SYSTEM = _form(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "a system id is letters A–Z, digits, `_`, `.` and `-`")
_ROLE = _form(r"[^;#\x00-\x1f]{1,100}", "a role holds no `;` and no `#`")
_POSITION_CODE = _form(r"[0-9]{3,8}", "a position's code is three to eight digits")
_SERVICE = _form(r"[0-9]{1,10}", "a service's code is at most ten digits")
_PRESCRIPTION_CODE = _form(r"[0-9]{4,13}", "a prescription code is four to thirteen digits")
_PRESCRIPTION_RIGHT = _form(r"(BM|SJ);(true|false)", "a right to prescribe is `BM` or `SJ`, `;` and `true` or `false`")
_SPECIALITY = _form(r"[A-Z]{2};[A-Za-z0-9]{1,10};[^;#]{1,100}", "a speciality is `licence;code;plain text`")
_AREA = _form(r"SE[0-9]{10}-[A-Za-z0-9]{1,18}", "an area is the HSA-id of a member or unit")
_MEMBER_ID = _form(r"SE[0-9]{10}-[A-Za-z0-9]{1,18}", "a member is named by its HSA-id")
_LOOKUP = _form(r"[A-Za-z0-9._-]{1,20}:[0-9a-f]{64}", "the look-up value is not a keyed hash")
_CODE = _form(r"[a-z][a-z0-9_]{0,39}", "the code is lower-case letters, digits and `_`")
_PURPOSE = _one_of(frozenset(Purpose), f"the purpose is not one of HSA's: {_listed(Purpose)}")
_DUTY = _one_of(frozenset(Duty), f"the duty is not one of those of admin assignments: {_listed(Duty)}")
_LICENCE = _one_of(LICENCES, "a licence is not one of the licence register's codes")

_CONTACT: dict[str, tuple[Check, bool]] = {
    "telephone": (_PHONE, False),
    "mail": (_MAIL, False),
    "postal_address": (_lines(ADDRESS_LINE_LENGTH, ADDRESS_LINES), False),
    "visiting_address": (_lines(ADDRESS_LINE_LENGTH, ADDRESS_LINES), False),
    "opening_hours": (_each(_hours, 30), True),
    "telephone_hours": (_each(_hours, 30), True),
    "description": (_text(LONG_TEXT_LENGTH), False),
    "services": (_each(_SERVICE, 50), True),
    "web_page": (_WEB, False),
}
"""What units and functions have in common: how they are reached and what they offer."""

_RULES: dict[type[Entry], dict[str, tuple[Check, bool]]] = {
    Member: {
        "name": (_name(NAME_LENGTH), True),
        "id_prefixes": (_each(_PREFIX, 20), True),
        "directory_contact": (_ascii(NAME_LENGTH), True),
        "mail": (_MAIL, True),
        "telephone": (_PHONE, True),
        "postal_address": (_lines(ADDRESS_LINE_LENGTH, ADDRESS_LINES), True),
        "municipality_code": (_MUNICIPALITY, False),
        "web_page": (_WEB, False),
        "period": (_period, True),
        "assigns_people_of": (_each(_MEMBER_ID, 100), True),
    },
    CareProvider: {"name": (_name(NAME_LENGTH), True), "period": (_period, True)},
    Unit: {
        "name": (_name(NAME_LENGTH), True),
        "kind": (_CODE, False),
        "care_type": (_one_of(frozenset(CARE_TYPES), "the type of care is not `01`, `02` or `03`"), False),
        "municipality_code": (_MUNICIPALITY, False),
        "municipality_name": (_name(NAME_LENGTH), False),
        **_CONTACT,
        "short_name": (_name(NAME_LENGTH), False),
        "switchboard": (_PHONE, False),
        "route": (_text(TEXT_LENGTH), False),
        "coordinates": (_coordinates, False),
        "visiting_hours": (_each(_hours, 30), True),
        "drop_in_hours": (_each(_hours, 30), True),
        "prescription_code": (_PRESCRIPTION_CODE, False),
        "source": (_ascii(NAME_LENGTH), False),
        "source_id": (_text(TEXT_LENGTH), False),
        "period": (_period, True),
    },
    Person: {
        "full_name": (_name(TEXT_LENGTH), True),
        "family_name": (_name(NAME_LENGTH), True),
        "given_name": (_name(NAME_LENGTH), False),
        "title": (_text(NAME_LENGTH), False),
        "licences": (_each(_LICENCE, 22), True),
        "licence_restrictions": (_each(_text(TEXT_LENGTH), 20), True),
        "mail": (_MAIL, False),
        "telephone": (_PHONE, False),
        "number_lookup": (_LOOKUP, False),
        "source": (_ascii(NAME_LENGTH), False),
        "source_id": (_text(TEXT_LENGTH), False),
        "period": (_period, True),
        "middle_name": (_name(NAME_LENGTH), False),
        "nickname": (_name(NAME_LENGTH), False),
        "mobile": (_PHONE, False),
        "switchboard": (_PHONE, False),
        "position_code": (_POSITION_CODE, False),
        "position": (_text(NAME_LENGTH), False),
        "specialities": (_each(_SPECIALITY, 20), True),
        "prescription_rights": (_each(_PRESCRIPTION_RIGHT, 2), True),
        "prescription_code": (_PRESCRIPTION_CODE, False),
        "description": (_text(LONG_TEXT_LENGTH), False),
    },
    Function: {"name": (_name(NAME_LENGTH), True), **_CONTACT, "period": (_period, True)},
    Assignment: {
        "name": (_name(TEXT_LENGTH), True),
        "purpose": (_PURPOSE, True),
        "rights": (_each(_right, 200), True),
        "memberships": (_memberships, True),
        "source": (_ascii(NAME_LENGTH), False),
        "description": (_text(LONG_TEXT_LENGTH), False),
        "period": (_period, True),
    },
    AdminAssignment: {
        "name": (_name(TEXT_LENGTH), True),
        "areas": (_each(_AREA, 50), True),
        "duties": (_each(_DUTY, len(Duty)), True),
        "memberships": (_memberships, True),
        "description": (_text(LONG_TEXT_LENGTH), False),
        "period": (_period, True),
    },
    VideoEndpoint: {
        "name": (_name(NAME_LENGTH), True),
        "sip_uri": (_SIP, False),
        "h323_id": (_text(NAME_LENGTH), False),
        "dialed_digits": (_DIGITS, False),
        "gatekeeper_domain": (_HOST, False),
        "location": (_text(NAME_LENGTH), False),
        "telephone": (_PHONE, False),
        "municipality_code": (_MUNICIPALITY, False),
        "description": (_text(LONG_TEXT_LENGTH), False),
        "period": (_period, True),
    },
    SystemRole: {
        "system": (_SYSTEM, True),
        "role": (_ROLE, True),
        "name": (_name(TEXT_LENGTH), True),
        "memberships": (_memberships, True),
        "description": (_text(LONG_TEXT_LENGTH), False),
        "period": (_period, True),
    },
    CodeTable: {
        "table": (_CODE, True),
        "name": (_name(NAME_LENGTH), True),
        "codes": (_codes, True),
        "period": (_period, True),
    },
}


def problem_with(entry: Entry, name: str) -> str | None:
    """What is wrong with the attribute ``name`` of ``entry``, taken alone."""
    return problem_of(type(entry), name, getattr(entry, name))


def problem_of(kind: type[Entry], name: str, value: Any) -> str | None:
    """The same of a value that no entry has yet. What has no rule of its own is well."""
    if name not in _RULES[kind]:
        return None
    check, mandatory = _RULES[kind][name]
    if value is None:
        return "it is mandatory" if mandatory else None
    return check(value)


def field_problems(entry: Entry) -> Iterator[Problem]:
    for name in _RULES[type(entry)]:
        said = problem_with(entry, name)
        if said is not None:
            yield Problem(str(entry.hsa_id), name, said)
    if (
        isinstance(entry, VideoEndpoint)
        and entry.sip_uri is None
        and entry.h323_id is None
        and entry.dialed_digits is None
    ):
        yield Problem(str(entry.hsa_id), "sip_uri", "an endpoint has a SIP address, an H.323 id or a dialled number")
    if isinstance(entry, Unit | Person) and (entry.source is None) != (entry.source_id is None):
        yield Problem(str(entry.hsa_id), "source_id", "a staff list and its key are named together or not at all")
