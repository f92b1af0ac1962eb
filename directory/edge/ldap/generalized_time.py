"""Instants as LDAP writes them (RFC 4517 3.3.13, GeneralizedTime), always in UTC.

Whole seconds are written as HSA writes them; a fraction is kept, so that the journal and LDAP never disagree about
when somebody left.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from directory.refusals import StoreRejected
from vocabulary.refusals import InvalidValue

_FORM = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})?)?(?:[.,]([0-9]{1,6})[0-9]*)?(Z|[+-][0-9]{4})",
    re.ASCII,
)


def written_time(instant: datetime) -> str:
    """``20260302090000Z``, or with as much of a fraction as there is. Raises ``StoreRejected`` outside years 1–9999."""
    try:
        at = instant.astimezone(UTC)
    except OverflowError:
        raise StoreRejected("the point in time lies outside the years 1 to 9999") from None
    seconds = f"{at.year:04d}{at.month:02d}{at.day:02d}{at.hour:02d}{at.minute:02d}{at.second:02d}"
    return seconds + (f".{at.microsecond:06d}".rstrip("0") if at.microsecond else "") + "Z"


def read_time(text: str) -> datetime:
    """Raises ``InvalidValue``, also for a date that does not exist and for a fraction of anything but seconds."""
    found = _FORM.fullmatch(text)
    if found is None or (found[7] and not found[6]):
        raise InvalidValue("a point in time is YYYYMMDDHHMMSSZ")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    microsecond = int((found[7] or "").ljust(6, "0"))
    try:
        at = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_zone(found[8]))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidValue("the point in time does not exist") from None


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[3:5]))
    return timezone(-offset if text[0] == "-" else offset)
