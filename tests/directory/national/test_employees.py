"""GetEmployee and GetCommissionMembers: how an employee is reached, what she is, and who holds what at a unit."""

from dataclasses import replace

import pytest

from directory import Assignment, Membership, Person
from directory.core.entries import Code, CodeTable
from directory.core.national.employees import (
    ASKED_FOR,
    LicenceSpeciality,
    MembersWanted,
    PersonInformation,
    Profile,
    commission_members,
    employees,
)
from directory.core.national.person import PaTitle
from directory.core.national.question import Question
from tests.directory.national.parts import (
    ADMINISTRATOR,
    AT_ROOM,
    NILS,
    OFFICE,
    OVER,
    TESTA,
    a_snapshot,
    asked,
)
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, REGION, ROOM, region
from vocabulary.codes import Purpose
from vocabulary.period import Period
from vocabulary.right import Right


def of(question: Question, person: Person, profile: Profile = Profile.FULL) -> tuple[PersonInformation, ...]:
    return employees(question, question.person(person.hsa_id), profile)


def members(question: Question, wanted: MembersWanted) -> list[str]:
    return [person.person_hsa_id[13:] for person in commission_members(question, wanted)]


IN_ROOM = MembersWanted(ROOM.hsa_id, Purpose.CARE)


def test_an_employee_is_told_with_how_she_is_reached_and_what_she_is() -> None:
    (told,) = of(asked(a_snapshot()), NILS)

    assert told == PersonInformation(
        person_hsa_id=str(NILS.hsa_id), given_name="Nils", middle_and_sur_name="Berg Ek", nick_name="Nisse",
        mail="nils@example.se", telephone_number=("0920-28 40 03",), switchboard_number="0920-28 20 00",
        mobile_number=("070-123 45 67",), description="nås efter ronden", title="överläkare",
        health_care_professional_licence=("Läkare",),
        health_care_professional_licence_speciality=(LicenceSpeciality("LK", "11102", "Invärtesmedicin"),),
        pa_title=(PaTitle("301010", "Överläkare"),), speciality_name=("Invärtesmedicin",), speciality_code=("11102",),
    )  # fmt: skip


@pytest.mark.parametrize("profile", Profile)
def test_a_profile_tells_what_it_names_and_nothing_else(profile: Profile) -> None:
    (full,), (told,) = of(asked(a_snapshot()), NILS), of(asked(a_snapshot()), NILS, profile)

    for name in full.__slots__:
        if name in ASKED_FOR[profile]:
            assert getattr(told, name) == getattr(full, name)
        else:
            assert getattr(told, name) in (None, ())


def test_the_profiles_together_are_the_full_one() -> None:
    assert ASKED_FOR[Profile.FULL] == ASKED_FOR[Profile.TITLE] | ASKED_FOR[Profile.CONTACT]
    assert ASKED_FOR[Profile.BASIC] < ASKED_FOR[Profile.TITLE] & ASKED_FOR[Profile.CONTACT] | ASKED_FOR[Profile.TITLE]


def a_table(text: str) -> CodeTable:
    return CodeTable(region("K001"), REGION.hsa_id, "positions", "Befattningar", (Code("301010", text),))


def test_a_position_whose_code_and_text_disagree_falls_alone() -> None:
    (agreeing,) = of(asked(a_snapshot(a_table("Överläkare"))), NILS)
    (disagreeing,) = of(asked(a_snapshot(a_table("Sjuksköterska"))), NILS)

    assert agreeing.pa_title == (PaTitle("301010", "Överläkare"),)
    assert disagreeing == replace(agreeing, pa_title=())


def test_protected_and_feigned_employees_are_told_as_credentials_are() -> None:
    snapshot = a_snapshot()

    assert of(asked(snapshot, ADMINISTRATOR), EVA) == () == of(asked(snapshot, protected=True), EVA)
    assert of(asked(snapshot, ADMINISTRATOR, protected=True), EVA)[0].protected_person is True
    assert of(asked(snapshot), TESTA) == ()
    assert of(asked(snapshot, feigned=True), TESTA)[0].feigned_person is True


def test_the_members_are_who_holds_such_an_assignment_there_now() -> None:
    question = asked(a_snapshot())

    assert members(question, IN_ROOM) == ["P003"]
    assert members(asked(a_snapshot(), feigned=True), IN_ROOM) == ["P003", "P004"]
    assert members(question, MembersWanted(CENTRE.hsa_id, Purpose.CARE)) == ["P001"]


@pytest.mark.parametrize(
    "wanted",
    [
        MembersWanted(None, Purpose.CARE),
        MembersWanted(region("E999"), Purpose.CARE),
        MembersWanted(OFFICE.hsa_id, Purpose.CARE),
        MembersWanted(NILS.hsa_id, Purpose.CARE),
        MembersWanted(ROOM.hsa_id, Purpose.STATISTICS),
        replace(IN_ROOM, rights=(Right.parse("Signera;lak;VE"),)),
        replace(IN_ROOM, rights=(Right.parse("Läsa;lak;VE"), Right.parse("Signera;lak;VE"))),
        replace(IN_ROOM, licences=frozenset({"SJ", "BM"})),
    ],
    ids=[
        "no id",
        "unknown",
        "no assignments",
        "no unit",
        "other purpose",
        "other right",
        "one of two rights",
        "licence",
    ],
)
def test_nobody_is_a_member_of_what_does_not_match(wanted: MembersWanted) -> None:
    assert members(asked(a_snapshot()), wanted) == []


def test_members_can_be_asked_for_by_right_and_licence() -> None:
    rights = (Right.parse("Läsa;lak;VE"), Right.parse("Skriva;lak;VE"))

    found = members(asked(a_snapshot()), replace(IN_ROOM, rights=rights, licences=frozenset({"SJ", "LK"})))

    assert found == ["P003"]


def test_somebody_with_two_matching_assignments_is_a_member_once() -> None:
    again = replace(AT_ROOM, hsa_id=region("M009"), name="Laboratoriet en gång till")

    assert members(asked(a_snapshot(again)), IN_ROOM) == ["P003"]


@pytest.mark.parametrize(
    "held",
    [
        replace(AT_ROOM, memberships=(Membership(NILS.hsa_id, OVER),)),
        replace(AT_ROOM, period=OVER),
        replace(AT_ROOM, name=""),
    ],
)
def test_who_does_not_hold_it_now_is_no_member(held: Assignment) -> None:
    assert members(asked(a_snapshot(held)), IN_ROOM) == []


def test_a_protected_member_is_told_as_she_is_alone() -> None:
    wanted = MembersWanted(CENTRE.hsa_id, Purpose.CARE)
    snapshot = a_snapshot()

    assert members(asked(snapshot, ADMINISTRATOR, protected=True), wanted) == ["P001", "P002"]
    assert members(asked(snapshot, ADMINISTRATOR), wanted) == ["P001"]
    assert members(asked(snapshot, protected=True), wanted) == ["P001"]


def test_a_member_is_told_as_the_employee_is_and_with_her_dates() -> None:
    started = Period(OVER.end, None)
    snapshot = a_snapshot(replace(NILS, period=started), replace(CARE, memberships=(Membership(ANNA.hsa_id),)))
    question = asked(snapshot)

    (member,), (employee,) = commission_members(question, IN_ROOM), of(question, NILS)

    assert (member.person_start_date, member.person_end_date) == (OVER.end, None)
    assert replace(member, person_start_date=None) == replace(employee, description=None)
