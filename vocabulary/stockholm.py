"""The calendar of the law: a day begins and ends at midnight in Stockholm, summer time included."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from vocabulary.refusals import InvalidValue

ZONE = ZoneInfo("Europe/Stockholm")


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which ``day`` begins in Stockholm."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def day_of(instant: datetime) -> date:
    """The date in Stockholm at ``instant`` (aware)."""
    return instant.astimezone(ZONE).date()


def written(instant: datetime) -> str:
    """``instant`` (aware) as people read it: the date alone where a day begins in Stockholm, else that day
    with the hour and the zone (CET or CEST)."""
    there = instant.astimezone(ZONE)
    if there.timetz().replace(tzinfo=None) == time():
        return f"{there:%Y-%m-%d}"
    seconds = ":%S" if there.second else ""
    return there.strftime(f"%Y-%m-%d %H:%M{seconds} (%Z)")


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def parse_instant(text: str, *, pointer: str | None = None) -> datetime:
    """An instant as RFC 3339 has it (``2026-06-01T08:00:00+02:00``), or a date, which is its start in Stockholm.

    Given in UTC. Raises ``InvalidValue`` for anything else, a leap second too, and outside the years 1900 to 2199.
    """
    try:
        if _DAY.fullmatch(text):
            found = start_of_day(date.fromisoformat(text))
        elif _INSTANT.fullmatch(text):
            found = datetime.fromisoformat(text.upper()).astimezone(UTC)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        if _DAY.match(text) and not _is_day(text[:10]):
            raise InvalidValue(f"there is no such day as `{text[:10]}`", pointer=pointer) from None
        hint = "; in an address the `+` of a time zone is written `%2B`" if " " in text else ""
        raise InvalidValue(
            f"a point in time is a date as `2026-06-01`, or an instant as `2026-06-01T08:00:00+02:00`{hint}",
            pointer=pointer,
        ) from None
    # By the year first: the last hours of year 9999 are in no year in Stockholm.
    if not FIRST_DAY.year - 1 <= found.year <= LAST_DAY.year + 1 or not FIRST_DAY <= day_of(found) <= LAST_DAY:
        raise InvalidValue("a point in time lies in the years 1900 to 2199", pointer=pointer)
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
