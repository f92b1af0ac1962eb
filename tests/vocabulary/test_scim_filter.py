"""SCIM's filters (RFC 7644 section 3.4.2.2) mean what they say, and nothing else is taken for one."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vocabulary.refusals import InvalidValue
from vocabulary.scim_filter import MOST_DEEP, Schema, parse_filter

PERIOD: Schema = {"start": datetime, "end": datetime}
SCHEMA: Schema = {
    "title": str,
    "licences": str,
    "public": bool,
    "floor": int,
    "period": PERIOD,
    "memberships": {"person": str, "period": PERIOD},
}
JUNE = datetime(2026, 5, 31, 22, tzinfo=UTC)
ENTRY: dict[str, Any] = {
    "title": "Kurator",
    "licences": ["SJ", "LK"],
    "public": False,
    "floor": 3,
    "period": {"start": None, "end": JUNE},
    "memberships": [
        {"person": "SE1-P1", "period": {"start": None, "end": JUNE}},
        {"person": "SE1-P2", "period": {"start": None, "end": None}},
    ],
}


def fits(text: str, entry: dict[str, Any] | None = None) -> bool:
    return parse_filter(text, SCHEMA, pointer="/filter").matches(ENTRY if entry is None else entry)


@pytest.mark.parametrize(
    "text",
    [
        'title eq "kurator"', 'TITLE Eq "KURATOR"', 'title sw "kur"', 'title ew "tor"', 'title co "rat"', "title pr",
        'title ne "chef"', 'title gt "a"', 'title le "kurator"', 'licences eq "lk"', 'licences co "J"',
        "public eq false", "public ne true", "public pr", "floor eq 3", "floor ge 3", "floor lt 3.5", "floor ne 4",
        'period.end eq "2026-06-01"', 'period.end gt "2026-05-31T21:59:59Z"', "period.start eq null",
        "memberships.period.end pr", 'memberships[person eq "se1-p1" and period.end pr]',
        'not (title eq "chef")', 'not(title eq "chef")', '((title pr))',
        'title eq "chef" or floor eq 3 and public eq false', '(title eq "chef" or floor eq 3) and public eq false',
        'title eq "chef" and title eq "chef" or floor eq 3', ' title   pr ', 'title eq "\\u004burator"',
    ],
)  # fmt: skip
def test_what_fits(text: str) -> None:
    assert fits(text)


@pytest.mark.parametrize(
    "text",
    [
        'title eq "chef"', 'title sw "tor"', 'title ew "kur"', "title eq null", 'licences ne "SJ"', "public eq true",
        "floor gt 3", "floor eq null", 'period.end lt "2026-06-01"', "period.start pr",
        'memberships[person eq "SE1-P2" and period.end pr]', "not (title pr)",
        '(title eq "chef" or floor eq 3) and public eq true', 'title eq "chef" and (floor eq 3 or public eq false)',
    ],
)  # fmt: skip
def test_what_does_not_fit(text: str) -> None:
    assert not fits(text)


@pytest.mark.parametrize("text", ['title eq "a"', "title pr", 'title co ""', 'title gt "a"', "floor lt 99"])
def test_what_is_not_shown_fits_no_comparison(text: str) -> None:
    assert not fits(text, {})


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "title", "title eq", 'eq "a"', 'title is "a"', "title eq kurator", "title eq 'kurator'",
        'titel eq "a"', 'title.part eq "a"', 'period eq "a"', "title eq 3", 'floor eq "3"', "floor eq true",
        "public gt true", "public co true", "title co null", "floor sw 3", "title gt null", 'period.end eq "igår"',
        "(title pr", "title pr)", "not title pr", "title[part pr]", "memberships[person pr", "title pr title pr",
        "title pr and", 'title eq "a', 'title eq "\\x"', 'title eq "a\n"', "floor eq 03x", "floor eq 1e9",
        "memberships[title pr]", f"{'(' * (MOST_DEEP + 1)}title pr{')' * (MOST_DEEP + 1)}", "title\u00a0pr", "ſ pr",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        fits(text)

    assert refused.value.pointer == "/filter"


@pytest.mark.parametrize("text", ["191212121212", "19121212-1212", "121212-1212", "121212+1212"])
def test_a_personal_number_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InvalidValue, match="personal number") as refused:
        fits(f'title eq "{text}"')

    assert text not in str(refused.value)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from('title floor pr eq "a" 3 ( ) [ ] and or not null .'.split())).map(" ".join)
)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    with suppress(InvalidValue):
        assert fits(text) in (True, False)


_atoms = st.sampled_from(
    [('title eq "kurator"', True), ("floor gt 3", False), ("public pr", True), ("title eq null", False)]
)
_trees = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        inner.map(lambda one: (f"not ({one[0]})", not one[1])),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) and ({two[1][0]})", two[0][1] and two[1][1])),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}) or ({two[1][0]})", two[0][1] or two[1][1])),
    ),
    max_leaves=8,
)


@given(_trees)
def test_and_or_and_not_are_those_of_logic(tree: tuple[str, bool]) -> None:
    assert fits(tree[0]) == tree[1]


def test_a_filter_tells_which_attributes_it_asks_for() -> None:
    found = parse_filter("title pr or not (memberships[person pr and period.end pr])", SCHEMA, pointer="/filter")

    assert found.names >= {"title", "memberships"} and "floor" not in found.names
