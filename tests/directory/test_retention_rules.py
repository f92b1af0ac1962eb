"""Which entries are due to be erased: by kind, at the instant, and only when nothing that stays names them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from directory import Entry, Membership, Unit
from directory.core.decisions import Decisions
from directory.core.entries import KINDS, NAMES, AdminAssignment, Function, SystemRole, VideoEndpoint
from directory.core.planned_change import PlannedChange
from directory.core.retention import RULES, Besides, HeldBack, Undecided, bare, cutoff, due_in, kind_of_plan
from directory.core.snapshot import Snapshot
from directory.core.steps import Amend
from tests.directory.http.two_members import HOME_CARE, THEIRS
from tests.directory.parts import (
    ANNA,
    BODEN,
    BODENS_PROVIDER,
    CARE,
    CENTRE,
    COUNTY,
    PROVIDER,
    REGION,
    ROOM,
    a_person,
    boden,
    region,
)
from vocabulary.caller import Caller
from vocabulary.period import Period
from vocabulary.refusals import Refusal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
AT_ONE = dict.fromkeys(NAMES.values(), 1)
LONG_AGO = Period(None, datetime(2000, 1, 1, tzinfo=UTC))
DESK = Function(region("F001"), REGION.hsa_id, CENTRE.hsa_id, "Reception")
SCREEN = VideoEndpoint(region("V001"), REGION.hsa_id, "Skärmen", CENTRE.hsa_id, "sip:a@video.example")
ROLE = SystemRole(region("R001"), REGION.hsa_id, "svp", "planerare", "Planerare")
CATALOGUE = AdminAssignment(region("A001"), REGION.hsa_id, "Katalog")
LONELY = a_person("P009", "Ensam Ensamsson")
HELD = replace(CARE, hsa_id=region("M009"), memberships=())
ERASABLE: tuple[Entry, ...] = (ROOM, DESK, LONELY, HELD, CATALOGUE, SCREEN, ROLE)


def standing(*entries: Entry) -> Snapshot:
    changed = {entry.hsa_id: entry for entry in (*COUNTY, *ERASABLE, *entries)}
    return Snapshot.of(((entry, 1) for entry in changed.values()), 1)


def ended(entry: Entry, at: datetime) -> Entry:
    return replace(entry, period=Period(None, at), archived=True)


def erased(*entries: Entry) -> list[Entry]:
    return list(due_in(standing(*entries), NOW, AT_ONE).erased)


@pytest.mark.parametrize("entry", ERASABLE, ids=lambda entry: NAMES[type(entry)])
@pytest.mark.law("Arkivlag (1990:782) 10 §")
def test_each_kind_is_due_when_its_period_has_passed_and_not_an_instant_before(entry: Entry) -> None:
    limit = cutoff(NAMES[type(entry)], NOW)

    assert erased(ended(entry, limit)) == [ended(entry, limit)]
    assert erased(ended(entry, limit + timedelta(microseconds=1))) == []


@pytest.mark.parametrize("entry", [REGION, PROVIDER], ids=["member", "care_provider"])
def test_what_gives_everything_else_its_meaning_is_never_due(entry: Entry) -> None:
    assert erased(replace(entry, period=LONG_AGO)) == []


def test_what_has_no_end_is_never_due() -> None:
    assert erased(*(replace(entry, archived=True) for entry in ERASABLE)) == []


def test_every_kind_is_decided_about() -> None:
    never = {"member", "care_provider", "code_table"}

    assert set(RULES) == set(KINDS) - never | set(Besides)
    assert all(rule.law and rule.why for rule in RULES.values())


@pytest.mark.law("Patientdatalag (2008:355) 3 kap. 17 §")
def test_people_and_units_are_kept_for_ten_years() -> None:
    assert cutoff("person", NOW) == cutoff("unit", NOW) == datetime(2016, 3, 2, 9, tzinfo=UTC)


@pytest.mark.law("HSLF-FS 2016:40 4 kap. 9 §")
def test_what_explains_records_of_access_is_kept_as_long_as_they() -> None:
    kept = {"assignment", "admin_assignment", "system_role", Besides.MEMBERSHIP, Besides.JOURNAL}

    assert {RULES[kind].years for kind in kept} == {10}


def test_a_leap_day_is_no_reason_to_erase_earlier() -> None:
    assert cutoff("person", datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2018, 2, 28, tzinfo=UTC)


def test_what_something_else_names_is_held_back_and_told_by_what() -> None:
    gone = ended(CENTRE, LONG_AGO.end or NOW)

    due = due_in(standing(gone), NOW, AT_ONE)

    assert due.erased == ()
    (held,) = due.held_back
    assert held.entry == gone and held.parts is None
    assert held.by in {ROOM.hsa_id, CARE.hsa_id, DESK.hsa_id, HELD.hsa_id, SCREEN.hsa_id}


def test_what_a_planned_change_names_is_held_back_by_it_with_what_it_names_itself() -> None:
    top = Unit(region("E100"), REGION.hsa_id, None, "Gammalt", period=LONG_AGO)
    room = Unit(region("E101"), REGION.hsa_id, top.hsa_id, "Gammalt", period=LONG_AGO)
    held = replace(CARE, memberships=(Membership(ANNA.hsa_id), Membership(LONELY.hsa_id, LONG_AGO)))

    due = due_in(standing(top, room, held), NOW, AT_ONE, planned={room.hsa_id.key: 7, held.hsa_id.key: 9})

    assert (due.erased, due.stripped, due.parts) == ((), (), 0)
    assert set(due.held_back) == {HeldBack(room, 7), HeldBack(top, room.hsa_id), HeldBack(held, 9, 1)}
    assert due_in(standing(), NOW, AT_ONE, planned={LONELY.hsa_id.key: 7}).held_back == (), (
        "what is not due is not held"
    )


def test_what_only_others_that_go_along_name_goes_with_them_from_below() -> None:
    top = Unit(region("E100"), REGION.hsa_id, None, "Gammalt", period=LONG_AGO)
    middle = Unit(region("E101"), REGION.hsa_id, top.hsa_id, "Gammalt", period=LONG_AGO)
    room = Unit(region("E102"), REGION.hsa_id, middle.hsa_id, "Gammalt", period=LONG_AGO, merged_into=top.hsa_id)

    assert erased(top, middle, room) == [room, middle, top]
    assert erased(top, middle, replace(room, period=Period())) == []


def test_a_part_in_an_assignment_is_due_by_whichever_end_came_first() -> None:
    held = replace(
        CARE,
        memberships=(Membership(ANNA.hsa_id), Membership(LONELY.hsa_id), Membership(LONELY.hsa_id, LONG_AGO)),
    )

    by_itself = due_in(standing(held), NOW, AT_ONE)
    with_employment = due_in(standing(held, replace(LONELY, period=LONG_AGO)), NOW, AT_ONE)

    assert by_itself.stripped == ((held, replace(held, memberships=held.memberships[:2])),)
    assert (by_itself.parts, by_itself.erased) == (1, ())
    assert with_employment.stripped == ((held, replace(held, memberships=held.memberships[:1])),)
    assert [entry.hsa_id for entry in with_employment.erased] == [LONELY.hsa_id]


def test_what_was_changed_of_late_is_not_due() -> None:
    gone = replace(LONELY, period=LONG_AGO)

    assert due_in(standing(gone), NOW, dict.fromkeys(AT_ONE, 0)).erased == ()


def test_what_drifts_is_left_alone() -> None:
    gone = replace(LONELY, period=LONG_AGO)

    assert due_in(standing(gone), NOW, AT_ONE, {gone.hsa_id.key}).erased == ()


@pytest.mark.parametrize("entry", ERASABLE, ids=lambda entry: NAMES[type(entry)])
def test_nothing_but_kind_and_ids_is_left_in_what_history_tells(entry: Entry) -> None:
    texts = {value for value in (getattr(bare(entry), name) for name in entry.__slots__) if isinstance(value, str)}

    assert texts <= {""}
    assert (type(bare(entry)), bare(entry).hsa_id) == (type(entry), entry.hsa_id)


def test_that_she_was_protected_is_still_told() -> None:
    assert bare(replace(LONELY, protected=True)) == replace(
        LONELY, protected=True, full_name="", family_name="", given_name=None
    )


ADMIN = Caller("admin", None, frozenset({"tillit:admin"}), None)
BODENS_ONLY = Decisions(own={BODEN.hsa_id: "dnr 17"})


def with_bodens(*entries: Entry) -> Snapshot:
    return standing(BODENS_PROVIDER, HOME_CARE, *entries)


@pytest.mark.law("Arkivlag (1990:782) 8 §")
def test_only_what_is_the_deciding_members_goes_and_the_rest_waits_for_a_decision() -> None:
    theirs, ours = replace(THEIRS, period=LONG_AGO), replace(LONELY, period=LONG_AGO)

    due = due_in(with_bodens(theirs, ours), NOW, AT_ONE, decisions=BODENS_ONLY)

    assert (due.erased, due.held_back) == ((theirs,), ())
    assert due.undecided == (Undecided(ours, frozenset({REGION.hsa_id})),)
    assert due.concerned == {theirs.hsa_id.key: {BODEN.hsa_id}}


def test_what_an_undecided_entry_names_stays_though_its_own_member_has_decided() -> None:
    hers = replace(a_person("P1"), hsa_id=boden("P1"), member=BODEN.hsa_id, period=LONG_AGO)
    ours = replace(HELD, memberships=(Membership(hers.hsa_id),), period=LONG_AGO)

    due = due_in(with_bodens(hers, ours), NOW, AT_ONE, decisions=BODENS_ONLY)

    assert (due.erased, due.stripped) == ((), ())
    assert due.held_back == (HeldBack(hers, ours.hsa_id),)
    assert due.undecided == (Undecided(ours, frozenset({REGION.hsa_id})),)


def test_of_the_parts_in_one_assignment_those_go_that_all_have_decided_about() -> None:
    hers = replace(a_person("P1"), hsa_id=boden("P1"), member=BODEN.hsa_id)
    theirs = replace(THEIRS, memberships=(Membership(hers.hsa_id, LONG_AGO), Membership(ANNA.hsa_id, LONG_AGO)))

    due = due_in(with_bodens(hers, theirs), NOW, AT_ONE, decisions=BODENS_ONLY)

    assert due.stripped == ((theirs, replace(theirs, memberships=theirs.memberships[1:])),)
    assert due.undecided == (Undecided(theirs, frozenset({REGION.hsa_id}), 1),)
    assert (due.parts, due.concerned) == (1, {theirs.hsa_id.key: {BODEN.hsa_id}})


def test_whom_an_undecided_members_history_tells_of_waits_for_its_decision() -> None:
    hers = replace(a_person("P1"), hsa_id=boden("P1"), member=BODEN.hsa_id, period=LONG_AGO)
    told_of = {hers.hsa_id.key: frozenset({REGION.hsa_id})}

    due = due_in(with_bodens(hers), NOW, AT_ONE, decisions=BODENS_ONLY, told_of=told_of)

    assert (due.erased, due.undecided) == ((), (Undecided(hers, frozenset({REGION.hsa_id})),))


def test_without_any_decision_nothing_goes_and_all_of_it_waits() -> None:
    due = due_in(
        standing(*(ended(entry, LONG_AGO.end or NOW) for entry in ERASABLE)), NOW, AT_ONE, decisions=Decisions()
    )

    assert (due.erased, due.stripped) == ((), ())
    assert {waiting.entry.hsa_id for waiting in due.undecided} >= {LONELY.hsa_id, HELD.hsa_id, CATALOGUE.hsa_id}


_PLAN = PlannedChange(1, NOW, (Amend(ANNA.hsa_id, (("title", "x"),)),), ADMIN, "r", NOW)


@pytest.mark.law("Arkivlag (1990:782) 10 §")
def test_only_a_plan_that_was_cancelled_while_it_first_waited_is_of_passing_interest() -> None:
    cancelled = replace(_PLAN.cancelled(NOW, "nej"), version=2)
    begun = replace(_PLAN.begun(NOW, 7).cancelled(NOW, "nej"), version=3)
    tried_again = replace(_PLAN.tried_again(ADMIN).cancelled(NOW, "nej"), version=5)

    assert RULES[kind_of_plan(cancelled)].years == 1
    for other in (begun, tried_again, _PLAN.done(NOW, 8), _PLAN.failed(NOW, Refusal("r"))):
        assert kind_of_plan(other) is Besides.PLANNED_CHANGE
