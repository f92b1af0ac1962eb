"""The national questions over HTTP: the contracts' names, one identifier, empty answers, who may ask by number."""

from dataclasses import replace
from typing import Any

import pytest

from directory import Directory, Unit
from tests.directory.http.parts import ADMIN, BODENS_ADMIN, NATIONAL, READER, SYNC, Browser, get, send
from tests.directory.national.parts import (
    AT_PROVIDER,
    AT_ROOM,
    CORNER,
    DESK,
    NILS,
    OFFICE,
    OVER,
    ROLE,
    TESTA,
)
from tests.directory.parts import ANNA, BODEN, CARE, CENTRE, EVA, PROVIDER, REGION, ROOM, World, a_person, boden
from vocabulary.personal_number import PersonalIdentityNumber

NUMBER, NOBODYS, HERS = "191212121212", "193805172388", "197010632391"
CANARY = "Eva Skyddad", "Skyddad", str(EVA.hsa_id), HERS
CREDENTIALS, EMPLOYEE = "credentials-for-person", "employee"
PROTECTED = "-including-protected-person"
EMPTY: dict[str, Any] = {
    CREDENTIALS: {"credentialInformation": []}, EMPLOYEE: {"personInformation": []},
    "commission-members": {"personInformation": []}, "health-care-unit": {}, "health-care-unit-list": {},
    "health-care-unit-members": {}, "health-care-provider": {"healthCareProvider": []},
    "hosp-credentials-for-person": {},
}  # fmt: skip


@pytest.fixture
def asked_about(world: World) -> World:
    """A county with somebody who has two ids, and with everything that the questions can be about."""
    second = replace(a_person("P3", "Nils Ek"), hsa_id=boden("P3"), member=BODEN.hsa_id, licences=("LK",))
    number, hers = PersonalIdentityNumber.parse(NUMBER), PersonalIdentityNumber.parse(HERS)
    world.directory.change(
        [NILS, second, TESTA, EVA, CORNER, DESK, OFFICE, AT_PROVIDER, AT_ROOM, ROLE],
        actor="test", reason="test", door="test",
        numbers={NILS.hsa_id: number, second.hsa_id: number, EVA.hsa_id: hers},
    )  # fmt: skip
    return world


def ask(http: Browser, question: str, body: dict[str, Any], who: str = READER, status: int = 200) -> dict[str, Any]:
    answered, told = send(http, "POST", f"national/{question}", body, who)
    assert answered == status, told
    return dict(told)


