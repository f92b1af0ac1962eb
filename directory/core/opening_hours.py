"""Opening hours as HSA writes them: ``d[-d]#hh:mm#hh:mm[#comment[#from[#to]]]``, Monday = 1, on Stockholm's clock.

Used for opening, telephone, visiting and drop-in hours. Boundary: the form and "open at?"; which entry has which hours
is the entry's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import ZONE, day_of

_FORM = re.compile(
    r"(?P<first>[1-7])(-(?P<last>[1-7]))?#(?P<opens>[0-9]{2}:[0-9]{2})#(?P<closes>[0-9]{2}:[0-9]{2})"
    r"(#(?P<comment>[^#]{0,200})(#(?P<from>[0-9]{4}-[0-9]{2}-[0-9]{2})?(#(?P<to>[0-9]{4}-[0-9]{2}-[0-9]{2})?)?)?)?",
    re.ASCII,
)
_MIDNIGHT = time(0, 0)


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """On the weekdays ``first`` to ``last`` (1–7, both included) from ``opens`` until ``closes``.

    ``closes`` at ``00:00`` or ``24:00`` is the end of the day. ``since`` and ``until`` are days on which the hours are
    still valid (both included).
    """

    first: int
    last: int
    opens: time
    closes: time
    comment: str | None = None
    since: date | None = None
    until: date | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one value. Raises ``InvalidValue`` for a wrong form, an hour that is none, and hours that run backwards
        (over midnight they are written as two values)."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise InvalidValue("opening hours are written `1-5#08:00#17:00`, perhaps with `#comment#from#to`")
        first = int(found["first"])
        last = first if found["last"] is None else int(found["last"])
        opens, closes = _time(found["opens"]), _time("00:00" if found["closes"] == "24:00" else found["closes"])
        since, until = _day(found["from"]), _day(found["to"])
        if last < first:
            raise InvalidValue("opening hours run from an earlier to a later day of the week, Monday = 1")
        if closes != _MIDNIGHT and closes <= opens:
            raise InvalidValue("opening hours end after they begin; what is open over midnight is written as two")
        if since is not None and until is not None and until < since:
            raise InvalidValue("the last day of the hours is before the first")
        return cls(first, last, opens, closes, found["comment"] or None, since, until)

    def contains(self, instant: datetime) -> bool:
        """Whether it is open at ``instant``: half open, the minute of closing is closed."""
        local = instant.astimezone(ZONE)
        if not self.first <= local.isoweekday() <= self.last:
            return False
        if (self.since is not None and local.date() < self.since) or (
            self.until is not None and self.until < local.date()
        ):
            return False
        return self.opens <= local.time() and (self.closes == _MIDNIGHT or local.time() < self.closes)


def is_open(hours: Iterable[str], instant: datetime) -> bool | None:
    """Whether any of the values is open at ``instant``; ``None`` (not known) when none of them can be read."""
    readable = [parsed for text in hours if (parsed := _parsed(text)) is not None]
    return any(one.contains(instant) for one in readable) if readable else None


def opens_next(hours: Iterable[str], after: datetime) -> datetime | None:
    """The next instant, within eight days, at which any of the values opens; ``None`` if none does or can be read."""
    found: list[datetime] = []
    readable = [parsed for text in hours if (parsed := _parsed(text)) is not None]
    today = day_of(after)
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        for one in readable:
            opens = datetime.combine(day, one.opens, ZONE).astimezone(UTC)
            if opens > after and one.contains(opens):
                found.append(opens)
        if found:
            return min(found)
    return None


def _parsed(text: str) -> OpeningHours | None:
    try:
        return OpeningHours.parse(text)
    except InvalidValue:
        return None


def _time(text: str) -> time:
    hour, minute = int(text[:2]), int(text[3:])
    if hour > 23 or minute > 59:
        raise InvalidValue(f"`{text}` is no time of day")
    return time(hour, minute)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(f"`{text}` is no day") from None
