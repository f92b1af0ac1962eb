"""Entries as attributes and back: nothing is lost, and nothing malformed opens anything."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.core.entries import (
    AdminAssignment,
    Assignment,
    CareProvider,
    CodeTable,
    Entry,
    Member,
    Membership,
    Person,
    SystemRole,
    Unit,
    VideoEndpoint,
)
from directory.core.entries import parent_of as parent_id
from directory.edge.ldap.entry_mapping import Reading, from_ldap, kind_of, to_ldap
from directory.edge.ldap.generalized_time import read_time, written_time
from directory.edge.ldap.names import CONTROLS, escaped, parent_of, rdn
from tests.directory.ldap.parts import a_county, a_person, a_unit
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.period import Period
from vocabulary.refusals import InvalidValue

TEXT = st.text(min_size=1, max_size=30).filter(lambda text: not CONTROLS.search(text))
PLAIN = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20)
IDS = st.integers(1, 10**9).map(lambda n: HsaId.parse(f"SE2321000230-X{n}"))
INSTANTS = st.datetimes(timezones=st.just(UTC))
PERIODS = st.tuples(st.none() | INSTANTS, st.none() | INSTANTS).map(
    lambda pair: Period(*sorted(pair)) if None not in pair else Period(*pair)  # type: ignore[type-var] # none is None
)
NUMBER = st.just(OrganisationNumber.parse("2321000230"))


def some(kind: type[Entry], /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, hsa_id=IDS, **fields)


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | values


def many(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=4).map(tuple)


ENTRIES = st.one_of(
    some(
        Member, name=TEXT, organisation_number=NUMBER, id_prefixes=many(PLAIN), directory_contact=PLAIN, mail=PLAIN,
        telephone=PLAIN, postal_address=st.lists(TEXT, min_size=1, max_size=3).map("\n".join),
        municipality_code=maybe(PLAIN),
    ),
    some(
        CareProvider, member=IDS, name=TEXT, organisation_number=NUMBER, capacity=st.sampled_from(Capacity),
        period=PERIODS,
    ),
    some(
        Unit, member=IDS, parent=st.none() | IDS, name=TEXT, care_provider=st.none() | IDS, kind=maybe(TEXT),
        care_type=maybe(PLAIN), municipality_code=maybe(PLAIN), municipality_name=maybe(TEXT), telephone=maybe(PLAIN),
        mail=maybe(PLAIN), postal_address=maybe(TEXT), opening_hours=many(TEXT), public=st.booleans(),
        source=maybe(PLAIN), source_id=maybe(TEXT), period=PERIODS,
    ),
    some(
        Person, member=IDS, full_name=TEXT, family_name=TEXT, given_name=maybe(TEXT), title=maybe(TEXT),
        licences=many(PLAIN), licence_restrictions=many(TEXT), mail=maybe(PLAIN), telephone=maybe(PLAIN),
        number_lookup=maybe(PLAIN), protected=st.booleans(), feigned=st.booleans(), archived=st.booleans(),
        source=maybe(PLAIN), source_id=maybe(TEXT), period=PERIODS,
    ),
    some(
        Assignment, member=IDS, unit=IDS, name=TEXT, purpose=TEXT, rights=many(TEXT),
        memberships=many(st.builds(Membership, IDS, PERIODS)), source=maybe(PLAIN), period=PERIODS,
    ),
)  # fmt: skip


def read_back(entry: Entry, **instead: list[str]) -> Reading:
    """As the reading does: kind from the classes, member and parent from the place."""
    values = {name: list(texts) for name, texts in {**to_ldap(entry), **instead}.items()}
    kind = kind_of(values)
    assert kind is type(entry)
    place: dict[str, HsaId | None] = {} if isinstance(entry, Member) else {"member": entry.member}
    if isinstance(entry, Unit):
        place["parent"] = entry.parent
    if isinstance(entry, Assignment):
        place["unit"] = entry.unit
    return from_ldap("ou=somewhere", values, kind, place)


@settings(deadline=None)
@given(ENTRIES)
def test_every_entry_is_read_as_it_was_written(entry: Entry) -> None:
    assert read_back(entry) == Reading(entry)


@settings(deadline=None)
@given(INSTANTS)
def test_every_instant_is_read_as_it_was_written(instant: datetime) -> None:
    assert read_time(written_time(instant)) == instant


def test_instants_are_written_as_hsa_does_and_in_utc() -> None:
    summer = timezone(timedelta(hours=2))

    assert written_time(datetime(2026, 7, 1, tzinfo=summer)) == "20260630220000Z"
    assert read_time("20260701000000+0200") == datetime(2026, 6, 30, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "2026", "20260230000000Z", "20260101000000", "20260101000060Z", "２０260101000000Z", "2026010100.5Z"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        read_time(text)


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_can_end_the_name_it_stands_in(text: str, above: str) -> None:
    parent = f"o={escaped(above)},c=SE"

    assert parent_of(f"{rdn('ou', text, 'SE2321000230-E1')},{parent}") == parent


def test_only_members_and_what_has_a_folder_of_its_own_stand_below_no_entry() -> None:
    alone = {type(entry) for entry in a_county() if parent_id(entry) is None}

    assert alone == {Member, AdminAssignment, VideoEndpoint, SystemRole, CodeTable}


ASSIGNMENT = next(entry for entry in a_county() if isinstance(entry, Assignment))


@pytest.mark.parametrize(
    "member",
    ["", "#", "nonsens", "SE2321000230-P1#", "SE2321000230-P1#20260101000000Z", "SE2321000230-P1###",
     "SE2321000230-P1#x#", "SE2321000231-P1", "SE2321000230-P1#20270101000000Z#20260101000000Z"],
)  # fmt: skip
def test_a_malformed_membership_is_left_out_alone(member: str) -> None:
    reading = read_back(ASSIGNMENT, hsaCommissionMember=["SE2321000230-P1", member])

    assert isinstance(reading.entry, Assignment)
    assert reading.entry.memberships == (Membership(a_person().hsa_id),)
    assert [(problem.hsa_id, problem.served) for problem in reading.problems] == [(ASSIGNMENT.hsa_id, True)]


@pytest.mark.parametrize("attribute", ["startDate", "endDate"])
@pytest.mark.parametrize("times", [["soon"], ["20260101000000Z", "20260102000000Z"], [""]])
def test_a_malformed_period_takes_its_entry_along(attribute: str, times: list[str]) -> None:
    reading = read_back(a_person(), **{attribute: times})

    assert reading.entry is None
    assert reading.problems[0].hsa_id == a_person().hsa_id


def test_a_malformed_licence_restriction_takes_its_person_along() -> None:
    assert read_back(a_person(), hsaSosRestrictionsCode=["x\x00"]).entry is None


@pytest.mark.parametrize("attribute", ["hsaIdentity", "fullName", "sn"])
def test_a_missing_or_doubled_mandatory_attribute_takes_its_entry_along(attribute: str) -> None:
    assert read_back(a_person(), **{attribute: []}).entry is None
    assert read_back(a_person(), **{attribute: ["SE2321000230-P1", "SE2321000230-P2"]}).entry is None


def test_a_provider_in_two_capacities_is_not_served() -> None:
    provider = next(entry for entry in a_county() if isinstance(entry, CareProvider))
    both = ["organization", "hsaHealthCareProvider", "tillitSocialCareProvider"]

    assert read_back(provider, objectClass=both).entry is None


def test_a_malformed_optional_value_is_left_out_alone() -> None:
    reading = read_back(a_unit(kind="ward"), hsaResponsibleHealthCareProvider=["nonsens"])

    assert reading.entry == a_unit(kind="ward")
    assert len(reading.problems) == 1


def test_a_problem_never_repeats_the_value() -> None:
    reading = read_back(a_person(), endDate=["191212121212"])

    assert "191212121212" not in str(reading.problems)
