"""Half-open periods of time: the start belongs to the period, the end does not, ``None`` is unbounded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import start_of_day


@dataclass(frozen=True, slots=True)
class Period:
    """``[start, end)`` in aware instants. An end before the start is refused; an empty period contains nothing."""

    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        for instant in (self.start, self.end):
            if instant is not None and instant.tzinfo is None:
                raise InvalidValue("a point in time needs a time zone")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise InvalidValue("a period cannot end before it starts")

    @classmethod
    def of_days(cls, first: date | None, end: date | None) -> Self:
        """From midnight in Stockholm when ``first`` begins until midnight when ``end`` begins; ``end`` is not in it."""
        return cls(None if first is None else start_of_day(first), None if end is None else start_of_day(end))

    def contains(self, instant: datetime) -> bool:
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)

    def within(self, other: "Period") -> "Period":
        """What both have in common; an empty period when that is nothing."""
        starts = [instant for instant in (self.start, other.start) if instant is not None]
        ends = [instant for instant in (self.end, other.end) if instant is not None]
        start, end = max(starts, default=None), min(ends, default=None)
        return Period(start, start) if start is not None and end is not None and end < start else Period(start, end)

    def overlaps(self, other: "Period") -> bool:
        """Whether some instant is in both."""
        both = self.within(other)
        return both.start is None or both.end is None or both.start < both.end

    def ended_at(self, instant: datetime) -> Self:
        """The same period cut at ``instant``; one that has not begun by then becomes empty at its start."""
        if self.end is not None and self.end <= instant:
            return self
        return type(self)(self.start, instant if self.start is None else max(self.start, instant))


ALWAYS = Period()