def test_a_credential_in_the_words_of_the_contract(http: Browser, asked_about: World) -> None:
    told = ask(http, CREDENTIALS, {"personHsaId": str(NILS.hsa_id)})

    assert told == {
        "revision": 2,
        "credentialInformation": [
            {
                "givenName": "Nils", "middleAndSurName": "Berg Ek", "personHsaId": str(NILS.hsa_id),
                "healthCareProfessionalLicence": ["Läkare"], "healthCareProfessionalLicenceCode": ["LK"],
                "healthCareProfessionalLicenceSpeciality": [
                    {"healthCareProfessionalLicenceCode": "LK", "specialityCode": "11102",
                     "specialityName": "Invärtesmedicin"}
                ],
                "nursePrescriptionRight": [], "hsaSystemRole": [], "paTitleCode": ["301010"],
                "commission": [
                    {
                        "commissionName": "Kvalitetsregister", "commissionHsaId": str(AT_PROVIDER.hsa_id),
                        "commissionPurpose": "Kvalitetsregister",
                        "commissionRight": [{"activity": "Läsa", "informationClass": "alla", "scope": "VG"}],
                        "healthCareProviderHsaId": str(PROVIDER.hsa_id), "healthCareProviderName": PROVIDER.name,
                        "healthCareProviderOrgNo": "2321000230",
                    },
                    {
                        "commissionName": "Laboratoriet", "commissionHsaId": str(AT_ROOM.hsa_id),
                        "commissionPurpose": "Vård och behandling",
                        "commissionRight": [
                            {"activity": "Läsa", "informationClass": "lak", "scope": "VE"},
                            {"activity": "Skriva", "informationClass": "lak", "scope": "VE"},
                        ],
                        "healthCareUnitHsaId": str(ROOM.hsa_id), "healthCareUnitName": ROOM.name,
                        "healthCareProviderHsaId": str(PROVIDER.hsa_id), "healthCareProviderName": PROVIDER.name,
                        "healthCareProviderOrgNo": "2321000230",
                    },
                ],
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize("question", [CREDENTIALS, CREDENTIALS + PROTECTED, EMPLOYEE, EMPLOYEE + PROTECTED])
@pytest.mark.parametrize(
    "identifiers",
    [{}, {"personHsaId": str(NILS.hsa_id), "personalIdentityNumber": NUMBER}, {"personHsaId": None}],
    ids=["none", "both", "null"],
)
def test_exactly_one_identifier_is_named(
    http: Browser, asked_about: World, question: str, identifiers: dict[str, Any]
) -> None:
    told = ask(http, question, identifiers, NATIONAL, 400)

    assert told["pointer"] == "/personHsaId" and "exactly one" in told["title"]
    assert NUMBER not in str(told)


@pytest.mark.parametrize("body", [{}, {"healthCareProviderHsaId": "x", "healthCareProviderOrgNo": "y"}])
def test_exactly_one_identifier_of_a_provider_is_named(http: Browser, asked_about: World, body: dict[str, Any]) -> None:
    assert ask(http, "health-care-provider", body, status=400)["pointer"] == "/healthCareProviderHsaId"


@pytest.mark.parametrize("hsa_id", ["SE2321000230-P999", "TSTNMT2321000016-10NG", "nonsens", "", str(CENTRE.hsa_id)])
@pytest.mark.parametrize("question", [CREDENTIALS, EMPLOYEE])
def test_an_unknown_person_gives_an_empty_answer(http: Browser, asked_about: World, question: str, hsa_id: str) -> None:
    assert ask(http, question, {"personHsaId": hsa_id}) == {**EMPTY[question], "revision": 2}


UNKNOWN = [
    ("commission-members", {"healthCareUnitHsaId": "SE2321000230-E999", "commissionPurpose": "Statistik"}),
    ("commission-members", {"healthCareUnitHsaId": "nonsens", "commissionPurpose": "Statistik"}),
    ("health-care-unit", {"healthCareUnitMemberHsaId": "SE2321000230-E999"}),
    ("health-care-unit", {"healthCareUnitMemberHsaId": "nonsens"}),
    ("health-care-unit", {"healthCareUnitMemberHsaId": str(OFFICE.hsa_id)}),
    ("health-care-unit-list", {"healthCareProviderHsaId": str(CENTRE.hsa_id)}),
    ("health-care-unit-list", {"healthCareProviderHsaId": "*"}),
    ("health-care-unit-members", {"healthCareUnitHsaId": str(CORNER.hsa_id)}),
    ("health-care-unit-members", {"healthCareUnitHsaId": "\x00"}),
    ("health-care-provider", {"healthCareProviderHsaId": "SE2321000230-VG99"}),
    ("health-care-provider", {"healthCareProviderOrgNo": "2120002767"}),
    ("health-care-provider", {"healthCareProviderOrgNo": "nonsens"}),
]


@pytest.mark.parametrize(("question", "body"), UNKNOWN)
def test_what_is_unknown_gives_an_empty_answer(
    http: Browser, asked_about: World, question: str, body: dict[str, Any]
) -> None:
    assert ask(http, question, body) == {**EMPTY[question], "revision": 2}


@pytest.mark.parametrize("question", [CREDENTIALS, EMPLOYEE])
def test_who_is_registered_for_it_asks_by_personal_number(http: Browser, asked_about: World, question: str) -> None:
    (name,) = EMPTY[question]

    told = ask(http, question, {"personalIdentityNumber": NUMBER}, NATIONAL)[name]

    assert [one["personHsaId"] for one in told] == [str(boden("P3")), str(NILS.hsa_id)]
    assert told == [ask(http, question, {"personHsaId": one["personHsaId"]})[name][0] for one in told]
    assert ask(http, question, {"personalIdentityNumber": NOBODYS}, NATIONAL)[name] == []
    assert NUMBER not in str(told)


def test_an_administrator_asks_by_number_about_whom_she_administers(http: Browser, asked_about: World) -> None:
    body = {"personalIdentityNumber": NUMBER}

    ((bodens,), both) = (ask(http, CREDENTIALS, body, who)["credentialInformation"] for who in (BODENS_ADMIN, ADMIN))

    assert bodens["personHsaId"] == str(boden("P3")) and len(both) == 2


@pytest.mark.parametrize("question", [CREDENTIALS, EMPLOYEE, "hosp-credentials-for-person"])
def test_an_application_that_is_not_registered_for_it_hears_so(
    http: Browser, asked_about: World, question: str
) -> None:
    told = ask(http, question, {"personalIdentityNumber": NUMBER}, READER, 403)

    assert told["type"] == "urn:tillit:directory_not_allowed" and "tillit:national" in told["title"]


@pytest.mark.parametrize(
    "number", ["191212121213", "19121212-1212", "1970A0000001", "", "１９１２１２１２１２１２", "9" * 65]
)
@pytest.mark.parametrize("question", [CREDENTIALS, EMPLOYEE, "hosp-credentials-for-person"])
def test_a_malformed_number_is_refused_and_not_repeated(
    http: Browser, asked_about: World, question: str, number: str
) -> None:
    told = ask(http, question, {"personalIdentityNumber": number}, NATIONAL, 400)

    assert number == "" or number not in str(told)


ABOUT_ALL: list[tuple[str, dict[str, Any]]] = [
    *((f"{question}{way}", {"personHsaId": str(EVA.hsa_id)}) for question in (CREDENTIALS, EMPLOYEE)
      for way in ("", PROTECTED)),
    *((f"{question}{way}", {"personalIdentityNumber": HERS}) for question in (CREDENTIALS, EMPLOYEE)
      for way in ("", PROTECTED)),
    *((f"commission-members{way}", {"healthCareUnitHsaId": str(CENTRE.hsa_id), "commissionPurpose": CARE.purpose,
                                    "includeFeignedObject": True}) for way in ("", PROTECTED)),
    ("hosp-credentials-for-person", {"personalIdentityNumber": HERS}),
    ("health-care-unit", {"healthCareUnitMemberHsaId": str(CENTRE.hsa_id)}),
    ("health-care-unit-list", {"healthCareProviderHsaId": str(PROVIDER.hsa_id)}),
    ("health-care-unit-members", {"healthCareUnitHsaId": str(CENTRE.hsa_id)}),
]  # fmt: skip


@pytest.mark.parametrize("who", [NATIONAL, BODENS_ADMIN])
@pytest.mark.parametrize(("question", "body"), ABOUT_ALL)
def test_a_protected_person_is_in_no_answer_to_who_may_not_see_her(
    http: Browser, asked_about: World, question: str, body: dict[str, Any], who: str
) -> None:
    told = ask(http, question, body, who)

    assert not [word for word in CANARY if word in str(told)]
    if {"personHsaId", "personalIdentityNumber"} & body.keys():
        other = {name: NOBODYS if name == "personalIdentityNumber" else "SE2321000230-P999" for name in body}
        assert told == ask(http, question, other, who), "she cannot be told from somebody who does not exist"


def test_who_sees_protected_people_is_told_in_the_question_that_includes_them(
    http: Browser, asked_about: World
) -> None:
    by_id, by_number = {"personHsaId": str(EVA.hsa_id)}, {"personalIdentityNumber": HERS}

    for body in (by_id, by_number):
        (told,) = ask(http, CREDENTIALS + PROTECTED, body, ADMIN)["credentialInformation"]
        assert (told["protectedPerson"], told["personHsaId"]) == (True, str(EVA.hsa_id))
        assert ask(http, CREDENTIALS, body, ADMIN)["credentialInformation"] == []


def test_the_licence_register_is_told_of_whom_the_asker_administers(http: Browser, asked_about: World) -> None:
    body = {"personalIdentityNumber": NUMBER}
    restricted = replace(_person(asked_about.directory), licence_restrictions=("LK;02;får ej förskriva",))
    asked_about.change(restricted)

    told = ask(http, "hosp-credentials-for-person", body, ADMIN)

    assert told["personalIdentityNumber"] == {"root": "1.2.752.129.2.1.3.1", "extension": NUMBER}
    assert told["healthCareProfessionalLicence"] == [
        {"healthCareProfessionalLicenceCode": "LK", "healthCareProfessionalLicenceName": "Läkare"}
    ]
    assert told["restrictions"] == [
        {"healthCareProfessionalLicenceCode": "LK", "restrictionCode": "02", "restrictionName": "får ej förskriva"}
    ]
    assert ask(http, "hosp-credentials-for-person", body, NATIONAL) == {"revision": 3}
    assert ask(http, "hosp-credentials-for-person", {"personalIdentityNumber": NOBODYS}, ADMIN) == {"revision": 3}


def _person(directory: Directory) -> Any:
    return directory.snapshot().person(NILS.hsa_id)


def test_the_licence_registers_last_update_is_the_last_check(http: Browser, asked_about: World) -> None:
    first = get(http, "/api/v1/national/hosp-last-update")
    asked_about.clock.pass_(hours=1)
    asked_about.directory.poll()
    send(http, "POST", "licence-checks", {"people": [str(ANNA.hsa_id)]}, ADMIN)

    assert first == {"revision": 2, "lastUpdate": "2026-03-02T09:00:00Z"}
    assert get(http, "/api/v1/national/hosp-last-update")["lastUpdate"] == "2026-03-02T10:00:00Z"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"commissionPurpose": "Nyfikenhet"}, "/commissionPurpose"),
        ({"commissionRights": ["Läsa;alla;VE", "Läsa;alla"]}, "/commissionRights/1"),
        ({"commissionRights": ["Läsa;alla;SE2321000231-E1"]}, "/commissionRights/0"),
        ({"healthCareProfessionalLicense": ["Undersköterska"]}, "/healthCareProfessionalLicense/0"),
    ],
)
def test_what_no_assignment_can_be_is_refused_with_its_pointer(
    http: Browser, asked_about: World, body: dict[str, Any], pointer: str
) -> None:
    whole = {"healthCareUnitHsaId": str(ROOM.hsa_id), "commissionPurpose": "Vård och behandling"}

    assert ask(http, "commission-members", whole | body, status=400)["pointer"] == pointer


