"""When two versions of an entry say the same: order means nothing, number counts, instants and ids are values."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from directory import Entry, Membership
from directory.core.entries import Code, CodeTable
from directory.core.sameness import differing, same, without
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, REGION, region
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
ELSEWHERE = MORNING.astimezone(timezone(timedelta(hours=5)))
TWICE = replace(ANNA, licences=("SJ", "SJ", "BM"))
PARTS = (Membership(ANNA.hsa_id, Period(None, MORNING)), Membership(ANNA.hsa_id, Period(MORNING)))
SPELLED = Membership(HsaId.parse(str(ANNA.hsa_id).lower()), Period(ELSEWHERE))
CODES = (Code("1", "Ett"), Code("1", "Ett", Period(MORNING)), Code("1", "En"))
TABLE = CodeTable(region("K1"), REGION.hsa_id, "services", "Utbud", CODES)

SAME: dict[str, tuple[Entry, Entry]] = {
    "texts in another order": (TWICE, replace(TWICE, licences=("BM", "SJ", "SJ"))),
    "codes in another order": (TABLE, replace(TABLE, codes=CODES[::-1])),
    "memberships in another order, zone and spelling": (
        replace(CARE, memberships=PARTS), replace(CARE, memberships=(SPELLED, PARTS[0])),
    ),
    "an id in another spelling": (CARE, replace(CARE, unit=HsaId.parse(str(CARE.unit).lower()))),
}  # fmt: skip
OTHER: dict[str, tuple[Entry, Entry, str]] = {
    "one more of the same": (TWICE, replace(TWICE, licences=("SJ", "BM")), "licences"),
    "another one twice": (TWICE, replace(TWICE, licences=("SJ", "BM", "BM")), "licences"),
    "another person": (CARE, replace(CARE, memberships=(Membership(EVA.hsa_id),)), "memberships"),
    "another text of a code": (TABLE, replace(TABLE, codes=(*CODES[:2], Code("1", "Ettan"))), "codes"),
    "a single value": (ANNA, replace(ANNA, title="chef"), "title"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_entries_say_the_same(one: Entry, other: Entry) -> None:
    assert same(one, other) and same(other, one)
    assert differing(one, other) == differing(other, one) == ()


@pytest.mark.parametrize(("one", "other", "attribute"), OTHER.values(), ids=OTHER)
def test_what_differs_is_named(one: Entry, other: Entry, attribute: str) -> None:
    assert not same(one, other) and not same(other, one)
    assert differing(one, other) == differing(other, one) == (attribute,)


def test_an_entry_is_not_the_same_as_none_or_another_kind() -> None:
    assert same(None, None)
    assert not same(ANNA, None) and not same(None, ANNA) and not same(ANNA, CENTRE)


def test_without_takes_each_value_as_often_as_the_others_have_it() -> None:
    assert without(("SJ", "BM", "SJ", "SJ"), ("SJ", "LK")) == ("BM", "SJ", "SJ")
    assert without((), ("SJ",)) == ()
