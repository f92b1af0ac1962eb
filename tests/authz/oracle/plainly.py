"""The few words that the naive reading is written in: demand, known, holds. Nothing of the law stands here."""

from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from authz.core.unknown import UNKNOWN, Unknown
from vocabulary.period import Period

T = TypeVar("T")
STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Denied(Exception):
    """The answer is no, and why."""


def demand(met: bool, otherwise: str) -> None:
    if not met:
        raise Denied(otherwise)


def known(fact: T | Unknown | None, name: str) -> T:
    """The fact, when somebody could tell and there is one. A fact that is needed and missing denies."""
    if fact is UNKNOWN:
        raise Denied(f"nobody could tell: {name}")
    if fact is None:
        raise Denied(f"there is none: {name}")
    return fact


def holds(period: Period, now: datetime) -> bool:
    """From the start on, until just before the end."""
    if period.start is not None and now.astimezone(UTC) < period.start.astimezone(UTC):
        return False
    return period.end is None or now.astimezone(UTC) < period.end.astimezone(UTC)


def today(now: datetime) -> date:
    return now.astimezone(STOCKHOLM).date()