@pytest.mark.parametrize("licence", ["LK", "Läkare", "läkare"])
def test_members_are_asked_for_by_code_or_name_of_their_licence(
    http: Browser, asked_about: World, licence: str
) -> None:
    body = {"healthCareUnitHsaId": str(ROOM.hsa_id), "commissionPurpose": "Vård och behandling"}

    told = ask(http, "commission-members", body | {"healthCareProfessionalLicense": [licence]})

    assert [one["personHsaId"] for one in told["personInformation"]] == [str(NILS.hsa_id)]


def test_units_and_providers_in_the_words_of_the_contracts(http: Browser, asked_about: World) -> None:
    unit = ask(http, "health-care-unit", {"healthCareUnitMemberHsaId": str(DESK.hsa_id)})["healthCareUnit"]
    units = ask(http, "health-care-unit-list", {"healthCareProviderHsaId": str(PROVIDER.hsa_id)})
    members = ask(http, "health-care-unit-members", {"healthCareUnitHsaId": str(ROOM.hsa_id)})["healthCareUnitMembers"]
    (provider,) = ask(http, "health-care-provider", {"healthCareProviderOrgNo": "2321000230"})["healthCareProvider"]

    assert unit == {
        "healthCareUnitMemberHsaId": str(DESK.hsa_id), "healthCareUnitMemberName": DESK.name,
        "healthCareUnitMemberPublicName": DESK.name, "healthCareUnitHsaId": str(ROOM.hsa_id),
        "healthCareUnitName": ROOM.name, "healthCareUnitPublicName": ROOM.name, **provider,
    }  # fmt: skip
    assert [one["healthCareUnitHsaId"] for one in units["healthCareUnitList"]["healthCareUnit"]] == [
        str(CENTRE.hsa_id), str(ROOM.hsa_id),
    ]  # fmt: skip
    assert members["healthCareProvider"] == provider
    assert members["healthCareUnitMember"][1]["healthCareUnitMemberpostalAddress"] == {
        "addressLine": ["Box 1", "961 00 Boden"]
    }


