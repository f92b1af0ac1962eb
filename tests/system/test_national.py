"""The national questions in the running program, asked by the demo's own clients."""

import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

NATIONAL = "/api/v1/national"


def test_a_district_nurse_is_told_as_the_contract_has_it(system: System) -> None:
    cecilia = next(p for p in system.program.demo["personas"] if p["username"] == "cecilia.marklund")

    answer = system.http.post(
        f"{NATIONAL}/credentials-for-person",
        json={"personHsaId": cecilia["hsa_id"]},
        headers=system.bearer("admin"),
    )

    (credential,) = answer.json()["credentialInformation"]
    assert credential["healthCareProfessionalLicence"] == ["Sjuksköterska"]
    (commission,) = credential["commission"]
    assert commission["commissionHsaId"] == cecilia["assignments"][0]


def test_asked_by_number_in_a_body_the_number_is_in_no_log(system: System) -> None:
    number = "189001019802"

    answer = system.http.post(
        f"{NATIONAL}/credentials-for-person",
        json={"personalIdentityNumber": number},
        headers=system.bearer("admin"),
    )

    assert len(answer.json()["credentialInformation"]) == 1
    assert number not in answer.text and number not in system.program.stderr()
