"""Opening hours: what can be read, and whether it is open at an instant on Stockholm's clock."""

from datetime import UTC, datetime

import pytest

from directory.core.opening_hours import OpeningHours, is_open
from vocabulary.refusals import InvalidValue


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "1-5#08:00#17:00",
        "7#00:00#24:00",
        "1-7#10:00#00:00",
        "3#13:00#15:00#bara provtagning",
        "1-5#08:00#17:00##2026-06-01",
        "1-5#08:00#17:00#sommar#2026-06-01#2026-08-31",
    ],
)
def test_hours_of_the_national_form_are_read(text: str) -> None:
    assert OpeningHours.parse(text).opens is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "8#08:00#17:00", "0-5#08:00#17:00", "5-1#08:00#17:00", "1-5#8:00#17:00", "1-5#08:00#25:00",
        "1-5#08:60#17:00", "1-5#17:00#08:00", "1-5#08:00#08:00", "1-5#08:00", "1-5#08:00#17:00#a#2026-02-30",
        "1-5#08:00#17:00#a#2026-08-31#2026-06-01", "1-5#08:00#17:00#a#b#c#d", "1–5#08:00#17:00", "١#08:00#17:00",
    ],
)  # fmt: skip
def test_malformed_hours_are_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        OpeningHours.parse(text)


@pytest.mark.parametrize(
    ("instant", "open_then"),
    [
        ("2026-11-26T07:00", True),  # Thursday, 08:00 in Stockholm.
        ("2026-11-26T06:59", False),
        ("2026-11-26T16:00", False),  # 17:00: closed at the minute of closing.
        ("2026-11-28T09:00", False),  # Saturday.
        ("2026-07-02T06:00", True),  # Summer time: 08:00.
    ],
)
def test_open_is_told_by_the_clock_of_stockholm(instant: str, open_then: bool) -> None:
    assert is_open(["1-5#08:00#17:00"], at(instant)) is open_then


def test_hours_count_only_between_their_days() -> None:
    summer = ["1-5#08:00#17:00#sommar#2026-06-01#2026-08-31"]

    assert is_open(summer, at("2026-08-31T10:00")) is True
    assert is_open(summer, at("2026-09-01T10:00")) is False


def test_until_midnight_is_until_the_end_of_the_day() -> None:
    assert is_open(["4#18:00#00:00"], at("2026-11-26T22:59")) is True
    assert is_open(["4#18:00#00:00"], at("2026-11-26T23:00")) is False


def test_hours_that_cannot_be_read_are_not_known_and_never_guessed() -> None:
    assert is_open([], at("2026-11-26T10:00")) is None
    assert is_open(["öppet jämt"], at("2026-11-26T10:00")) is None
