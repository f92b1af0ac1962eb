"""Lag (2022:913): which grounds open another provider's information, to whom, and that nothing else does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from authz.core.facts import Ground, Patient, Reader
from authz.core.request import Action
from authz.core.unknown import UNKNOWN
from tests.authz.core.situations import (
    CARE_CENTRE,
    ELSA,
    HOME_CARE,
    LULEA_HOME_CARE,
    LULEA_SOCIAL,
    NOW,
    NURSING,
    OTHER,
    PAST,
    TYRA,
    WARD,
    ask,
    consent,
    emergency,
    facts,
    notes,
    outcome,
    read,
    recipient,
    relationship,
)
from vocabulary.period import ALWAYS, Period

NO_GROUND = (False, "no_ground_across_providers")


@pytest.mark.law("Lag (2022:913) 3 kap. 1 §")
def test_consent_opens_to_health_care() -> None:
    assert outcome(read(NURSING), facts(consents=(consent(WARD),))) == (True, "consent")
    assert outcome(read(HOME_CARE), facts(consents=(consent(WARD),))) == (True, "consent")


@pytest.mark.law("Lag (2022:913) 3 kap. 1 §")
@pytest.mark.parametrize(
    "changes",
    [
        {"patient": TYRA},
        {"unit": CARE_CENTRE},
        {"person": OTHER},
        {"period": PAST},
        {"period": Period(NOW + timedelta(seconds=1))},
        {"ended_at": NOW},
        {"annulled": True},
        {"ground": Ground.CONSENT_SOCIAL_3_2},
        {"ground": Ground.DISCLOSURE_CONSENT_OSL},
        {"ground": Ground.MESSAGE_2017_612},
    ],
)
def test_any_other_consent_opens_nothing(changes) -> None:
    assert outcome(read(NURSING), facts(consents=(replace(consent(WARD), **changes),))) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 1 §")
def test_consent_is_for_reading_and_needs_the_relationship() -> None:
    given = (consent(WARD),)
    rights = ("Läsa;alla;SJF", "Skriva;alla;SJF")

    assert outcome(ask(notes(NURSING), Action.WRITE), facts(WARD, *rights, consents=given)) == NO_GROUND
    assert outcome(read(NURSING), facts(consents=given, care_relationships=())) == (False, "no_care_relationship")


@pytest.mark.law("Lag (2022:913) 3 kap. 1 §")
def test_social_care_needs_a_recipient_of_its_services_as_well() -> None:
    given = (consent(HOME_CARE, Ground.CONSENT_SOCIAL_3_2),)

    def seen(*recipients) -> tuple[bool, str]:
        return outcome(read(WARD), facts(HOME_CARE, consents=given, service_recipients=recipients))

    assert seen(recipient()) == (True, "consent")
    assert seen() == NO_GROUND
    assert seen(recipient(LULEA_SOCIAL)) == NO_GROUND
    assert seen(replace(recipient(), patient=TYRA)) == NO_GROUND
    assert seen(replace(recipient(), period=PAST)) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 1 § third paragraph")
def test_a_child_that_cannot_consent_needs_none_in_health_care() -> None:
    given = (consent(WARD, Ground.CHILD_3_1),)

    assert outcome(read(NURSING), facts(consents=given, patient=Patient(ELSA, True))) == (True, "child")
    assert outcome(read(NURSING), facts(consents=given)) == NO_GROUND
    assert outcome(read(NURSING), facts(consents=given, patient=Patient(TYRA, True))) == NO_GROUND
    unsure = facts(consents=given, patient=Patient(ELSA, UNKNOWN))
    assert outcome(read(NURSING), unsure) == (False, "facts_unreadable")


@pytest.mark.law("Lag (2022:913) 3 kap. 4 §")
@pytest.mark.parametrize(
    ("ground", "permitting"), [(Ground.CHILD_SOCIAL_3_2, "child"), (Ground.INCAPACITY_SOCIAL_3_4, "incapacity")]
)
def test_in_social_care_child_and_incapacity_open_social_data_alone(ground, permitting) -> None:
    gathered = facts(
        HOME_CARE,
        consents=(consent(HOME_CARE, ground),),
        service_recipients=(recipient(),),
        patient=Patient(ELSA, True),
    )

    assert outcome(read(LULEA_HOME_CARE), gathered) == (True, permitting)
    assert outcome(read(WARD), gathered) == (False, "social_child_or_incapacity_only_social_data")
    assert outcome(read(LULEA_HOME_CARE), replace(gathered, service_recipients=())) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 3 §")
def test_lasting_incapacity_opens_to_health_care() -> None:
    given = (consent(WARD, Ground.INCAPACITY_3_3),)

    assert outcome(read(NURSING), facts(consents=given)) == (True, "incapacity")
    assert outcome(read(NURSING), facts(consents=(consent(WARD, Ground.INCAPACITY_SOCIAL_3_4),))) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 6 §")
def test_a_registered_emergency_opens_other_care_providers() -> None:
    assert outcome(read(NURSING), facts(emergencies=(emergency(WARD),))) == (True, "emergency")


@pytest.mark.law("Lag (2022:913) 3 kap. 6 §")
@pytest.mark.parametrize(
    "changes",
    [
        {"reason": " "},
        {"patient": TYRA},
        {"person": OTHER},
        {"unit": CARE_CENTRE},
        {"period": PAST},
        {"period": ALWAYS},
    ],
)
def test_any_other_emergency_opens_nothing(changes) -> None:
    assert outcome(read(NURSING), facts(emergencies=(replace(emergency(WARD), **changes),))) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 6 §")
def test_an_emergency_opens_no_social_data_and_none_to_social_care() -> None:
    assert outcome(read(HOME_CARE), facts(emergencies=(emergency(WARD),))) == NO_GROUND
    social = facts(HOME_CARE, emergencies=(emergency(HOME_CARE),), service_recipients=(recipient(),))
    assert outcome(read(WARD), social) == (False, "emergency_not_in_social_care")
    agreed = replace(social, consents=(consent(HOME_CARE, Ground.CONSENT_SOCIAL_3_2),))
    assert outcome(read(WARD), agreed) == (True, "consent")


@pytest.mark.law("Lag (2022:913) 3 kap. 7 §")
def test_nothing_else_opens_across_providers() -> None:
    assert outcome(read(NURSING), facts()) == NO_GROUND
    doctor = facts(reader=Reader(relationship().person, None, frozenset({"LK"})))
    assert outcome(read(NURSING), doctor) == NO_GROUND


@pytest.mark.law("Lag (2022:913) 3 kap. 7 §")
def test_before_the_law_was_in_force_no_ground_of_it_counts() -> None:
    for at, found in (
        (datetime(2022, 12, 31, 22, 59, 59, tzinfo=UTC), NO_GROUND),
        (datetime(2022, 12, 31, 23, 0, tzinfo=UTC), (True, "consent")),
    ):
        gathered = facts(
            now=at,
            consents=(consent(WARD, period=ALWAYS),),
            care_relationships=(relationship(period=ALWAYS),),
        )
        assert outcome(read(NURSING), gathered) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"consents": UNKNOWN}, (False, "facts_unreadable")),
        ({"emergencies": UNKNOWN}, (False, "facts_unreadable")),
        ({"consents": UNKNOWN, "emergencies": (emergency(WARD),)}, (True, "emergency")),
        ({"emergencies": UNKNOWN, "consents": (consent(WARD),)}, (True, "consent")),
    ],
)
def test_an_unreadable_register_of_grounds_denies_unless_another_ground_stands(changes, found) -> None:
    assert outcome(read(NURSING), facts(**changes)) == found


def test_recipients_that_cannot_be_read_close_social_care() -> None:
    given = (consent(HOME_CARE, Ground.CONSENT_SOCIAL_3_2),)

    gathered = facts(HOME_CARE, consents=given, service_recipients=UNKNOWN)

    assert outcome(read(WARD), gathered) == (False, "facts_unreadable")
