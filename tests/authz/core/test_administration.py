"""The rules of administering the directory, each alone: one good and several bad examples."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authz.core.directory_facts import DirectoryEntry, Power
from authz.core.directory_words import AttributeClass, EntryKind
from authz.core.facts import Colleague, Reader
from authz.core.request import Action, DirectoryObject
from authz.core.unknown import UNKNOWN
from tests.authz.core.administration_situations import (
    BODEN,
    COLLEAGUE,
    ELSEWHERE,
    LULEA,
    MEMBER,
    OFFICE,
    ROOM,
    SUBUNIT,
    UNIT,
    a_person,
    an_admin_assignment,
    an_entry,
    held,
    standing,
    wants,
)
from tests.authz.core.situations import NOW, NURSE, OTHER, REGION, ask, facts, outcome
from vocabulary.assurance import AssuranceLevel
from vocabulary.duties import Duty
from vocabulary.hsa_id import HsaId
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS, Period

MINE = (True, "administers")
NOTHING = (False, "right_missing")
ENTRY = an_entry()


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_whoever_administers_changes_what_stands_in_her_area() -> None:
    assert outcome(wants(ENTRY), standing(ENTRY, held())) == MINE
    assert outcome(wants(ENTRY), standing(ENTRY, held(areas=None))) == MINE
    assert outcome(wants(ENTRY), standing(ENTRY, held(areas=(SUBUNIT,)))) == MINE
    assert outcome(wants(ENTRY), standing(ENTRY)) == NOTHING
    assert outcome(wants(ENTRY), standing(ENTRY, held(areas=(ELSEWHERE,)))) == (False, "outside_area")
    assert outcome(wants(ENTRY), standing(ENTRY, held(areas=()))) == (False, "outside_area")
    assert outcome(wants(ENTRY), standing(ENTRY, held(Duty.READ))) == (False, "beyond_duty")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_an_admin_assignment_counts_from_its_first_instant_until_its_last() -> None:
    moment = timedelta(microseconds=1)
    for period, counts in (
        (Period(NOW, NOW + moment), True), (Period(NOW - moment, NOW), False), (Period(NOW + moment, None), False),
        (Period(NOW, NOW), False),
    ):  # fmt: skip
        assert (outcome(wants(ENTRY), standing(ENTRY, held(period=period))) == MINE) is counts


def test_as_it_stands_and_as_it_will_stand() -> None:
    moved = replace(ENTRY, member=LULEA, above=frozenset({LULEA}))

    assert outcome(wants(ENTRY), standing(ENTRY, held(), entry_after=ENTRY)) == MINE
    assert outcome(wants(ENTRY), standing(ENTRY, held(), entry_after=moved)) == (False, "outside_area")
    assert outcome(wants(moved), standing(moved, held(), entry_after=ENTRY)) == (False, "outside_area")


@pytest.mark.law("HSLF-FS 2016:40 3 kap. 15 §")
def test_two_factors_are_enough_over_any_network_and_one_is_not() -> None:
    for level, zone, answer in (
        (AssuranceLevel.LOA2, NetworkZone.OPEN, MINE),
        (AssuranceLevel.LOA3, NetworkZone.SJUNET, MINE),
        (AssuranceLevel.NONE, NetworkZone.SJUNET, (False, "two_factors_to_administer")),
    ):
        asked = replace(wants(ENTRY), assurance=level, zone=zone)
        assert outcome(asked, standing(ENTRY, held())) == answer


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_who_is_not_active_administers_nothing() -> None:
    for reader in (None, Reader(NURSE, None, active=False)):
        assert outcome(wants(ENTRY), standing(ENTRY, held(), reader=reader)) == (False, "not_active")


def test_reading_what_staff_see_takes_an_assignment_and_what_administrators_see_a_duty() -> None:
    entry = an_entry(EntryKind.UNIT)
    staff = replace(standing(entry), assignment=facts().assignment)

    assert outcome(wants(entry, Action.READ), staff) == (True, "directory_entry")
    assert outcome(wants(entry, Action.READ), standing(entry, held())) == (False, "no_current_assignment")
    narrow = wants(entry, Action.READ, AttributeClass.ADMINISTRATORS)
    assert outcome(narrow, staff) == NOTHING
    assert outcome(narrow, standing(entry, held())) == (True, "reads_as_administrator")
    assert outcome(narrow, standing(entry, held(Duty.READ))) == (True, "reads_as_administrator")
    assert outcome(narrow, standing(entry, held(Duty.KEEP_LICENCES)))[0] is False


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
@pytest.mark.parametrize("kind", [AttributeClass.PLACE, AttributeClass.VALIDITY])
def test_what_a_thing_is_part_of_decides_whether_and_where_it_stands(kind: AttributeClass) -> None:
    room = DirectoryEntry(ROOM, EntryKind.UNIT, BODEN, frozenset({OFFICE, BODEN}))

    assert outcome(wants(room), standing(room, held(areas=(SUBUNIT,)))) == MINE
    assert outcome(wants(room, Action.CHANGE, kind), standing(room, held(areas=(SUBUNIT,)))) == (False, "beyond_duty")
    assert outcome(wants(room, Action.CHANGE, kind), standing(room, held(areas=(UNIT,)))) == MINE
    assert outcome(wants(room, Action.END), standing(room, held(areas=(SUBUNIT,)))) == (False, "beyond_duty")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_who_creates_assignments_does_not_say_who_holds_them() -> None:
    entry, mine = an_entry(EntryKind.ASSIGNMENT), held(Duty.CREATE_ASSIGNMENTS)

    for action in (Action.CREATE, Action.CHANGE, Action.END):
        asked = wants(entry, action, AttributeClass.AUTHORITY)
        assert outcome(asked, standing(entry, mine)) == (True, "creates_assignments")
    assert outcome(wants(entry, Action.ASSIGN), standing(entry, mine)) == (False, "beyond_duty")
    both = wants(entry, Action.CHANGE, AttributeClass.AUTHORITY, AttributeClass.HOLDERS)
    assert outcome(both, standing(entry, mine)) == (False, "beyond_duty")
    assert outcome(both, standing(entry, mine, held(Duty.ASSIGN_PEOPLE)))[0] is True
    assert outcome(wants(ENTRY), standing(ENTRY, mine)) == (False, "beyond_duty")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
@pytest.mark.parametrize("kind", [EntryKind.ASSIGNMENT, EntryKind.SYSTEM_ROLE])
def test_who_assigns_people_makes_nothing(kind: EntryKind) -> None:
    entry, mine = an_entry(kind), held(Duty.ASSIGN_PEOPLE)

    assert outcome(wants(entry, Action.ASSIGN), standing(entry, mine)) == (True, "assigns_people")
    for action in (Action.CREATE, Action.CHANGE, Action.END):
        assert outcome(wants(entry, action), standing(entry, mine))[0] is False
    admin = an_admin_assignment(Duty.READ)
    assert outcome(wants(admin, Action.ASSIGN), standing(admin, mine))[0] is False


@pytest.mark.law("PSL (2010:659) 4 kap. 1 §")
def test_licences_are_written_from_the_register_alone() -> None:
    person, licences = a_person(), (Action.CHANGE, AttributeClass.LICENCES)

    assert outcome(wants(person, *licences), standing(person, held(Duty.KEEP_LICENCES))) == (True, "keeps_licences")
    assert outcome(wants(person, *licences), standing(person, held())) == (False, "beyond_duty")
    assert outcome(wants(person, *licences), standing(person, held(areas=None))) == (False, "beyond_duty")
    part = held(Duty.KEEP_LICENCES, areas=(UNIT,))
    working = replace(person, work=(frozenset({OFFICE, BODEN}),))
    assert outcome(wants(working, *licences), standing(working, part)) == (False, "beyond_duty")
    assert outcome(wants(person), standing(person, held(Duty.KEEP_LICENCES))) == (False, "beyond_duty")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_a_person_is_looked_after_where_alone_she_works() -> None:
    here, there = frozenset({ROOM, OFFICE, BODEN}), frozenset({OFFICE, BODEN})
    part = held(areas=(SUBUNIT,))

    assert outcome(wants(a_person(work=(here,))), standing(a_person(work=(here,)), part)) == MINE
    for work in ((), (here, there)):
        person = a_person(work=work)
        reason = "beyond_duty" if work else "outside_area"
        assert outcome(wants(person), standing(person, part)) == (False, reason)
    hers = a_person(work=(here,))
    for kind in (AttributeClass.IDENTITY, AttributeClass.PROTECTED, AttributeClass.VALIDITY):
        assert outcome(wants(hers, Action.CHANGE, kind), standing(hers, part)) == (False, "beyond_duty")
        assert outcome(wants(hers, Action.CHANGE, kind), standing(hers, held())) == MINE


@pytest.mark.law("OSL (2009:400) 21 kap. 3 §")
def test_a_protected_person_exists_for_the_duty_to_see_her() -> None:
    person = a_person(protected=True)
    missing = wants(person), replace(standing(person, held()), entry=None, colleague=None)

    assert outcome(wants(person), standing(person, held())) == outcome(*missing) == (False, "protected_person")
    seeing = held(Duty.ADMINISTER, Duty.SEE_PROTECTED)
    assert outcome(wants(person), standing(person, seeing)) == MINE
    assert outcome(wants(person), standing(person, held(), held(Duty.SEE_PROTECTED))) == (False, "protected_person")
    elsewhere = held(Duty.ADMINISTER, Duty.SEE_PROTECTED, areas=(ELSEWHERE,))
    assert outcome(wants(person), standing(person, held(), elsewhere)) == (False, "protected_person")
    to_know = wants(person, Action.READ, AttributeClass.PROTECTED)
    assert outcome(to_know, standing(person, held(Duty.ASSIGN_PEOPLE, Duty.SEE_PROTECTED)))[0] is True
    becoming = standing(a_person(), held(), entry_after=person)
    assert outcome(wants(person), becoming) == (False, "protected_person")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_an_admin_assignment_exists_for_whom_it_reaches_and_who_holds_it() -> None:
    entry = an_admin_assignment(Duty.READ, areas=(UNIT,))
    read = wants(entry, Action.READ, AttributeClass.ADMINISTRATORS)

    for mine in (held(areas=(UNIT,)), held(areas=(SUBUNIT,)), held(Duty.READ), held(areas=None)):
        assert outcome(read, standing(entry, mine)) == (True, "reads_as_administrator"), mine
    for mine in (held(areas=(ELSEWHERE,)), held(Duty.ASSIGN_PEOPLE), held(Duty.KEEP_LICENCES)):
        assert outcome(read, standing(entry, mine)) == (False, "not_hers_to_know"), mine
        assert outcome(wants(entry), standing(entry, mine)) == (False, "not_hers_to_know")
    own = replace(entry, own=(ALWAYS,))
    assert outcome(read, standing(own)) == (True, "reads_as_administrator")
    assert outcome(read, standing(replace(entry, own=(Period(None, NOW),)))) == (False, "not_hers_to_know")
    whole = an_admin_assignment(Duty.READ, areas=None)
    assert outcome(read, standing(whole, held(areas=(ELSEWHERE,)))) == (True, "reads_as_administrator")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_nobody_hands_out_more_than_she_has() -> None:
    for entry, answer in (
        (an_admin_assignment(Duty.ADMINISTER), MINE),
        (an_admin_assignment(Duty.ASSIGN_PEOPLE, Duty.READ, areas=(MEMBER,)), MINE),
        (an_admin_assignment(Duty.SEE_PROTECTED), (False, "hands_out_more")),
        (an_admin_assignment(Duty.KEEP_LICENCES), (False, "hands_out_more")),
        (an_admin_assignment(Duty.READ, areas=(UNIT, ELSEWHERE)), (False, "beyond_duty")),
        (an_admin_assignment(Duty.READ, areas=None), (False, "beyond_duty")),
        (an_admin_assignment(Duty.READ, areas=()), (False, "not_hers_to_know")),
        (replace(an_admin_assignment(Duty.READ), member=LULEA), (False, "hands_out_more")),
    ):
        action = Action.ASSIGN if entry.power is not None and entry.power.areas != () else Action.CHANGE
        assert outcome(wants(entry, action), standing(entry, held())) == answer, entry


def test_what_gives_more_is_ended_by_whoever_administers_there_and_not_changed() -> None:
    entry = an_admin_assignment(Duty.ADMINISTER, Duty.SEE_PROTECTED)

    assert outcome(wants(entry, Action.END), standing(entry, held())) == MINE
    also_named = wants(entry, Action.END, AttributeClass.ADMINISTRATORS)
    assert outcome(also_named, standing(entry, held())) == (False, "hands_out_more")
    assert outcome(wants(entry), standing(entry, held())) == (False, "hands_out_more")
    taken_back = wants(entry, Action.CHANGE, AttributeClass.VALIDITY)
    assert outcome(taken_back, standing(entry, held())) == (False, "hands_out_more")
    away = replace(entry, power=Power((UNIT,), frozenset({Duty.READ})))
    assert outcome(wants(entry), standing(entry, held(), entry_after=away)) == (False, "hands_out_more")


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_nobody_changes_what_she_herself_may_do() -> None:
    held_before = an_admin_assignment(Duty.READ, own=(Period(None, NOW),))
    for entry, action, classes, answer in (
        (held_before, Action.END, (), "own_power"),
        (held_before, Action.ASSIGN, (), "own_power"),
        (an_entry(EntryKind.ASSIGNMENT, own=(ALWAYS,)), Action.CHANGE, (AttributeClass.AUTHORITY,), "own_power"),
        (an_entry(EntryKind.ASSIGNMENT, own=(ALWAYS,)), Action.CREATE, (), "own_power"),
        (an_entry(EntryKind.ASSIGNMENT, own=(ALWAYS,)), Action.CHANGE, (), "administers"),
        (an_entry(EntryKind.ASSIGNMENT, own=(ALWAYS,)), Action.ASSIGN, (), "administers"),
        (a_person(id=NURSE), Action.CHANGE, (), "administers"),
        (a_person(id=NURSE), Action.END, (), "own_power"),
        (a_person(id=NURSE), Action.CHANGE, (AttributeClass.IDENTITY,), "own_power"),
    ):
        assert outcome(wants(entry, action, *classes), standing(entry, held())) == (answer == "administers", answer)
    entry = an_entry(EntryKind.ASSIGNMENT)
    herself_too = standing(entry, held(), entry_after=replace(entry, own=(ALWAYS,)))
    assert outcome(wants(entry, Action.ASSIGN), herself_too) == (False, "own_power")
    twin = standing(a_person(), held(), reader=Reader(NURSE, None, same_human=frozenset({COLLEAGUE})))
    assert outcome(wants(a_person(), Action.END), twin) == (False, "own_power")


def test_whatever_the_change_is_what_she_may_administer_stays_the_same() -> None:
    mine = held()
    for after, answer in (
        ((mine,), MINE),
        ((replace(mine, version=9),), MINE),
        ((replace(mine, power=Power(None, mine.power.duties)),), (False, "own_power")),
        ((replace(mine, period=Period(None, NOW + timedelta(days=9))),), (False, "own_power")),
        ((mine, held(Duty.READ, areas=(ELSEWHERE,))), (False, "own_power")),
        ((), (False, "own_power")),
        (UNKNOWN, (False, "facts_unreadable")),
    ):
        gathered = standing(ENTRY, mine, powers=(mine,), powers_after=after)
        assert outcome(wants(ENTRY), gathered) == answer, after


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_the_identity_of_somebody_who_may_more_is_not_hers_to_change() -> None:
    identity = (Action.CHANGE, AttributeClass.IDENTITY)
    for power, weaker in (
        (held(), True), (held(Duty.READ, areas=(UNIT,)), True), (held(areas=None), False),
        (held(areas=(ELSEWHERE,)), False), (held(Duty.ADMINISTER, Duty.SEE_PROTECTED), False),
    ):  # fmt: skip
        person = a_person(powers=(power,))
        answer = MINE if weaker else (False, "stronger_administrator")
        assert outcome(wants(person, *identity), standing(person, held())) == answer
        revived = wants(person, Action.CHANGE, AttributeClass.VALIDITY)
        assert outcome(revived, standing(person, held())) == answer
        assert outcome(wants(person, Action.END), standing(person, held())) == MINE, "an employer ends"
        assert outcome(wants(person), standing(person, held())) == MINE


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
@pytest.mark.parametrize(
    ("kind", "classes", "left"),
    [
        (EntryKind.MEMBER, (), True),
        (EntryKind.MEMBER, (AttributeClass.REGISTRATION,), False),
        (EntryKind.CARE_PROVIDER, (), True),
        (EntryKind.CARE_PROVIDER, (AttributeClass.VALIDITY,), False),
        (EntryKind.CODE_TABLE, (), False),
        (EntryKind.SYSTEM_ROLE, (), False),
        (EntryKind.SYSTEM_ROLE, (AttributeClass.HOLDERS,), True),
    ],
)
def test_what_holds_for_everybody_is_kept_by_the_region(
    kind: EntryKind, classes: tuple[AttributeClass, ...], left: bool
) -> None:
    entry = an_entry(kind, id=BODEN if kind is EntryKind.MEMBER else OTHER, above=frozenset({BODEN} - {OTHER}))
    asked = wants(entry, Action.CHANGE, *classes)

    assert outcome(asked, standing(entry, held())) == (MINE if left else (False, "kept_by_the_region"))
    assert outcome(asked, standing(entry, held(areas=None))) == MINE


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_people_of_another_member_are_let_in_by_whoever_may_say_so_there() -> None:
    entry = an_entry(EntryKind.ASSIGNMENT)
    after = replace(entry, lets_in=frozenset({BODEN, LULEA}))
    luleas = replace(ELSEWHERE, id=LULEA, above=frozenset())

    assert outcome(wants(entry, Action.ASSIGN), standing(entry, held(), entry_after=after)) == (
        False, "holder_of_another_member",
    )  # fmt: skip
    there = held(Duty.ASSIGN_PEOPLE, areas=(luleas,))
    assert outcome(wants(entry, Action.ASSIGN), standing(entry, held(), there, entry_after=after)) == MINE
    part = held(Duty.ASSIGN_PEOPLE, areas=(ELSEWHERE,))
    assert outcome(wants(entry, Action.ASSIGN), standing(entry, held(), part, entry_after=after))[0] is False


@pytest.mark.law("PDL (2008:355) 4 kap. 2 §")
def test_which_care_provider_a_unit_belongs_to_is_for_its_member_to_say() -> None:
    unit = an_entry(EntryKind.UNIT, provider=None, inherited=REGION)
    part, other = held(areas=(UNIT,)), HsaId.parse("SE2120002767-OG01")

    for provider, answer in ((None, MINE), (REGION, MINE), (other, (False, "provider_of_unit"))):
        new = replace(unit, provider=provider)
        assert outcome(wants(new, Action.CREATE), standing(new, part)) == answer
        assert outcome(wants(unit), standing(unit, part, entry_after=new)) == answer
        assert outcome(wants(unit), standing(unit, held(), entry_after=new)) == MINE
    keeps = replace(unit, provider=other)
    assert outcome(wants(keeps), standing(keeps, part, entry_after=keeps)) == MINE


@pytest.mark.parametrize("unread", ["admin_assignments", "entry", "entry_after", "reader", "powers_after", "colleague"])
@pytest.mark.parametrize("kind", [EntryKind.UNIT, EntryKind.PERSON, EntryKind.ADMIN_ASSIGNMENT])
@pytest.mark.parametrize("action", [Action.READ, Action.CREATE, Action.CHANGE, Action.END, Action.ASSIGN])
def test_what_cannot_be_read_denies(unread: str, kind: EntryKind, action: Action) -> None:
    entry = {EntryKind.PERSON: a_person(), EntryKind.ADMIN_ASSIGNMENT: an_admin_assignment(Duty.READ)}.get(
        kind, an_entry(kind)
    )
    changes: dict[str, Any] = {unread: UNKNOWN}
    if unread in ("powers_after", "entry_after") and action is Action.READ:
        return
    asked = wants(entry, action, *([AttributeClass.ADMINISTRATORS] if action is Action.READ else []))
    mine = held(Duty.ADMINISTER, Duty.SEE_PROTECTED)

    assert outcome(asked, standing(entry, mine))[0] is True
    assert outcome(asked, replace(standing(entry, mine), **changes))[0] is False


def test_a_place_that_cannot_be_told_denies_a_part_and_not_the_whole() -> None:
    lost = an_entry(EntryKind.UNIT, above=UNKNOWN)

    assert outcome(wants(lost), standing(lost, held(areas=(UNIT,)))) == (False, "facts_unreadable")
    assert outcome(wants(lost), standing(lost, held())) == MINE, "it is the member's, wherever it stands"
    assert outcome(wants(lost), standing(lost, held(areas=None))) == MINE
    wandering = a_person(work=(UNKNOWN,))
    assert outcome(wants(wandering), standing(wandering, held(areas=(UNIT,)))) == (False, "facts_unreadable")


def test_a_colleague_and_a_name_that_nobody_has_are_told_alike() -> None:
    nameless = ask(DirectoryObject(None), Action.CHANGE, patient=None)
    protected = wants(a_person(protected=True))

    assert outcome(nameless, facts(assignment=None)) == (False, "protected_person")
    assert outcome(protected, standing(a_person(protected=True))) == (False, "protected_person")
    stranger = standing(a_person(), colleague=Colleague(OTHER, False))
    assert outcome(wants(a_person()), stranger) == (False, "protected_person")
