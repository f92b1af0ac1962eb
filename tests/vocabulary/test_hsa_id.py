"""HSA-ids: which texts are one, and that they compare without case."""

import pytest

from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

PREFIX = "SE2321000230-"


@pytest.mark.parametrize("text", [PREFIX + "A", PREFIX + "P000123", PREFIX + "x" * 18, "se2321000230-abc"])
def test_up_to_thirty_one_letters_and_digits_are_an_id(text: str) -> None:
    assert str(HsaId.parse(text)) == text
    assert len(text) <= 31


@pytest.mark.parametrize(
    "text",
    [
        PREFIX + "x" * 19, PREFIX, PREFIX + "å", PREFIX + "a b", PREFIX + "a-b", PREFIX + "a\x00", PREFIX + "а",
        PREFIX + "*", PREFIX + "a)(b", "SE2321000231-A", "NO2321000230-A", "SE232100023-A", "SE２３２１０００２３０-A",
        "", "SE2321000230A", PREFIX + "A\n", " " + PREFIX + "A",
    ],
)  # fmt: skip
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(InvalidValue):
        HsaId.parse(text)


def test_ids_are_the_same_whatever_their_case_and_keep_how_they_were_written() -> None:
    lower, upper = HsaId.parse("se2321000230-abc"), HsaId.parse("SE2321000230-ABC")

    assert lower == upper and hash(lower) == hash(upper) and lower.key == upper.key
    assert str(lower) == "se2321000230-abc"
