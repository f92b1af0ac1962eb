"""The calendar of the law: a day begins and ends at midnight in Stockholm, summer time included."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")


def start_of_day(day: date) -> datetime:
    """The instant, in UTC, at which ``day`` begins in Stockholm."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def day_of(instant: datetime) -> date:
    """The date in Stockholm at ``instant`` (aware)."""
    return instant.astimezone(ZONE).date()
