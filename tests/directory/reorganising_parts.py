"""Reorganising for tests: the small county with more of every kind, and what a reorganisation leaves of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from directory import CareProvider, Change, Membership, Snapshot, Unit
from directory.core.entries import AdminAssignment, Function, VideoEndpoint
from directory.core.reorganisation import Reorganisation, reorganised
from directory.core.validation import problems_of
from directory.refusals import ChangeRefused
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, COUNTY, REGION, ROOM, boden, region
from vocabulary.capacity import Capacity
from vocabulary.period import Period

AT = datetime(2026, 5, 31, 22, tzinfo=UTC)
SOCIAL = CareProvider(
    region("OG01"), REGION.hsa_id, "Region Norrbotten, omsorg", REGION.organisation_number, Capacity.SOCIAL_CARE
)
OTHER = replace(CENTRE, hsa_id=region("E010"), name="Mjölkuddens hälsocentral", public=True)
HOUSING = Unit(region("E020"), REGION.hsa_id, None, "Omsorgsboendet", SOCIAL.hsa_id)
OFFICE = Unit(region("E030"), REGION.hsa_id, None, "Förvaltningen")
LAB_CARE = replace(CARE, hsa_id=region("M002"), unit=ROOM.hsa_id, memberships=(Membership(ANNA.hsa_id),))
OLD_CARE = replace(CARE, hsa_id=region("M003"), period=Period(None, AT - timedelta(days=90)), memberships=())
SOCIAL_CARE = replace(CARE, hsa_id=region("M004"), unit=HOUSING.hsa_id, memberships=())
DESK = Function(region("F001"), REGION.hsa_id, CENTRE.hsa_id, "Reception", public=True)
VIDEO = VideoEndpoint(region("V001"), REGION.hsa_id, "Rum 1", CENTRE.hsa_id, "sip:rum1@example.se")
ADMIN = AdminAssignment(region("A001"), REGION.hsa_id, "Katalogansvarig", (str(CENTRE.hsa_id),), ("administer",))
THEIRS = Unit(boden("E001"), BODEN.hsa_id, None, "Hemtjänsten")
SNAPSHOT = Snapshot.of(
    [
        (entry, 1)
        for entry in (
            *COUNTY, SOCIAL, OTHER, HOUSING, OFFICE, LAB_CARE, OLD_CARE, SOCIAL_CARE, DESK, VIDEO, ADMIN, THEIRS,
        )
    ],
    1,
)  # fmt: skip


def after(what: Reorganisation, snapshot: Snapshot = SNAPSHOT) -> Snapshot:
    """The directory afterwards, which obeys every rule."""
    entries = reorganised(what, snapshot, AT)
    changes = [Change(snapshot.entry(entry.hsa_id), entry) for entry in entries]
    assert problems_of(changes, snapshot) == ()
    return snapshot.succeeded_by(entries, 2)


def changed(snapshot: Snapshot) -> set[str]:
    return {str(e.hsa_id)[13:] for e in snapshot.entries() if SNAPSHOT.entry(e.hsa_id) != e}


def units_of_assignments(snapshot: Snapshot) -> dict[str, str]:
    return {str(a.hsa_id)[13:]: str(a.unit)[13:] for a in snapshot.assignments()}


def providers_of_assignments(snapshot: Snapshot) -> dict[str, object]:
    """INVARIANT (rights stay with their care provider), as a table."""
    found = {}
    for assignment in snapshot.assignments():
        if not assignment.archived:
            unit = snapshot.unit(assignment.unit)
            assert unit is not None
            found[str(assignment.hsa_id)] = unit.care_provider
    return found


def refused(what: Reorganisation, kind: type[ChangeRefused] = ChangeRefused) -> str:
    with pytest.raises(kind) as refusal:
        reorganised(what, SNAPSHOT, AT)
    return refusal.value.description
