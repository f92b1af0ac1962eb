"""GetCredentialsForPerson: one credential per HSA-id, only what is current and whole, only what the asker may see."""

from dataclasses import replace

import pytest

from directory import Entry, Membership, Person, Snapshot
from directory.core.entries import SystemRole
from directory.core.national.credentials import Credential, HsaSystemRole, credentials
from directory.core.national.person import NursePrescriptionRight, Speciality
from directory.core.national.question import Question
from tests.directory.national.parts import (
    ADMINISTRATOR,
    AT_PROVIDER,
    AT_ROOM,
    NILS,
    OVER,
    READER,
    ROLE,
    TESTA,
    TO_COME,
    a_snapshot,
    asked,
)
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, PROVIDER, ROOM, a_person, boden
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period


def of(question: Question, person: Person) -> tuple[Credential, ...]:
    return credentials(question, question.person(person.hsa_id))


def commission_ids(snapshot: Snapshot, person: Person) -> list[str]:
    (credential,) = of(asked(snapshot), person)
    return [commission.commission_hsa_id[13:] for commission in credential.commission]


def test_a_credential_tells_who_somebody_is_and_what_she_holds() -> None:
    (credential,) = of(asked(a_snapshot()), NILS)

    assert (credential.given_name, credential.middle_and_sur_name) == ("Nils", "Berg Ek")
    assert credential.health_care_professional_licence == ("Läkare",)
    assert credential.health_care_professional_licence_code == ("LK",)
    assert credential.health_care_professional_licence_speciality == (Speciality("LK", "11102", "Invärtesmedicin"),)
    assert credential.pa_title_code == ("301010",)
    at_provider, at_room = credential.commission
    assert (at_room.commission_name, at_room.commission_purpose) == ("Laboratoriet", "Vård och behandling")
    assert [(r.activity, r.information_class, r.scope) for r in at_room.commission_right] == [
        ("Läsa", "lak", "VE"), ("Skriva", "lak", "VE"),
    ]  # fmt: skip
    assert (at_room.health_care_unit_hsa_id, at_room.health_care_unit_name) == (str(ROOM.hsa_id), ROOM.name)
    assert (at_room.health_care_provider_hsa_id, at_room.health_care_provider_org_no) == (
        str(PROVIDER.hsa_id), "2321000230",
    )  # fmt: skip
    assert at_provider.commission_hsa_id == str(AT_PROVIDER.hsa_id)


def test_an_assignment_right_under_a_provider_has_no_field_of_a_unit() -> None:
    (credential,) = of(asked(a_snapshot()), NILS)
    at_provider = credential.commission[0]

    fields_of_unit = [name for name in at_provider.__slots__ if name.startswith("health_care_unit")]
    assert len(fields_of_unit) == 4
    assert all(getattr(at_provider, name) is None for name in fields_of_unit)
    assert at_provider.health_care_provider_name == PROVIDER.name


def test_a_person_with_two_ids_has_a_credential_for_each_with_its_own_assignments() -> None:
    number = "1:" + "ab" * 32
    second = replace(a_person("P9"), hsa_id=boden("P9"), member=BODEN.hsa_id, number_lookup=number)
    snapshot = a_snapshot(replace(NILS, number_lookup=number), second)
    question = asked(snapshot)

    found = credentials(question, question.people_with_number(number, only_administered=False))

    assert [(one.person_hsa_id, len(one.commission)) for one in found] == [
        (str(second.hsa_id), 0), (str(NILS.hsa_id), 2),
    ]  # fmt: skip


def test_asked_by_number_and_by_id_gives_the_same_credential() -> None:
    number = "1:" + "ab" * 32
    question = asked(a_snapshot(replace(NILS, number_lookup=number)))

    by_number = credentials(question, question.people_with_number(number, only_administered=False))

    assert by_number == of(question, NILS)


@pytest.mark.parametrize("hsa_id", ["SE2321000230-P999", str(CENTRE.hsa_id), str(CARE.hsa_id)])
def test_who_is_unknown_has_no_credential(hsa_id: str) -> None:
    assert asked(a_snapshot()).person(HsaId.parse(hsa_id)) == ()


@pytest.mark.parametrize(
    "person",
    [replace(NILS, period=OVER), replace(NILS, period=TO_COME), replace(NILS, archived=True)],
    ids=["left", "to come", "archived"],
)
def test_only_current_employees_are_told(person: Person) -> None:
    assert of(asked(a_snapshot(person)), NILS) == ()


@pytest.mark.parametrize(
    "bounded",
    [
        replace(AT_ROOM, period=OVER),
        replace(AT_ROOM, period=TO_COME),
        replace(AT_ROOM, archived=True),
        replace(AT_ROOM, memberships=(Membership(NILS.hsa_id, OVER),)),
        replace(AT_ROOM, memberships=()),
        replace(ROOM, period=OVER),
    ],
    ids=["over", "to come", "archived", "membership over", "no membership", "unit closed"],
)
def test_an_assignment_that_does_not_count_now_is_not_told(bounded: Entry) -> None:
    assert commission_ids(a_snapshot(bounded), NILS) == ["M002"]


