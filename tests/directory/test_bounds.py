"""What bounds what on write: employments and memberships, providers and units, licences and what follows from them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from directory import Entry, Member, Membership, Snapshot, Unit
from directory.core.entries import AdminAssignment, Code, CodeTable, SystemRole
from tests.directory.parts import (
    ANNA,
    BODEN,
    BODENS_PROVIDER,
    CARE,
    CENTRE,
    COUNTY,
    EVA,
    PROVIDER,
    REGION,
    ROOM,
    a_person,
    boden,
    region,
)
from tests.directory.validation_parts import T0, wrong_with
from vocabulary.period import Period

BEFORE, AFTER = Period(None, T0), Period(T0, None)
BODENS_UNIT = Unit(boden("E001"), BODEN.hsa_id, None, "Hemsjukvården", BODENS_PROVIDER.hsa_id)
BODENS_CARE = replace(CARE, hsa_id=boden("M001"), member=BODEN.hsa_id, unit=BODENS_UNIT.hsa_id, memberships=())
TABLES = (
    CodeTable(
        region("K1"), REGION.hsa_id, "municipalities", "Kommuner", (Code("2582", "Boden"), Code("2580", "Luleå"))
    ),
)
ENTRIES = (*COUNTY, BODENS_PROVIDER, BODENS_UNIT, BODENS_CARE, *TABLES)
OFFICE = Unit(region("E009"), REGION.hsa_id, None, "Kansliet")


def snapshot_with(*more: Entry) -> Snapshot:
    return Snapshot.of([(entry, 1) for entry in ENTRIES], 1).succeeded_by(more, 2)


NEW = replace(CARE, hsa_id=region("M009"))

GOOD = [
    NEW,
    replace(NEW, unit=PROVIDER.hsa_id),
    replace(NEW, memberships=(Membership(ANNA.hsa_id, BEFORE), Membership(ANNA.hsa_id, AFTER))),
    replace(CENTRE, care_provider=PROVIDER.hsa_id),
    replace(OFFICE, care_provider=PROVIDER.hsa_id),
    replace(CENTRE, municipality_code="2580", municipality_name="Luleå"),
    replace(ANNA, specialities=("SJ;30;Intensivvård",), prescription_rights=("SJ;true",)),
    replace(BODEN, assigns_people_of=(str(REGION.hsa_id),)),
]


@pytest.mark.parametrize("entry", GOOD, ids=range(len(GOOD)))
def test_what_is_within_its_bounds_is_allowed(entry: Entry) -> None:
    assert wrong_with(entry, snapshot=snapshot_with()) == set()


BAD: list[tuple[Entry, str, tuple[Entry, ...]]] = [
    (replace(NEW, unit=OFFICE.hsa_id), "unit", (OFFICE,)),
    (replace(CARE, unit=OFFICE.hsa_id), "unit", (OFFICE,)),
    (replace(NEW, period=AFTER), "period", (replace(CENTRE, period=BEFORE),)),
    (replace(NEW, period=AFTER, unit=PROVIDER.hsa_id), "period", (replace(PROVIDER, period=BEFORE),)),
    (replace(OFFICE, care_provider=PROVIDER.hsa_id, period=AFTER), "care_provider",
     (replace(PROVIDER, period=BEFORE),)),
    (replace(OFFICE, care_provider=PROVIDER.hsa_id), "care_provider", (replace(PROVIDER, archived=True),)),
    (replace(NEW, memberships=(Membership(region("P9"), AFTER),)), "memberships", (a_person("P9", period=BEFORE),)),
    (replace(CARE, memberships=(*CARE.memberships, Membership(region("P9"), BEFORE))), "memberships",
     (a_person("P9", period=AFTER),)),
    (replace(NEW, memberships=(Membership(region("P9")),)), "memberships", (a_person("P9", archived=True),)),
    (replace(BODENS_CARE, memberships=(Membership(ANNA.hsa_id),)), "memberships", ()),
    (replace(ANNA, specialities=("LK;11102;Invärtesmedicin",)), "specialities", ()),
    (replace(ANNA, prescription_rights=("BM;true",)), "prescription_rights", ()),
    (replace(ANNA, licences=(), prescription_rights=("SJ;true",)), "prescription_rights", ()),
    (replace(CENTRE, municipality_code="2581"), "municipality_code", ()),
    (replace(CENTRE, municipality_name="Bodens kommun"), "municipality_name", ()),
    (replace(BODEN, assigns_people_of=(str(region("HM99")),)), "assigns_people_of", ()),
    (replace(BODEN, assigns_people_of=("regionen",)), "assigns_people_of", ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "field", "standing"), BAD, ids=[f"{n}-{field}" for n, (_, field, _) in enumerate(BAD)]
)
def test_what_is_beyond_its_bounds_is_refused_by_its_field(
    entry: Entry, field: str, standing: tuple[Entry, ...]
) -> None:
    found = wrong_with(entry, snapshot=snapshot_with(*standing))

    assert found == {(str(entry.hsa_id)[13:], field)}


def test_a_member_assigns_people_of_the_members_that_it_names() -> None:
    naming: Member = replace(BODEN, assigns_people_of=(str(REGION.hsa_id),))
    theirs = replace(BODENS_CARE, memberships=(Membership(ANNA.hsa_id),))

    assert wrong_with(theirs, snapshot=snapshot_with(naming)) == set()
    assert wrong_with(naming, theirs, snapshot=snapshot_with()) == set()
    assert wrong_with(theirs, snapshot=snapshot_with(replace(BODEN, assigns_people_of=()))) == {("M001", "memberships")}


def test_who_comes_as_archived_comes_with_what_she_held() -> None:
    old = a_person("P9", archived=True)

    assert wrong_with(old, replace(NEW, memberships=(Membership(old.hsa_id),)), snapshot=snapshot_with()) == set()


@pytest.mark.parametrize("kind", ["admin assignment", "system role"])
def test_roles_are_given_across_members(kind: str) -> None:
    """Only assignments at care units are bound to whose people may be assigned."""
    hers = (Membership(ANNA.hsa_id),)
    held: Entry = (
        AdminAssignment(boden("A1"), BODEN.hsa_id, "Läser", (str(BODEN.hsa_id),), ("read",), hers)
        if kind == "admin assignment"
        else SystemRole(boden("R1"), BODEN.hsa_id, "SVP", "läsare", "Läsare", hers)
    )

    assert wrong_with(held, snapshot=snapshot_with()) == set()


def test_what_has_come_to_stand_beyond_its_bounds_does_not_hinder_other_changes() -> None:
    """Anna has left, the unit has closed, its provider has ended: the assignment can still be renamed and ended."""
    snapshot = snapshot_with(
        replace(ANNA, period=BEFORE), replace(CENTRE, period=BEFORE), replace(PROVIDER, period=BEFORE)
    )
    at = T0 + timedelta(days=1)

    assert wrong_with(replace(CARE, name="Vård"), snapshot=snapshot) == set()
    assert wrong_with(replace(CARE, period=CARE.period.ended_at(at)), snapshot=snapshot) == set()
    assert wrong_with(replace(CENTRE, period=BEFORE, name="Hälsocentralen"), snapshot=snapshot) == set()
    assert wrong_with(replace(ROOM, name="Labbet"), snapshot=snapshot) == set()


def test_a_licence_that_is_withdrawn_takes_what_follows_from_it_along() -> None:
    snapshot = snapshot_with(replace(ANNA, prescription_rights=("SJ;true",)))

    assert wrong_with(replace(ANNA, licences=(), prescription_rights=()), snapshot=snapshot) == set()
    assert wrong_with(replace(EVA, title="chef"), snapshot=snapshot) == set()


def test_nothing_new_comes_below_a_unit_that_is_over() -> None:
    gone = replace(OFFICE, archived=True, period=BEFORE)
    below = replace(ROOM, hsa_id=region("E010"), parent=OFFICE.hsa_id)

    assert wrong_with(below, snapshot=snapshot_with(gone)) == {("E010", "parent")}
    assert wrong_with(replace(ROOM, parent=OFFICE.hsa_id), snapshot=snapshot_with(gone)) == {("E002", "parent")}
    assert wrong_with(replace(below, name="Annat"), snapshot=snapshot_with(gone, below)) == set()
