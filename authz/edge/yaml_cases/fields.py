"""Typed reading of one mapping of a case file: every key is known, every value is of its kind, or it is refused."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import day_of, start_of_day

_MOMENT = timedelta(microseconds=1)

T = TypeVar("T")


class Fields:
    """A mapping with the ``place`` where it stands, for the refusals' sake."""

    def __init__(self, value: Any, place: str, known: Collection[str]) -> None:
        if not isinstance(value, Mapping):
            raise InvalidValue(f"{place} is not a mapping")
        self._value, self._place = value, place
        unknown = sorted(str(key) for key in value if key not in known)
        if unknown:
            raise InvalidValue(f"{place} has the unknown key `{unknown[0]}`")

    def has(self, key: str) -> bool:
        """True when the key stands there with something other than null."""
        return self._value.get(key) is not None

    def any(self, key: str) -> Any:
        return self._value.get(key)

    def text(self, key: str) -> str:
        return self._of(key, str, "a text")

    def maybe_text(self, key: str) -> str | None:
        return self.text(key) if self.has(key) else None

    def flag(self, key: str, *, default: bool = False) -> bool:
        return self._of(key, bool, "true or false") if self.has(key) else default

    def items(self, key: str) -> list[Any]:
        return self._of(key, list, "a list") if self.has(key) else []

    def texts(self, key: str) -> list[str]:
        found = self.items(key)
        if not all(isinstance(one, str) for one in found):
            raise self._wrong(key, "a list of texts")
        return found

    def hsa_id(self, key: str) -> HsaId:
        return HsaId.parse(self.text(key))

    def maybe_hsa_id(self, key: str) -> HsaId | None:
        return self.hsa_id(key) if self.has(key) else None

    def instant(self, key: str) -> datetime:
        """In UTC: a point in time with its offset; a day is its beginning in Stockholm."""
        found = self._of(key, date, "a day or a point in time")
        if not isinstance(found, datetime):
            return start_of_day(found)
        if found.tzinfo is None:
            raise self._wrong(key, "a point in time with its offset from UTC")
        return found.astimezone(UTC)

    def maybe_instant(self, key: str) -> datetime | None:
        return self.instant(key) if self.has(key) else None

    def period(self, start: str = "from", end: str = "to") -> Period:
        return Period(self.maybe_instant(start), self.maybe_instant(end))

    def first_day(self, key: str) -> date | None:
        """The first day, in Stockholm, of a period of information."""
        if not self.has(key):
            return None
        found = self._of(key, date, "a day")
        return day_of(self.instant(key)) if isinstance(found, datetime) else found

    def last_day(self, key: str) -> date | None:
        """The last day of a period of information: a day is itself in it, a point in time is where it ends."""
        if not self.has(key):
            return None
        found = self._of(key, date, "a day")
        return day_of(self.instant(key) - _MOMENT) if isinstance(found, datetime) else found

    def _of(self, key: str, kind: type[T], called: str) -> T:
        found = self._value.get(key)
        if not isinstance(found, kind):
            raise self._wrong(key, called)
        return found

    def _wrong(self, key: str, called: str) -> InvalidValue:
        return InvalidValue(f"`{key}` of {self._place} is not {called}")
