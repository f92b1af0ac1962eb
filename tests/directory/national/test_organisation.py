"""The domain organization: which care unit a unit belongs to, which units belong to a care unit, whose it is."""

from dataclasses import fields, replace

import pytest

from directory import Entry, Unit
from directory.core.entries import Function
from directory.core.national.organisation import (
    HealthCareProvider,
    health_care_provider,
    health_care_providers,
    health_care_unit,
    health_care_unit_members,
    health_care_units,
)
from tests.directory.national.parts import (
    ADMINISTRATOR,
    CORNER,
    DESK,
    OFFICE,
    OVER,
    a_snapshot,
    asked,
    nameless,
)
from tests.directory.parts import ANNA, BODEN, CENTRE, PROVIDER, REGION, ROOM, region
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber


@pytest.mark.parametrize(
    ("entry", "care_unit", "itself"),
    [(CENTRE, CENTRE, True), (ROOM, ROOM, True), (CORNER, ROOM, None), (DESK, ROOM, None)],
    ids=["care unit", "care unit below another", "unit below", "function below"],
)
def test_a_unit_belongs_to_the_nearest_care_unit(entry: Unit | Function, care_unit: Unit, itself: bool | None) -> None:
    told = health_care_unit(asked(a_snapshot()), entry.hsa_id)

    assert told is not None
    assert (told.health_care_unit_member_hsa_id, told.health_care_unit_member_name) == (str(entry.hsa_id), entry.name)
    assert (told.health_care_unit_hsa_id, told.health_care_unit_name) == (str(care_unit.hsa_id), care_unit.name)
    assert told.unit_is_health_care_unit is itself
    assert told.health_care_provider_org_no == str(PROVIDER.organisation_number)


@pytest.mark.parametrize("hsa_id", [region("E999"), OFFICE.hsa_id, PROVIDER.hsa_id, REGION.hsa_id, ANNA.hsa_id])
def test_what_belongs_to_no_care_unit_gives_an_empty_answer(hsa_id: HsaId) -> None:
    question = asked(a_snapshot())

    assert health_care_unit(question, hsa_id) is None
    assert health_care_unit_members(question, hsa_id) is None


@pytest.mark.parametrize(
    "lacking",
    [nameless(ROOM), nameless(PROVIDER), replace(ROOM, care_provider=region("VG99"))],
    ids=["unit's name", "provider's name", "provider"],
)
def test_a_care_unit_that_is_not_whole_gives_an_empty_answer(lacking: Entry) -> None:
    question = asked(a_snapshot(lacking))

    assert health_care_unit(question, ROOM.hsa_id) is None is health_care_unit(question, CORNER.hsa_id)
    assert health_care_unit_members(question, ROOM.hsa_id) is None


def test_a_nameless_member_falls_alone() -> None:
    question = asked(a_snapshot(nameless(CORNER)))

    assert health_care_unit(question, CORNER.hsa_id) is None
    told = health_care_unit_members(question, ROOM.hsa_id)
    assert told is not None
    assert [one.health_care_unit_member_hsa_id for one in told.health_care_unit_member] == [str(DESK.hsa_id)]


def test_members_of_a_care_unit_are_all_below_it_down_to_the_next_care_unit() -> None:
    question = asked(a_snapshot())

    centre, room = (health_care_unit_members(question, unit.hsa_id) for unit in (CENTRE, ROOM))

    assert centre is not None and centre.health_care_unit_member == ()
    assert room is not None
    corner, desk = room.health_care_unit_member
    assert (corner.health_care_unit_member_hsa_id, corner.health_care_unit_member_telephone_number) == (
        str(CORNER.hsa_id), ("0921-670 03",),
    )  # fmt: skip
    assert desk.health_care_unit_memberpostal_address is not None
    assert desk.health_care_unit_memberpostal_address.address_line == ("Box 1", "961 00 Boden")
    assert room.health_care_provider == health_care_provider(question, PROVIDER.hsa_id)