def test_no_assignment_of_a_provider_that_has_ended_is_told() -> None:
    assert commission_ids(a_snapshot(replace(PROVIDER, period=OVER)), NILS) == []


def test_dates_and_archived_marks_of_unit_and_provider_are_told() -> None:
    long_ago, far = OVER.end.replace(year=2020), TO_COME.start.replace(year=2030)  # type: ignore[union-attr] # set above
    unit = replace(ROOM, archived=True, period=Period(long_ago, far))

    (credential,) = of(asked(a_snapshot(unit)), NILS)

    at_room = credential.commission[1]
    assert (at_room.health_care_unit_start_date, at_room.health_care_unit_end_date) == (long_ago, far)
    assert at_room.archived_health_care_unit is True and at_room.archived_health_care_provider is None


def test_a_provider_of_social_care_is_told_as_such() -> None:
    (credential,) = of(asked(a_snapshot(replace(PROVIDER, capacity=Capacity.SOCIAL_CARE))), NILS)

    assert [commission.social_care_provider for commission in credential.commission] == [True, True]


def test_a_protected_person_is_told_in_the_question_that_includes_her_to_who_sees_her() -> None:
    snapshot = a_snapshot()

    (told,) = of(asked(snapshot, ADMINISTRATOR, protected=True), EVA)

    assert told.protected_person is True and [c.commission_hsa_id for c in told.commission] == [str(CARE.hsa_id)]
    assert of(asked(snapshot, ADMINISTRATOR), EVA) == ()
    assert of(asked(snapshot, protected=True), EVA) == ()


def test_others_are_told_alike_in_both_questions_and_without_the_protected_mark() -> None:
    snapshot = a_snapshot()

    plain = of(asked(snapshot), NILS)

    assert plain == of(asked(snapshot, protected=True), NILS)
    assert plain[0].protected_person is None


def test_feigned_people_are_told_when_asked_for_and_marked() -> None:
    snapshot = a_snapshot()

    (told,) = of(asked(snapshot, feigned=True), TESTA)

    assert told.feigned_person is True
    assert told.nurse_prescription_right == (NursePrescriptionRight("SJ", True),)
    assert of(asked(snapshot), TESTA) == ()


@pytest.mark.parametrize(
    ("values", "count"),
    [(("LK;1;Ett",), 1), (("LK;1;Ett", "LK;1"), 1), (("LK;1;Ett;Två",), 0), (("lk;1;Ett",), 0), (("",), 0)],
)
def test_a_malformed_speciality_falls_alone(values: tuple[str, ...], count: int) -> None:
    (credential,) = of(asked(a_snapshot(replace(NILS, specialities=values))), NILS)

    assert len(credential.health_care_professional_licence_speciality) == count
    assert len(credential.commission) == 2


@pytest.mark.parametrize("right", ["BM", "BM;ja", "LK;true", "BM;true;false", ";"])
def test_a_malformed_prescription_right_falls_alone(right: str) -> None:
    person = replace(NILS, prescription_rights=("BM;false", right))

    (credential,) = of(asked(a_snapshot(person)), NILS)

    assert credential.nurse_prescription_right == (NursePrescriptionRight("BM", False),)


@pytest.mark.parametrize("right", ["Läsa;lak", "Läsa;lak;VE;VG", "Titta;lak;VE", "Läsa;xyz;VE", "Läsa;lak;SE1", ""])
def test_a_malformed_right_falls_alone(right: str) -> None:
    held = replace(AT_ROOM, rights=(right, "Läsa;lak;VE"))

    (credential,) = of(asked(a_snapshot(held)), NILS)

    assert [str(r.information_class) for r in credential.commission[1].commission_right] == ["lak"]


def test_a_licence_that_is_not_of_the_register_is_left_out() -> None:
    (credential,) = of(asked(a_snapshot(replace(NILS, licences=("USK", "LK")))), NILS)

    assert credential.health_care_professional_licence_code == ("LK",)


def test_what_only_administrators_see_is_told_to_them_only() -> None:
    snapshot = a_snapshot()

    (reader,), (administrator,) = (of(asked(snapshot, asker), NILS) for asker in (READER, ADMINISTRATOR))

    assert (reader.personal_prescription_code, reader.hsa_system_role) == (None, ())
    assert administrator.personal_prescription_code == "1234567"
    assert administrator.hsa_system_role == (HsaSystemRole("SVP", "samordnare"),)


@pytest.mark.parametrize(
    "role",
    [
        replace(ROLE, period=OVER),
        replace(ROLE, archived=True),
        replace(ROLE, memberships=(Membership(NILS.hsa_id, OVER),)),
        replace(ROLE, role="sam;ordnare"),
        replace(ROLE, system=""),
    ],
    ids=["over", "archived", "membership over", "malformed role", "malformed system"],
)
def test_a_system_role_that_is_over_or_malformed_falls_alone(role: SystemRole) -> None:
    (credential,) = of(asked(a_snapshot(role), ADMINISTRATOR), NILS)

    assert credential.hsa_system_role == () and len(credential.commission) == 2


def test_a_person_without_family_name_is_not_told() -> None:
    assert of(asked(a_snapshot(replace(ANNA, family_name=""))), ANNA) == ()
