"""Events in special housing: nurse and doctor assess, a prescription is signed, the patient is admitted in an emergency
and comes back with the messages that the law of discharge lists."""

import pytest

from tests.processes.story import Stage

pytestmark = pytest.mark.xdist_group("processes")

HOUSING, CARE_CENTRE = "Brännbacken, hälso- och sjukvård", "Överkalix hälsocentral, Överkalix"
WARD = "Medicinavdelning 41, Sunderby sjukhus"


def test_events_in_special_housing(stage: Stage) -> None:
    story = stage.story("gunnar")
    nurse = stage.at_work(story, "Ulla Keisu", HOUSING)
    doctor = stage.at_work(story, "Matti Korpi", CARE_CENTRE)
    ward_nurse = stage.at_work(story, "Anna Westman", WARD)
    ward_doctor = stage.at_work(story, "Bengt Lindmark", WARD)
    head = stage.at_work(story, "Ingela Hedman", WARD, "Administration")
    stranger = stage.at_work(story, "Katarina Hedlund", "Hemsjukvården Boden")

    # Nurse and doctor assess together: each reads the other's notes, by consent.
    doctor.asks_the_patient()
    assert doctor.reads(nurse, "vbe")
    assert nurse.reads(doctor, "vbe")

    # The doctor signs the prescription in her own record, and the nurse reads it.
    assert doctor.may("sign", doctor, "lak")
    assert nurse.reads(doctor, "lak")

    # He comes to the ward unconscious: emergency access, which is reviewed by somebody else.
    ward_nurse.cares_for_the_patient()
    ward_doctor.cares_for_the_patient()
    assert ward_doctor.why_not(nurse) == "no_ground_across_providers"
    emergency = ward_doctor.registers_an_emergency("Medvetslös vid ankomst, kan inte tillfrågas")
    assert ward_doctor.reads(nurse)
    assert head.was_told("registered")
    head.reviews(emergency, "justified", "Läste det som behövdes för vården.")
    assert ward_doctor.was_told("justified")

    # In-patient messages: admission, readiness, call, discharge, information.
    case = ward_nurse.admits(nurse, doctor)
    admitted = ward_nurse.sends(case, "inskrivning", to=(nurse,), expected_discharge="2031-01-01")
    nurse.receives(case, admitted)
    doctor.is_permanent_care_contact(case)
    ward_doctor.judges_ready(case)
    ready = ward_nurse.sends(case, "utskrivningsklar", to=(doctor,))
    doctor.receives(case, ready)
    call = doctor.sends(case, "kallelse", to=(nurse,), meeting_at="2031-01-02T09:00:00Z")
    assert nurse.receives(case, call)["meeting_at"].startswith("2031-01-02")
    gone = ward_nurse.sends(case, "utskrivning", to=(nurse,))
    nurse.receives(case, gone)
    information = ward_nurse.sends(case, "informationsoverforing", to=(nurse,), text="Waran utsatt, se listan.")
    assert nurse.receives(case, information)["text"] == "Waran utsatt, se listan."
    assert not stranger.knows_of(case)
    deadlines = {one["kind"]: one["state"] for one in ward_nurse.closes(case)["deadlines"]}

    assert deadlines == {"inskrivning": "sent", "kallelse": "sent", "informationsoverforing": "sent"}
    assert story.every_arrow_is_a_recorded_decision() == [
        f"{HOUSING} → {CARE_CENTRE}: read vbe",
        f"{CARE_CENTRE} → {HOUSING}: read vbe",
        f"{CARE_CENTRE} → {HOUSING}: read lak",
        f"{HOUSING} → {WARD}: read lak",
        f"{WARD} → {HOUSING}: inskrivning",
        f"{WARD} → {CARE_CENTRE}: utskrivningsklar",
        f"{CARE_CENTRE} → {HOUSING}: kallelse",
        f"{WARD} → {HOUSING}: utskrivning",
        f"{WARD} → {HOUSING}: informationsoverforing",
    ]
