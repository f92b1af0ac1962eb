"""Living at home: referral, consent, written delegation to the home care, and reporting back."""

import pytest

from tests.processes.story import Stage

pytestmark = pytest.mark.xdist_group("processes")

CARE_CENTRE, NURSING = "Björknäs hälsocentral, Boden", "Hemsjukvården Boden"


def test_living_at_home(stage: Stage) -> None:
    story = stage.story("tore")
    doctor = stage.at_work(story, "David Åkerlund", CARE_CENTRE)
    nurse = stage.at_work(story, "Katarina Hedlund", NURSING)
    assistant = stage.at_work(story, "Olof Mäkitalo", NURSING, "Delegerad hälso- och sjukvård")

    # The doctor at the care centre refers to the municipality's home nursing, by consent.
    referral = doctor.discloses(nurse, nurse.asks_the_patient("DISCLOSURE_CONSENT_OSL"), "vbe")
    nurse.acknowledges(referral)

    # The nurse reads the care centre's record where it is, when the patient has consented, and not before.
    assert nurse.why_not(doctor) == "no_ground_across_providers"
    nurse.asks_the_patient("CONSENT_3_1")
    assert nurse.reads(doctor)

    # She delegates a task in writing; the assistant may do it, and reports back.
    assert not assistant.performs("eye_drops")
    delegation = nurse.delegates("eye_drops", to=assistant)
    assert assistant.performs("eye_drops")
    report = assistant.reports_back(delegation, "Ögat var rött, dropparna gavs inte.")
    assert nurse.was_told("deviation")
    nurse.has_read(delegation, report)

    # The doctor follows up in the municipality's record.
    doctor.asks_the_patient("CONSENT_3_1")
    assert doctor.reads(nurse)

    assert story.every_arrow_is_a_recorded_decision() == [
        "Björknäs hälsocentral, Boden → Hemsjukvården Boden: disclosure vbe",
        "Björknäs hälsocentral, Boden → Hemsjukvården Boden: read lak",
        "Hemsjukvården Boden → Hemsjukvården Boden: performs eye_drops",
        "Hemsjukvården Boden → Björknäs hälsocentral, Boden: read lak",
    ]
