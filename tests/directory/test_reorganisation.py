"""Units are moved, merged, split and closed with all that stands below them; rights stay with their care provider."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from directory import Assignment, CareProvider, Change, Entry, Membership, Snapshot, Unit
from directory.core.currency import NotCurrent, why_not_current
from directory.core.effects import What, effects_of
from directory.core.entries import AdminAssignment, Function, VideoEndpoint
from directory.core.reorganisation import (
    END,
    TAKE,
    Assignments,
    Children,
    CloseUnit,
    Fate,
    MergeUnits,
    MoveUnit,
    Part,
    Reorganisation,
    SplitUnit,
    reorganised,
)
from directory.core.validation import problems_of
from directory.refusals import ChangeRefused, CrossesProviders, EntryOver
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, COUNTY, EVA, PROVIDER, REGION, ROOM, boden, region
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


def test_a_unit_moves_with_all_that_stands_below_it() -> None:
    moved = after(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id))

    assert changed(moved) == {"E001"}
    unit = moved.unit(CENTRE.hsa_id)
    assert unit == replace(CENTRE, parent=OTHER.hsa_id)
    assert ROOM in moved.below(CENTRE.hsa_id) and CARE in moved.below(CENTRE.hsa_id)


def test_a_unit_may_move_right_below_its_member() -> None:
    assert after(MoveUnit(ROOM.hsa_id, REGION.hsa_id)).unit(ROOM.hsa_id) == replace(ROOM, parent=None)


def test_a_unit_without_provider_is_a_place_for_any() -> None:
    assert changed(after(MoveUnit(CENTRE.hsa_id, OFFICE.hsa_id))) == {"E001"}


@pytest.mark.parametrize("to", [CENTRE.hsa_id, ROOM.hsa_id])
def test_a_unit_does_not_move_below_itself(to: object) -> None:
    assert "below itself" in refused(MoveUnit(CENTRE.hsa_id, to))  # type: ignore[arg-type]  # an id


@pytest.mark.parametrize("to", [THEIRS.hsa_id, BODEN.hsa_id])
def test_nothing_crosses_members(to: object) -> None:
    assert "another member" in refused(MoveUnit(CENTRE.hsa_id, to))  # type: ignore[arg-type]  # an id
    for fate in (TAKE, END, Assignments(Fate.LEAVE, OTHER.hsa_id)):
        assert "another member" in refused(MergeUnits((CENTRE.hsa_id,), THEIRS.hsa_id, fate))
        assert "another member" in refused(MergeUnits((THEIRS.hsa_id,), CENTRE.hsa_id, fate))


def test_a_move_below_another_providers_unit_is_refused_until_it_is_said_whose_the_unit_shall_be() -> None:
    said = refused(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id), CrossesProviders)
    kept = after(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, PROVIDER.hsa_id))

    assert str(SOCIAL.hsa_id) in said
    assert kept.unit(CENTRE.hsa_id) == replace(CENTRE, parent=HOUSING.hsa_id)
    assert providers_of_assignments(kept) == providers_of_assignments(SNAPSHOT)


def test_a_unit_below_a_department_counts_for_whose_the_department_moves_to() -> None:
    department = replace(OFFICE, hsa_id=region("E031"), name="Avdelningen")
    snapshot = SNAPSHOT.succeeded_by([department, replace(CENTRE, parent=department.hsa_id)], 2)

    with pytest.raises(CrossesProviders):
        reorganised(MoveUnit(department.hsa_id, HOUSING.hsa_id), snapshot, AT)


def test_a_unit_comes_to_another_provider_only_without_its_assignments() -> None:
    there = MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id)
    said = refused(there, CrossesProviders)
    ended = after(replace(there, assignments=END))
    left = after(replace(there, assignments=Assignments(Fate.LEAVE, OTHER.hsa_id)))

    assert "say that assignments end, or where they stay" in said
    assert {ended.unit(each.hsa_id).care_provider for each in (CENTRE, ROOM)} == {SOCIAL.hsa_id}  # type: ignore[union-attr]  # there
    for each in (CARE, LAB_CARE):
        over = ended.assignment(each.hsa_id)
        assert over == replace(each, period=Period(None, AT), archived=True)
    assert units_of_assignments(left) | {"M003": "E001"} == {
        "M001": "E010", "M002": "E010", "M003": "E001", "M004": "E020",
    }  # fmt: skip
    for snapshot in (ended, left):
        before = providers_of_assignments(SNAPSHOT)
        assert all(before[hsa_id] == provider for hsa_id, provider in providers_of_assignments(snapshot).items())


@pytest.mark.parametrize("at", [CENTRE.hsa_id, ROOM.hsa_id, HOUSING.hsa_id])
def test_assignments_are_left_only_where_their_own_provider_is(at: object) -> None:
    leave = Assignments(Fate.LEAVE, at)  # type: ignore[arg-type]  # an id

    refused(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, leave))


def test_a_unit_without_assignments_may_come_to_another_provider() -> None:
    moved = after(MoveUnit(OTHER.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id))

    assert moved.unit(OTHER.hsa_id) == replace(OTHER, parent=HOUSING.hsa_id, care_provider=SOCIAL.hsa_id)


def test_a_providers_unit_is_not_given_to_a_provider_of_another_member() -> None:
    assert "no care provider" in refused(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id, boden("VG1")))


def test_merging_takes_everything_over_and_archives_what_is_gone() -> None:
    merged = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id))

    gone = merged.unit(CENTRE.hsa_id)
    assert gone == replace(CENTRE, merged_into=OTHER.hsa_id, archived=True, public=False, period=Period(None, AT))
    assert units_of_assignments(merged) == {"M001": "E010", "M002": "E002", "M003": "E010", "M004": "E020"}
    assert merged.unit(ROOM.hsa_id) == replace(ROOM, parent=OTHER.hsa_id)
    assert merged.function(DESK.hsa_id) == replace(DESK, unit=OTHER.hsa_id)
    assert merged.video_endpoint(VIDEO.hsa_id) == replace(VIDEO, owner=OTHER.hsa_id)
    assert why_not_current(merged, ANNA.hsa_id, CARE.hsa_id, AT) is None
    assert merged.assignment(CARE.hsa_id) == replace(CARE, unit=OTHER.hsa_id)


def test_who_administered_the_merged_unit_does_not_come_to_administer_the_other() -> None:
    assert after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id)).admin_assignment(ADMIN.hsa_id) == ADMIN


def test_several_units_merge_into_one() -> None:
    merged = after(MergeUnits((ROOM.hsa_id, CENTRE.hsa_id), OTHER.hsa_id))

    assert {str(u.hsa_id)[13:] for u in merged.units() if u.merged_into == OTHER.hsa_id} == {"E001", "E002"}
    assert set(units_of_assignments(merged).values()) == {"E010", "E020"}


def test_a_merge_may_end_the_assignments_or_leave_them_elsewhere() -> None:
    ended = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id, END))
    left = after(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id, Assignments(Fate.LEAVE, ROOM.hsa_id)))

    assert why_not_current(ended, ANNA.hsa_id, CARE.hsa_id, AT) is NotCurrent.ASSIGNMENT_NOT_NOW
    assert units_of_assignments(left)["M001"] == "E002"


def test_a_merge_across_providers_is_refused_unless_assignments_end_or_are_left() -> None:
    alone = SNAPSHOT.succeeded_by([replace(ROOM, parent=OTHER.hsa_id)], 2)
    merge = MergeUnits((CENTRE.hsa_id,), HOUSING.hsa_id)
    with pytest.raises(CrossesProviders):
        reorganised(merge, alone, AT)

    ended = after(replace(merge, assignments=END), alone)
    left = after(replace(merge, assignments=Assignments(Fate.LEAVE, OTHER.hsa_id)), alone)

    assert ended.assignment(CARE.hsa_id) == replace(CARE, period=Period(None, AT), archived=True)
    assert units_of_assignments(left)["M001"] == "E010"
    for snapshot in (ended, left):
        gone = snapshot.unit(CENTRE.hsa_id)
        assert gone is not None and gone.merged_into == HOUSING.hsa_id and gone.archived
        assert snapshot.function(DESK.hsa_id) == replace(DESK, unit=HOUSING.hsa_id)
        assert not [a for a in snapshot.below(HOUSING.hsa_id) if isinstance(a, Assignment) and a != SOCIAL_CARE]


def test_a_merge_across_providers_takes_no_units_below_along() -> None:
    said = refused(MergeUnits((CENTRE.hsa_id,), HOUSING.hsa_id, END), CrossesProviders)

    assert "move or close them first" in said


def test_a_unit_is_not_merged_into_itself_or_into_what_stands_below_it() -> None:
    refused(MergeUnits((CENTRE.hsa_id,), CENTRE.hsa_id))
    refused(MergeUnits((CENTRE.hsa_id,), ROOM.hsa_id))


def test_splitting_makes_units_like_the_old_one_and_hands_out_what_is_named() -> None:
    parts = (Part(region("E101"), "Norra", (CARE.hsa_id, DESK.hsa_id)), Part(region("E102"), "Södra", (ROOM.hsa_id,)))
    split = after(SplitUnit(CENTRE.hsa_id, parts))

    north, south = split.unit(region("E101")), split.unit(region("E102"))
    assert north == replace(CENTRE, hsa_id=region("E101"), name="Norra", period=Period(AT, None))
    assert south is not None and split.unit(CENTRE.hsa_id) == CENTRE
    assert units_of_assignments(split) == {"M001": "E101", "M002": "E002", "M003": "E001", "M004": "E020"}
    assert split.unit(ROOM.hsa_id) == replace(ROOM, parent=south.hsa_id)
    assert why_not_current(split, ANNA.hsa_id, CARE.hsa_id, AT) is None


def test_what_only_the_old_unit_has_stays_with_it() -> None:
    marked = replace(
        CENTRE, source="hr", source_id="4410", prescription_code="12345", short_name="BHC", merged_into=None
    )
    snapshot = SNAPSHOT.succeeded_by([marked], 2)

    part = after(SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),)), snapshot).unit(region("E101"))

    assert part is not None
    assert (part.source, part.source_id, part.prescription_code, part.short_name) == (None, None, None, None)


@pytest.mark.parametrize("takes", [LAB_CARE.hsa_id, OTHER.hsa_id, ANNA.hsa_id, region("M999"), CENTRE.hsa_id])
def test_a_part_takes_only_what_stands_right_below(takes: object) -> None:
    parts = (Part(region("E101"), "Norra", (takes,)),)  # type: ignore[arg-type]  # an id

    assert "does not stand right below" in refused(SplitUnit(CENTRE.hsa_id, parts))


def test_nothing_goes_to_two_parts() -> None:
    parts = (Part(region("E101"), "Norra", (ROOM.hsa_id,)), Part(region("E102"), "Södra", (ROOM.hsa_id,)))

    assert "two parts" in refused(SplitUnit(CENTRE.hsa_id, parts))


def test_closing_ends_the_unit_its_functions_and_its_assignments_at_that_instant() -> None:
    closed = after(CloseUnit(CENTRE.hsa_id, Children.CLOSE))

    for each in (CENTRE, ROOM):
        assert closed.unit(each.hsa_id) == replace(each, period=Period(None, AT), archived=True, public=False)
    assert closed.function(DESK.hsa_id) == replace(DESK, period=Period(None, AT), archived=True, public=False)
    for held in (CARE, LAB_CARE):
        assert closed.assignment(held.hsa_id) == replace(held, period=Period(None, AT), archived=True)
        assert why_not_current(closed, ANNA.hsa_id, held.hsa_id, AT) is NotCurrent.ASSIGNMENT_NOT_NOW
        assert why_not_current(closed, ANNA.hsa_id, held.hsa_id, AT - timedelta(microseconds=1)) is None
    assert closed.person(ANNA.hsa_id) == ANNA


def test_a_unit_with_units_below_is_not_closed_without_saying_what_becomes_of_them() -> None:
    assert str(ROOM.hsa_id) in refused(CloseUnit(CENTRE.hsa_id))

    moved = after(CloseUnit(CENTRE.hsa_id, Children.MOVE, OTHER.hsa_id))

    assert moved.unit(ROOM.hsa_id) == replace(ROOM, parent=OTHER.hsa_id)
    assert moved.assignment(LAB_CARE.hsa_id) == LAB_CARE


def test_a_closed_units_assignments_may_be_left_with_another() -> None:
    left = after(CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, OTHER.hsa_id)))

    assert units_of_assignments(left) == {"M001": "E010", "M002": "E010", "M003": "E001", "M004": "E020"}
    assert why_not_current(left, ANNA.hsa_id, CARE.hsa_id, AT) is None


@pytest.mark.parametrize(
    "what",
    [
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, TAKE),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, ROOM.hsa_id)),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, HOUSING.hsa_id)),
        CloseUnit(CENTRE.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE)),
        CloseUnit(CENTRE.hsa_id, Children.MOVE),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, ROOM.hsa_id),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, HOUSING.hsa_id),
        CloseUnit(CENTRE.hsa_id, Children.MOVE, THEIRS.hsa_id),
    ],
)
def test_a_closing_that_leaves_something_nowhere_is_refused(what: CloseUnit) -> None:
    refused(what)


OVER = [
    replace(CENTRE, archived=True, period=Period(None, AT - timedelta(days=1))),
    replace(CENTRE, period=Period(None, AT)),
    replace(CENTRE, merged_into=OTHER.hsa_id, archived=True, period=Period(None, AT - timedelta(days=1))),
]
ABOUT_CENTRE: list[Reorganisation] = [
    MoveUnit(CENTRE.hsa_id, OTHER.hsa_id),
    MoveUnit(OTHER.hsa_id, CENTRE.hsa_id),
    MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id),
    MergeUnits((OTHER.hsa_id,), CENTRE.hsa_id),
    SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),)),
    CloseUnit(CENTRE.hsa_id, Children.CLOSE),
    CloseUnit(OTHER.hsa_id, Children.CLOSE, None, Assignments(Fate.LEAVE, CENTRE.hsa_id)),
]


@pytest.mark.parametrize("over", OVER, ids=["archived", "ended", "merged"])
@pytest.mark.parametrize("what", ABOUT_CENTRE, ids=lambda what: type(what).__name__)
def test_what_has_ended_is_reorganised_no_more(over: Unit, what: Reorganisation) -> None:
    with_open = replace(CARE, hsa_id=region("M010"), unit=OTHER.hsa_id)

    with pytest.raises(EntryOver):
        reorganised(what, SNAPSHOT.succeeded_by([over, with_open], 2), AT)


def test_a_units_care_provider_is_not_changed_by_hand_while_assignments_stand_under_it() -> None:
    """The same rule when somebody changes the attribute itself."""
    taken = replace(CENTRE, care_provider=SOCIAL.hsa_id)
    put_away = [replace(each, archived=True, period=Period(None, AT)) for each in (CARE, OLD_CARE)]

    problems = problems_of([Change(CENTRE, taken)], SNAPSHOT)
    without = problems_of([Change(CENTRE, taken), *(Change(None, each) for each in put_away)], SNAPSHOT)

    assert [problem.field for problem in problems] == ["care_provider"]
    assert without == ()


def effects(what: Reorganisation) -> dict[str, set[str]]:
    told = effects_of(reorganised(what, SNAPSHOT, AT), SNAPSHOT, AT)
    found: dict[str, set[str]] = {}
    for each in told.entries:
        found.setdefault(each.what.value, set()).add(str(each.hsa_id)[13:])
    found["people"] = {f"{str(p.person)[13:]} {str(p.assignment)[13:]} {p.to and str(p.to)[13:]}" for p in told.people}
    return found


PREVIEWS: list[tuple[Callable[[], Reorganisation], dict[str, set[str]]]] = [
    (lambda: MoveUnit(CENTRE.hsa_id, OTHER.hsa_id), {"moved": {"E001"}, "people": set()}),
    (
        lambda: MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id),
        {
            "merged": {"E001"}, "moved": {"E002", "M001", "M003", "F001"}, "changed": {"V001"},
            "names_what_ends": {"A001"}, "people": {"P001 M001 E010", "P002 M001 E010"},
        },
    ),
    (
        lambda: CloseUnit(CENTRE.hsa_id, Children.CLOSE),
        {
            "ended": {"E001", "E002", "M001", "M002", "F001"}, "names_what_ends": {"A001", "V001"},
            "people": {"P001 M001 None", "P002 M001 None", "P001 M002 None"},
        },
    ),
    (
        lambda: SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra", (CARE.hsa_id,)),)),
        {"made": {"E101"}, "moved": {"M001"}, "people": {"P001 M001 E101", "P002 M001 E101"}},
    ),
    (
        lambda: MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, END),
        {
            "moved": {"E001"}, "care_provider_changed": {"E002"}, "ended": {"M001", "M002"}, "changed": {"M003"},
            "people": {"P001 M001 None", "P002 M001 None", "P001 M002 None"},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize(("what", "expected"), PREVIEWS, ids=["move", "merge", "close", "split", "provider"])
def test_the_preview_names_everything_that_is_touched(
    what: Callable[[], Reorganisation], expected: dict[str, set[str]]
) -> None:
    assert effects(what()) == expected


def test_units_that_end_or_change_provider_are_left_by_what_hangs_on_them() -> None:
    def left(what: Reorganisation) -> set[str]:
        return {str(unit)[13:] for unit in effects_of(reorganised(what, SNAPSHOT, AT), SNAPSHOT, AT).units_left()}

    assert left(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id)) == set()
    assert left(MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, END)) == {"E001", "E002"}
    assert left(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id)) == {"E001"}
    assert left(CloseUnit(CENTRE.hsa_id, Children.CLOSE)) == {"E001", "E002"}
    assert left(SplitUnit(CENTRE.hsa_id, (Part(region("E101"), "Norra"),))) == set()


def test_a_preview_tells_nothing_of_what_is_not_touched() -> None:
    same: list[Entry] = [CENTRE, ANNA, EVA]

    told = effects_of(same, SNAPSHOT, AT)

    assert (told.entries, told.people, told.units_left(), told.assignments()) == ((), (), frozenset(), frozenset())
    assert What.MADE.value == "made"
