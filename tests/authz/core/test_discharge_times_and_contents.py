"""The tables of discharge messages agree with each other, and the times of the law are exact to the instant."""

from datetime import UTC, datetime, timedelta

import pytest

from authz.core.message_content import MESSAGE_CONTENT
from authz.core.message_deadlines import DEADLINES_2017_612, Timeliness, timeliness
from authz.core.messages import MESSAGES_2017_612

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


def test_every_kind_of_the_matrix_says_what_it_holds_and_no_other_has_a_time() -> None:
    assert set(MESSAGE_CONTENT) == set(MESSAGES_2017_612)
    assert set(DEADLINES_2017_612) <= set(MESSAGES_2017_612)


@pytest.mark.parametrize(
    ("kind", "since", "due"),
    [
        ("inskrivning", NOON, NOON + timedelta(hours=24)),
        ("kallelse", NOON, NOON + timedelta(hours=72)),
        # The same day in Stockholm: winter, summer, the two nights when the clock is changed, and around midnight.
        ("informationsoverforing", NOON, datetime(2026, 3, 2, 23, tzinfo=UTC)),
        ("informationsoverforing", datetime(2026, 7, 1, 21, 59, tzinfo=UTC), datetime(2026, 7, 1, 22, tzinfo=UTC)),
        ("informationsoverforing", datetime(2026, 7, 1, 22, tzinfo=UTC), datetime(2026, 7, 2, 22, tzinfo=UTC)),
        ("informationsoverforing", datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        ("informationsoverforing", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
)
def test_a_message_is_due(kind: str, since: datetime, due: datetime) -> None:
    assert DEADLINES_2017_612[kind].after(since) == due


@pytest.mark.parametrize(
    ("sent_after", "now_after", "how"),
    [
        (None, -0.000001, Timeliness.DUE),
        (None, 0.0, Timeliness.LATE),
        (-0.000001, 99.0, Timeliness.SENT),
        (0.0, 99.0, Timeliness.SENT_LATE),
    ],
)
def test_late_begins_at_the_very_instant(sent_after: float | None, now_after: float, how: Timeliness) -> None:
    sent = None if sent_after is None else NOON + timedelta(seconds=sent_after)

    assert timeliness(NOON, sent, NOON + timedelta(seconds=now_after)) is how


def test_what_has_not_begun_waits() -> None:
    assert timeliness(None, None, NOON) is Timeliness.WAITS
    assert timeliness(None, NOON, NOON) is Timeliness.SENT
