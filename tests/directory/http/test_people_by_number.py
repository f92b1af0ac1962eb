"""Personal numbers over HTTP: sealed at once, changed without losing the id, found by administrators only."""

from typing import Any

import pytest

from tests.directory.http.parts import ADMIN, BODENS_ADMIN, READER, Browser, get, send
from tests.directory.parts import ANNA, EVA, REGION, World
from vocabulary.personal_number import PersonalIdentityNumber

NUMBER = {"kind": "personnummer", "value": "191212121212"}
OTHER = {"kind": "personnummer", "value": "193805172388"}
COORDINATION = {"kind": "samordningsnummer", "value": "197010632391"}
RESERVE = {"kind": "reserve", "value": "1970A0000001"}
PATH = f"people/{ANNA.hsa_id}/personal-number"


def found(http: Browser, number: dict[str, str], who: str = ADMIN) -> list[str]:
    status, told = send(http, "POST", "people/lookup", number, who)
    assert status == 200, told
    return [person["hsa_id"] for person in told["items"]]


@pytest.mark.parametrize("number", [NUMBER, COORDINATION, RESERVE])
def test_a_person_of_every_kind_of_number_is_found_by_it(http: Browser, number: dict[str, str]) -> None:
    assert send(http, "PUT", PATH, {"personal_number": number, "reason": "r"})[0] == 200

    assert found(http, number) == [str(ANNA.hsa_id)]


def test_the_hyphen_that_people_write_is_taken(http: Browser) -> None:
    assert send(http, "PUT", PATH, {"personal_number": {**OTHER, "value": "19380517-2388"}, "reason": "r"})[0] == 200

    assert found(http, OTHER) == found(http, {**OTHER, "value": "19380517-2388"}) == [str(ANNA.hsa_id)]


def test_a_number_without_its_century_is_refused_saying_so(http: Browser) -> None:
    status, told = send(http, "POST", "people/lookup", {**OTHER, "value": "380517-2388"})

    assert status == 400 and "all four digits" in told["title"] and "0517" not in str(told)


def test_a_new_number_keeps_the_id_and_the_old_number_finds_nobody(http: Browser, world: World) -> None:
    send(http, "PUT", PATH, {"personal_number": COORDINATION, "reason": "r"})
    send(http, "PUT", PATH, {"personal_number": NUMBER, "reason": "har fått personnummer"})

    assert found(http, NUMBER) == [str(ANNA.hsa_id)] and found(http, COORDINATION) == []
    assert world.directory.personal_number(ANNA.hsa_id) == PersonalIdentityNumber.parse(NUMBER["value"])


def test_a_number_given_with_a_new_person_is_sealed_with_her(http: Browser, world: World) -> None:
    body = {"member": str(REGION.hsa_id), "given_name": "Nils", "family_name": "Ny", "personal_number": NUMBER}

    status, told = send(http, "POST", "people", {**body, "reason": "r"}, idempotency_key="k")

    assert status == 201 and found(http, NUMBER) == [told["hsa_id"]]
    assert NUMBER["value"] not in str(told)


@pytest.mark.parametrize(
    "number",
    [
        {"kind": "personnummer", "value": "191212121213"},
        {"kind": "personnummer", "value": "121212-1212"},
        {"kind": "personnummer", "value": "121212+1212"},
        {"kind": "personnummer", "value": "19121212--1212"},
        {"kind": "personnummer", "value": "191212-121212"},
        {"kind": "personnummer", "value": "19121212-1212\n"},
        {"kind": "samordningsnummer", "value": "191212121212"},
        {"kind": "personnummer", "value": "１９１２１２１２１２１２"},
        {"kind": "reserve", "value": "åäö"},
        {"kind": "passport", "value": "191212121212"},
        {"value": "191212121212"},
    ],
)
def test_a_malformed_number_is_refused_and_not_repeated(http: Browser, world: World, number: dict[str, Any]) -> None:
    for path, method, body in (
        (PATH, "PUT", {"personal_number": number, "reason": "r"}),
        ("people/lookup", "POST", number),
    ):
        status, told = send(http, method, path, body)
        assert status == 400
        assert number["value"] not in str(told)
    assert world.directory.snapshot().revision == 1


@pytest.mark.parametrize(("who", "count"), [(READER, 0), (BODENS_ADMIN, 0), (ADMIN, 2)])
def test_people_are_found_by_number_by_their_administrators_only(
    http: Browser, world: World, who: str, count: int
) -> None:
    number = PersonalIdentityNumber.parse(NUMBER["value"])
    numbers = {ANNA.hsa_id: number, EVA.hsa_id: number}
    world.directory.change([ANNA, EVA], actor="a", reason="r", door="d", numbers=numbers)

    assert len(found(http, NUMBER, who)) == count


def test_who_may_not_change_a_person_may_not_give_her_a_number(http: Browser) -> None:
    assert send(http, "PUT", PATH, {"personal_number": NUMBER, "reason": "r"}, READER)[0] == 403
    assert send(http, "PUT", PATH, {"personal_number": NUMBER, "reason": "r"}, BODENS_ADMIN)[0] == 403


def test_licences_are_what_the_licence_register_says_now(http: Browser) -> None:
    path = f"people/{ANNA.hsa_id}/licences"

    both = send(http, "PUT", path, {"licences": ["SJ", "BM"], "specialities": ["SJ;30;Intensivvård"], "reason": "HOSP"})
    fewer = send(http, "PUT", path, {"licences": ["SJ"], "reason": "HOSP"})
    wrong = send(http, "PUT", path, {"licences": ["XX"], "reason": "HOSP"})

    assert both[1]["licences"] == ["SJ", "BM"] and both[1]["specialities"] == ["SJ;30;Intensivvård"]
    assert fewer[1]["licences"] == ["SJ"] and fewer[1]["specialities"] == []
    assert wrong[0] == 422 and wrong[1]["errors"][0]["pointer"] == "/licences"
    assert get(http, f"/api/v1/people/{ANNA.hsa_id}")["licences"] == ["SJ"]
