"""GetHospCredentialsForPerson: of several records of one human, what was checked last counts, and doubt narrows."""

from dataclasses import replace
from datetime import datetime, timedelta

from directory import Person
from directory.core.national.licence_register import (
    HealthCareProfessionalLicence,
    Restriction,
    hosp_credentials,
)
from tests.directory.national.parts import NILS, NOW, TESTA
from tests.directory.parts import ANNA, BODEN, boden

SECOND = replace(NILS, hsa_id=boden("P3"), member=BODEN.hsa_id, licences=("LK", "PT"))


def codes(people: list[Person], checked: dict[str, datetime]) -> list[str]:
    told = hosp_credentials(people, checked)
    assert told is not None
    return [licence.health_care_professional_licence_code for licence in told.health_care_professional_licence]


def test_licences_are_told_with_code_and_plain_text() -> None:
    told = hosp_credentials([NILS], {})

    assert told is not None
    assert told.health_care_professional_licence == (HealthCareProfessionalLicence("LK", "Läkare"),)
    assert told.personal_prescription_code == "1234567" and told.feigned_person is None
    assert hosp_credentials([TESTA], {}).feigned_person is True  # type: ignore[union-attr] # told


def test_nobody_has_no_credentials() -> None:
    assert hosp_credentials([], {}) is None


def test_what_was_checked_last_counts() -> None:
    last_year = NOW - timedelta(days=365)

    assert codes([NILS, SECOND], {NILS.hsa_id.key: NOW, SECOND.hsa_id.key: last_year}) == ["LK"]
    assert codes([NILS, SECOND], {SECOND.hsa_id.key: NOW}) == ["LK", "PT"]


def test_where_nobody_knows_better_only_what_all_records_have_is_told() -> None:
    assert codes([NILS, SECOND], {}) == ["LK"]
    assert codes([ANNA, SECOND], {}) == []


def test_a_restriction_of_any_record_is_told_whenever_it_was_checked() -> None:
    restricted = replace(SECOND, licence_restrictions=("LK;02;får ej förskriva narkotika", "prövotid"))

    told = hosp_credentials([NILS, restricted], {NILS.hsa_id.key: NOW})

    assert told is not None
    assert told.restrictions == (Restriction("får ej förskriva narkotika", "LK", "02"), Restriction("prövotid"))


def test_prescription_codes_that_differ_are_not_told() -> None:
    told = hosp_credentials([NILS, replace(SECOND, prescription_code="7654321")], {})

    assert told is not None and told.personal_prescription_code is None
