"""What may stand in the directory, and that everything wrong with a change is told at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import Entry, Member, Membership, Snapshot, Unit
from directory.core.validation import problems_of
from tests.directory.parts import (
    ANNA,
    BODEN,
    CARE,
    CENTRE,
    COUNTY,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    a_person,
    added,
    boden,
    region,
)
from tests.directory.validation_parts import SNAPSHOT, T0, wrong_with
from vocabulary.period import Period


def test_a_county_may_be_written_in_any_order() -> None:
    empty = Snapshot.of([], 0)

    assert problems_of(added(*reversed(COUNTY)), empty) == ()


GOOD = [
    replace(ANNA, title="barnmorska", licences=("SJ", "BM")),
    replace(ANNA, period=Period(T0, T0 + timedelta(days=1)), number_lookup="1:" + "ab" * 32),
    replace(CENTRE, name="Hälsocentral – Björknäs", opening_hours=("1-4#08:00#17:00", "5#08:00#16:00")),
    replace(ROOM, parent=None),
    replace(CARE, unit=PROVIDER.hsa_id),
    replace(
        CARE,
        memberships=(Membership(ANNA.hsa_id, Period(None, T0)), Membership(ANNA.hsa_id, Period(T0, None))),
    ),
    replace(REGION, id_prefixes=("SE2321000230", "SE5560360793")),
]


@pytest.mark.parametrize("entry", GOOD, ids=range(len(GOOD)))
def test_what_obeys_the_rules_is_allowed(entry: Entry) -> None:
    assert wrong_with(entry) == set()


BAD = [
    (replace(ANNA, full_name=" Anna"), "full_name"),
    (replace(ANNA, full_name="An\u202ena"), "full_name"),
    (replace(ANNA, full_name="A\u030angström"), "full_name"),
    (replace(ANNA, family_name=""), "family_name"),
    (replace(ANNA, title="x" * 129), "title"),
    (replace(ANNA, licences=("SJ", "XX")), "licences"),
    (replace(ANNA, licences=("SJ", "SJ")), "licences"),
    (replace(ANNA, mail="anna"), "mail"),
    (replace(ANNA, telephone="ring mig"), "telephone"),
    (replace(ANNA, number_lookup="191212121212"), "number_lookup"),
    (replace(ANNA, source_id=None), "source_id"),
    (replace(ANNA, period=Period(T0.replace(year=2201), None)), "period"),
    (replace(ANNA, member=BODEN.hsa_id), "member"),
    (replace(a_person("P9"), member=region("HM99")), "member"),
    (replace(a_person("P9"), hsa_id=boden("P9")), "hsa_id"),
    (replace(a_person("P9"), source="hr", source_id="4711"), "source_id"),
    (replace(a_person("P9"), hsa_id=CENTRE.hsa_id), "hsa_id"),
    (replace(CENTRE, care_provider=region("VG99")), "care_provider"),
    (replace(CENTRE, parent=region("E999")), "parent"),
    (replace(CENTRE, parent=ANNA.hsa_id), "parent"),
    (replace(CENTRE, parent=CENTRE.hsa_id), "parent"),
    (replace(CENTRE, parent=ROOM.hsa_id), "parent"),
    (replace(CENTRE, opening_hours=("1-5 08:00-17:00",)), "opening_hours"),
    (replace(CENTRE, care_type="04"), "care_type"),
    (replace(CENTRE, municipality_code="25820"), "municipality_code"),
    (replace(CENTRE, postal_address="Box 1\n\n971 00 Luleå"), "postal_address"),
    (replace(CARE, unit=ANNA.hsa_id), "unit"),
    (replace(CARE, purpose="Nyfikenhet"), "purpose"),
    (replace(CARE, purpose=None), "purpose"),
    (replace(CARE, rights=("Läsa;alla",)), "rights"),
    (replace(CARE, memberships=(Membership(region("P999")),)), "memberships"),
    (replace(CARE, memberships=(Membership(ANNA.hsa_id), Membership(ANNA.hsa_id, Period(T0, None)))), "memberships"),
    (replace(REGION, id_prefixes=()), "id_prefixes"),
    (replace(REGION, id_prefixes=("SE2321000230", "SE2120002767")), "id_prefixes"),
    (replace(REGION, id_prefixes=("2321000230",)), "id_prefixes"),
    (replace(REGION, mail=""), "mail"),
]


@pytest.mark.parametrize(("entry", "field"), BAD, ids=[f"{n}-{field}" for n, (_, field) in enumerate(BAD)])
def test_what_breaks_a_rule_is_refused_by_its_field(entry: Entry, field: str) -> None:
    assert field in {found for _, found in wrong_with(entry)}


def test_every_problem_is_told_at_once() -> None:
    found = wrong_with(
        replace(ANNA, mail="anna", licences=("XX",)), replace(CENTRE, care_type="9"), replace(CARE, purpose=None)
    )

    assert found == {("P001", "mail"), ("P001", "licences"), ("E001", "care_type"), ("M001", "purpose")}


def test_the_same_entry_twice_in_one_change_is_refused() -> None:
    assert ("P001", "hsa_id") in wrong_with(replace(ANNA, title="chef"), replace(ANNA, title="vd"))


def test_a_staff_lists_key_may_be_handed_on_in_one_change() -> None:
    parting = replace(ANNA, source=None, source_id=None)
    taking_over = replace(EVA, source="hr", source_id="4711")

    assert wrong_with(parting, taking_over) == set()


def test_two_new_people_cannot_have_the_same_key_in_a_staff_list() -> None:
    one, other = (replace(a_person(suffix), source="hr", source_id="1") for suffix in ("P8", "P9"))

    assert wrong_with(one, other) == {("P9", "source_id")}


def test_a_unit_of_another_members_tree_is_no_parent_and_no_place_to_work() -> None:
    theirs = Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten")
    snapshot = SNAPSHOT.succeeded_by([theirs], 2)

    assert wrong_with(replace(ROOM, parent=theirs.hsa_id), snapshot=snapshot) == {("E002", "parent")}
    assert wrong_with(replace(CARE, unit=theirs.hsa_id), snapshot=snapshot) == {("M001", "unit")}


def test_a_prefix_in_use_cannot_be_given_up() -> None:
    other = "SE5560360793"
    wider = replace(REGION, id_prefixes=("SE2321000230", other))
    snapshot = SNAPSHOT.succeeded_by([wider], 2)
    emigrant = replace(wider, hsa_id=REGION.hsa_id, id_prefixes=("SE2321000230",))
    used = snapshot.succeeded_by([replace(ANNA, hsa_id=region("P001").parse(f"{other}-P1"))], 3)

    assert wrong_with(emigrant, snapshot=snapshot) == set()
    assert wrong_with(emigrant, snapshot=used) == {("HM01", "id_prefixes")}


def test_two_new_members_cannot_share_a_prefix() -> None:
    twin: Member = replace(BODEN, hsa_id=boden("HM02"))

    assert ("HM02", "id_prefixes") in wrong_with(twin)


@given(st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=10))
def test_a_tree_is_allowed_exactly_when_every_way_up_ends(parents: list[int | None]) -> None:
    above = {n: parent if parent is not None and parent < len(parents) else None for n, parent in enumerate(parents)}
    units = [
        Unit(region(f"T{n}"), REGION.hsa_id, None if parent is None else region(f"T{parent}"), f"Enhet {n}")
        for n, parent in above.items()
    ]

    found = wrong_with(*units)

    assert bool(found) == any(_goes_round(n, above) for n in above)


def _goes_round(start: int, above: dict[int, int | None]) -> bool:
    at: int | None = start
    for _ in range(len(above) + 1):
        if at is None:
            return False
        at = above[at]
    return True
