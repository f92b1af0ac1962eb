"""Moving into special housing: consent between members, the decision's information, and responsibility that moves."""

import pytest

from tests.processes.story import Stage

pytestmark = pytest.mark.xdist_group("processes")

CARE_CENTRE, HOUSING = "Björknäs hälsocentral, Boden", "Björkgläntan, hälso- och sjukvård"
ASSESSMENT = "Biståndsenheten Boden"


def test_moving_into_special_housing(stage: Stage) -> None:
    story = stage.story("elsa")
    district_nurse = stage.at_work(story, "Cecilia Marklund", CARE_CENTRE)
    doctor = stage.at_work(story, "David Åkerlund", CARE_CENTRE)
    assessor = stage.at_work(story, "Petra Vikström", ASSESSMENT, "Biståndshandläggning")
    housing_nurse = stage.nurse_of(story, HOUSING)
    housing_nurse.cares_for_the_patient()

    # The patient consents to that the housing hears from both: no access opens by that.
    consent = housing_nurse.asks_the_patient("DISCLOSURE_CONSENT_OSL")
    assert housing_nurse.why_not(district_nurse) == "no_ground_across_providers"

    # The decision about special housing goes from social care to the housing, the record's summary from the region.
    decision = assessor.discloses(housing_nurse, consent, "vpo")
    summary = district_nurse.discloses(housing_nurse, consent, "lak", "vbe")
    housing_nurse.acknowledges(decision)
    housing_nurse.acknowledges(summary)
    assert district_nurse.was_told("received")

    # Sight of the region's record is a consent of its own.
    housing_nurse.asks_the_patient("CONSENT_3_1")
    assert housing_nurse.reads(district_nurse)

    # Responsibility for nurse, occupational therapist and physiotherapist moves; the doctor's stays.
    assert district_nurse.reads(district_nurse)
    district_nurse.moves_responsibility(housing_nurse, "SJ", "AT", "FT")
    assert housing_nurse.was_told("registered")
    district_nurse.stops_reading(district_nurse)
    assert district_nurse.why_not(district_nurse) == "no_care_relationship"
    assert doctor.reads(doctor)
    assert housing_nurse.reads(housing_nurse)

    assert story.every_arrow_is_a_recorded_decision() == [
        "Biståndsenheten Boden → Björkgläntan, hälso- och sjukvård: disclosure vpo",
        "Björknäs hälsocentral, Boden → Björkgläntan, hälso- och sjukvård: disclosure lak vbe",
        "Björknäs hälsocentral, Boden → Björkgläntan, hälso- och sjukvård: read lak",
    ]
