"""Instants at the edges of what dates can say are refused, and never a fault."""

import pytest

from vocabulary.refusals import InvalidValue
from vocabulary.stockholm import parse_instant


@pytest.mark.parametrize(
    "text",
    ["9999-12-31T23:59:59+00:00", "9999-12-31", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2200-01-01"],
)
def test_an_instant_outside_of_every_calendar_we_keep_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_instant(text)