def test_profiles_are_named_in_any_case_and_no_other(http: Browser, asked_about: World) -> None:
    body = {"personHsaId": str(NILS.hsa_id)}

    basic = ask(http, EMPLOYEE, body | {"profile": "BASIC"})["personInformation"][0]

    assert basic["nickName"] == "Nisse" and "title" not in basic and "mail" not in basic
    assert ask(http, EMPLOYEE, body | {"profile": "extended1"}, status=400)["pointer"] == "/profile"


def test_what_the_contracts_have_and_we_do_not_is_refused_and_not_ignored(http: Browser, asked_about: World) -> None:
    body = {"personHsaId": str(NILS.hsa_id)}

    for more in ({"searchBase": "c=SE"}, {"profile": "extended1"}):
        assert ask(http, CREDENTIALS, body | more, status=400)["type"] == "urn:tillit:bad_request"


@pytest.mark.parametrize("question", [*EMPTY, CREDENTIALS + PROTECTED, EMPLOYEE + PROTECTED])
def test_the_questions_need_a_scope(http: Browser, asked_about: World, question: str) -> None:
    assert send(http, "POST", f"national/{question}", {}, SYNC)[0] == 403
    assert send(http, "POST", f"national/{question}", {}, "stranger")[0] == 403


def test_a_directory_that_nobody_confirms_does_not_answer(http: Browser, asked_about: World) -> None:
    asked_about.clock.pass_(seconds=6)
    late = ask(http, CREDENTIALS, {"personHsaId": str(NILS.hsa_id)}, status=503)
    asked_about.directory.poll()

    assert late["type"] == "urn:tillit:directory_unavailable"
    assert ask(http, CREDENTIALS, {"personHsaId": str(NILS.hsa_id)})["credentialInformation"]


def test_who_has_left_is_told_no_more(http: Browser, asked_about: World) -> None:
    asked_about.change(replace(ANNA, period=OVER), Unit(boden("E1"), BODEN.hsa_id, None, "Hemtjänsten"))

    told = ask(http, EMPLOYEE, {"personHsaId": str(ANNA.hsa_id)})

    assert told == {"personInformation": [], "revision": 3}
    assert REGION.name not in str(told)