def test_each_member_says_of_itself_that_it_belongs_there() -> None:
    question = asked(a_snapshot())
    room = health_care_unit_members(question, ROOM.hsa_id)
    assert room is not None

    for member in room.health_care_unit_member:
        told = health_care_unit(question, HsaId.parse(member.health_care_unit_member_hsa_id))
        assert told is not None and told.health_care_unit_hsa_id == room.health_care_unit_hsa_id
        assert told.health_care_unit_member_name == member.health_care_unit_member_name


def test_a_providers_units_are_told_each_as_it_is_alone() -> None:
    question = asked(a_snapshot())

    told = health_care_units(question, PROVIDER.hsa_id)

    assert told is not None
    assert [one.health_care_unit_hsa_id for one in told.health_care_unit] == [str(CENTRE.hsa_id), str(ROOM.hsa_id)]
    provider = health_care_provider(question, PROVIDER.hsa_id)
    for each in fields(HealthCareProvider):
        assert getattr(told, each.name) == getattr(provider, each.name)
    for listed in told.health_care_unit:
        alone = health_care_unit(question, HsaId.parse(listed.health_care_unit_hsa_id))
        assert alone is not None
        assert all(getattr(alone, each.name) == getattr(listed, each.name) for each in fields(listed))


@pytest.mark.parametrize("hsa_id", [region("VG99"), CENTRE.hsa_id, REGION.hsa_id])
def test_what_is_no_provider_gives_an_empty_answer(hsa_id: HsaId) -> None:
    question = asked(a_snapshot())

    assert health_care_units(question, hsa_id) is None is health_care_provider(question, hsa_id)


def test_what_has_ended_or_is_archived_is_told_with_its_dates_and_flag() -> None:
    question = asked(a_snapshot(replace(ROOM, period=OVER, archived=True), replace(CORNER, archived=True)))

    told, listed = health_care_unit(question, CORNER.hsa_id), health_care_units(question, PROVIDER.hsa_id)

    assert told is not None and listed is not None
    assert (told.archived_health_care_unit, told.health_care_unit_end_date) == (True, OVER.end)
    assert told.archived_health_care_unit_member is True and told.archived_health_care_provider is None
    centre, room = listed.health_care_unit
    assert (centre.archived_health_care_unit, room.archived_health_care_unit) == (None, True)
    assert room.health_care_unit_end_date == OVER.end


def test_one_organisation_number_may_be_two_providers() -> None:
    social = replace(PROVIDER, hsa_id=region("OG01"), name="Regionens omsorg", capacity=Capacity.SOCIAL_CARE)
    question = asked(a_snapshot(social))

    found = health_care_providers(question, PROVIDER.organisation_number)

    assert [(one.health_care_provider_hsa_id[13:], one.social_care_provider) for one in found] == [
        ("OG01", True), ("VG01", None),
    ]  # fmt: skip
    assert health_care_providers(question, OrganisationNumber.parse(BODEN.hsa_id.prefix[2:])) == ()


def test_workplace_codes_are_told_to_administrators_only() -> None:
    snapshot = a_snapshot(replace(ROOM, prescription_code="2500410000000"))

    reader, administrator = (
        health_care_unit_members(question, ROOM.hsa_id)
        for question in (asked(snapshot), asked(snapshot, ADMINISTRATOR))
    )

    assert reader is not None and administrator is not None
    assert (reader.health_care_unit_prescription_code, administrator.health_care_unit_prescription_code) == (
        (), ("2500410000000",),
    )  # fmt: skip


def test_a_tree_that_goes_round_ends() -> None:
    """As somebody could write it past us."""
    one = replace(OFFICE, parent=CORNER.hsa_id)
    other = replace(CORNER, parent=OFFICE.hsa_id)

    assert health_care_unit(asked(a_snapshot(one, other)), CORNER.hsa_id) is None
