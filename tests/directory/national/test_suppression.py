"""An assignment that lacks anything is told nowhere, and one that is whole and current everywhere.  (HSA, rule 2)"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import Assignment, CareProvider, Entry, Membership, Snapshot, Unit
from directory.core.completeness import Lack, lacks_of
from directory.core.national.credentials import credentials
from directory.core.national.employees import MembersWanted, commission_members
from tests.directory.national.parts import AT_PROVIDER, AT_ROOM, ENTRIES, NILS, NOW, a_snapshot, asked, nameless
from tests.directory.parts import PROVIDER, REGION, ROOM, region
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.period import ALWAYS, Period

LACKING: list[tuple[Entry, Assignment, Lack]] = [
    (replace(AT_ROOM, name=""), AT_ROOM, Lack.NAME),
    (replace(AT_ROOM, name="Labora\u202etoriet"), AT_ROOM, Lack.NAME),
    (replace(AT_ROOM, purpose=None), AT_ROOM, Lack.PURPOSE),
    (replace(AT_ROOM, purpose="Nyfikenhet"), AT_ROOM, Lack.PURPOSE),
    (replace(AT_ROOM, unit=region("E999")), AT_ROOM, Lack.PLACE),
    (nameless(ROOM), AT_ROOM, Lack.UNIT_NAME),
    (replace(ROOM, care_provider=None), AT_ROOM, Lack.PROVIDER),
    (replace(ROOM, care_provider=region("VG99")), AT_ROOM, Lack.PROVIDER),
    (nameless(PROVIDER), AT_ROOM, Lack.PROVIDER_NAME),
    (nameless(PROVIDER), AT_PROVIDER, Lack.PROVIDER_NAME),
    (replace(AT_PROVIDER, unit=region("VG99")), AT_PROVIDER, Lack.PLACE),
]


def told_of(snapshot: Snapshot, assignment: Assignment) -> bool:
    """Whether the credentials of anybody tell of it."""
    question = asked(snapshot, feigned=True)
    found = credentials(question, question.told(snapshot.people()))
    return any(one.commission_hsa_id == str(assignment.hsa_id) for each in found for one in each.commission)


@pytest.mark.parametrize(("entry", "assignment", "lack"), LACKING, ids=[lack.name for _, _, lack in LACKING])
def test_what_is_missing_or_malformed_suppresses_the_assignment(
    entry: Entry, assignment: Assignment, lack: Lack
) -> None:
    snapshot = a_snapshot(entry)
    held = snapshot.assignment(assignment.hsa_id)

    assert held is not None and lack in lacks_of(snapshot, held)
    assert not told_of(snapshot, held)


@pytest.mark.parametrize("assignment", [AT_ROOM, AT_PROVIDER])
def test_a_whole_assignment_is_told(assignment: Assignment) -> None:
    snapshot = a_snapshot()

    assert lacks_of(snapshot, assignment) == ()
    assert told_of(snapshot, assignment)


NAMES = st.sampled_from(["Ett namn", "", " ett", "x\u202ey", "n" * 300])
PURPOSES = st.sampled_from([*Purpose, "Nyfikenhet", "", None])
DAY = timedelta(days=1)
PERIODS = st.sampled_from(
    [ALWAYS, Period(NOW - DAY, NOW + DAY), Period(NOW, None), Period(None, NOW), Period(NOW + DAY)]
)


@st.composite
def counties(draw: st.DrawFn) -> Snapshot:
    """Providers, units and assignments of every kind of wrong and right, all held by one person."""
    providers = [
        CareProvider(region(f"VG1{n}"), REGION.hsa_id, draw(NAMES), REGION.organisation_number, draw(
            st.sampled_from(Capacity)), draw(PERIODS), draw(st.booleans()))
        for n in range(2)
    ]  # fmt: skip
    ids_of_providers = [one.hsa_id for one in providers]
    units = [
        Unit(region(f"E1{n}"), REGION.hsa_id, None, draw(NAMES),
             draw(st.sampled_from([None, region("VG99"), *ids_of_providers])), period=draw(PERIODS))
        for n in range(3)
    ]  # fmt: skip
    places = [*ids_of_providers, *(unit.hsa_id for unit in units), region("E99")]
    assignments = [
        Assignment(region(f"M1{n}"), REGION.hsa_id, draw(st.sampled_from(places)), draw(NAMES), draw(PURPOSES),
                   ("Läsa;alla;VE",), (Membership(NILS.hsa_id, draw(PERIODS)),), period=draw(PERIODS))
        for n in range(4)
    ]  # fmt: skip
    entries: list[Entry] = [*(e for e in ENTRIES if not isinstance(e, Assignment)), *providers, *units, *assignments]
    return Snapshot.of([(entry, 1) for entry in entries], 1)


def is_whole_and_current(snapshot: Snapshot, assignment: Assignment) -> bool:
    """The rule once more, in other words: each name one line of text, each date around now."""

    def sound(name: str, longest: int) -> bool:
        return bool(name) and name == name.strip() and len(name) <= longest and name.isprintable()

    (membership,) = assignment.memberships
    unit = snapshot.unit(assignment.unit)
    provider_id = assignment.unit if unit is None else unit.care_provider
    provider = None if provider_id is None else snapshot.care_provider(provider_id)
    if provider is None or assignment.purpose not in set(Purpose):
        return False
    periods = [assignment.period, membership.period, provider.period, *([] if unit is None else [unit.period])]
    names = [(assignment.name, 256), (provider.name, 128), *([] if unit is None else [(unit.name, 128)])]
    return all(period.contains(NOW) for period in periods) and all(sound(*name) for name in names)


@given(counties())
def test_exactly_what_is_whole_and_current_is_told_in_every_answer(snapshot: Snapshot) -> None:
    expected = {str(a.hsa_id) for a in snapshot.assignments() if is_whole_and_current(snapshot, a)}
    question = asked(snapshot)

    (credential,) = credentials(question, question.person(NILS.hsa_id))

    assert {commission.commission_hsa_id for commission in credential.commission} == expected
    for unit in snapshot.units():
        there = {(a.purpose) for a in snapshot.assignments() if a.unit == unit.hsa_id and str(a.hsa_id) in expected}
        for purpose in Purpose:
            found = commission_members(question, MembersWanted(unit.hsa_id, purpose))
            assert bool(found) == (purpose in there)
