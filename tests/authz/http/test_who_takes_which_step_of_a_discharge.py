"""Each step of a discharge, an emergency, a move and a disclosure is taken by whom it belongs to, and by nobody else.

A table: everybody of the larger world tries each step, on a new record each time.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from authz.actions.register_consent import register_consent
from authz.core.facts import Ground
from tests.authz.actions.world import CARE_CENTRE, ELSA, HOME_NURSING, WARD
from tests.authz.http.larger_world import (
    CECILIA,
    EVERYBODY,
    HOME_CARE,
    LULEA_NURSING,
    PATIENT,
    Served,
    served_world,
)
from vocabulary.period import ALWAYS

WARDS = {"anna", "bo", "head_again", "region_app"}
"""Who acts at the ward: staff for care with that unit's assignment, and the member's application."""
CARE_CENTRES, NURSING = {"cecilia", "head", "reviewer"}, {"katarina", "maria", "boden_head", "boden_mas"}
CONCERNED = WARDS | CARE_CENTRES | NURSING | {"petra", "boden_app"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def admitted(served: Served) -> str:
    """A new case; one that is there from before is annulled."""
    for old in served.made("anna", "discharge-cases/query", {"patient": PATIENT})["items"]:
        if old["ended"] is None and old["state"] != "closed":
            served.made("anna", f"discharge-cases/{old['id']}/annul", {"reason": "nytt försök"})
    body = {
        "patient": PATIENT,
        "ward": str(WARD),
        "concerned_units": [str(CARE_CENTRE), str(HOME_NURSING), str(HOME_CARE)],
        "admitted_at": served.at(hours=-2),
    }
    case = str(served.made("anna", "discharge-cases", body)["id"])
    answer = served.put("cecilia", f"discharge-cases/{case}/care-contact", {"person": str(CECILIA)})
    assert answer.status_code == 200, answer.text
    return case


def ready(served: Served) -> str:
    case = admitted(served)
    served.made("bo", f"discharge-cases/{case}/ready")
    return case


def discharged(served: Served) -> str:
    case = ready(served)
    served.made("anna", f"discharge-cases/{case}/messages", {"kind": "utskrivning", "network_zone": "sjunet"})
    return case


def planned(served: Served) -> str:
    case = ready(served)
    served.made("cecilia", f"discharge-cases/{case}/plan-consent", {"note": "muntligen vid hembesök"})
    return case


Begin = Callable[[Served], str]
Step = tuple[Begin, str, str, Any, set[str]]
NOTE, REASON = {"note": "muntligen"}, {"reason": "enligt rutin"}


def message(kind: str, **says: object) -> dict[str, object]:
    return {"kind": kind, "network_zone": "sjunet", **says}


STEPS: dict[str, Step] = {
    "see": (admitted, "GET", "", None, CONCERNED),
    "change concerned units": (admitted, "PUT", "/concerned-units", {"units": [str(HOME_NURSING)]}, WARDS),
    "name the care contact": (admitted, "PUT", "/care-contact", {"person": str(CECILIA)}, CONCERNED),
    "consent to the plan": (admitted, "POST", "/plan-consent", NOTE, CONCERNED),
    "withdraw the consent": (planned, "POST", "/plan-consent/withdraw", NOTE, CONCERNED),
    "judge ready": (admitted, "POST", "/ready", None, {"bo"}),
    "judge not ready": (ready, "POST", "/not-ready", REASON, {"bo"}),
    "annul": (ready, "POST", "/annul", REASON, WARDS),
    "close": (discharged, "POST", "/close", REASON, WARDS | {"cecilia"}),
    "send the admission message": (
        admitted, "POST", "/messages", message("inskrivning", expected_discharge="2026-03-09"), {"anna", "bo"},
    ),
    "send that she is ready": (ready, "POST", "/messages", message("utskrivningsklar"), {"anna", "bo"}),
    "send that she is discharged": (ready, "POST", "/messages", message("utskrivning"), {"anna", "bo"}),
    "transfer information": (
        discharged, "POST", "/messages", message("informationsoverforing", text="Ny insulindos."), {"anna", "bo"},
    ),
    "call to planning": (
        ready, "POST", "/messages", message("kallelse", meeting_at="2026-03-04T12:00:00Z"), {"cecilia"},
    ),
    "send the plan": (planned, "POST", "/messages", message("plan", text="Planen finns i journalen."), {"cecilia"}),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_a_discharge(served: Served, name: str) -> None:
    begin, method, path, body, may = STEPS[name]
    did: dict[str, int] = {}
    case = begin(served)

    for who in sorted(EVERYBODY, key=lambda one: one in may):
        if {200, 201} & set(did.values()):
            case = begin(served)
        address = f"/api/v1/discharge-cases/{case}{path}"
        headers = {"authorization": f"Bearer {who}"}
        did[who] = served.http.request(method, address, json=body, headers=headers).status_code

    assert {who for who, status in did.items() if status < 300} == may
    knows = {who for who, status in did.items() if status != 404}
    assert knows == CONCERNED, "for everybody else there is none"
    assert {did[who] for who in knows - may} <= {403}


def test_a_message_is_received_at_the_units_to_which_it_was_sent(served: Served) -> None:
    case = ready(served)
    sent = served.made(
        "anna",
        f"discharge-cases/{case}/messages",
        message("utskrivningsklar") | {"to_units": [str(HOME_NURSING)]},
    )

    did = {
        who: served.post(
            who, f"discharge-cases/{case}/messages/{sent['id']}/receive", {"network_zone": "sjunet"}
        ).status_code
        for who in EVERYBODY
    }

    assert {who for who, status in did.items() if status == 200} == NURSING
    assert {who for who, status in did.items() if status == 403} == CONCERNED - NURSING
    assert {who for who, status in did.items() if status == 404} == set(EVERYBODY) - CONCERNED


def test_a_case_is_opened_at_the_ward_by_the_ward(served: Served) -> None:
    body = {"patient": PATIENT, "ward": str(WARD), "concerned_units": [str(HOME_NURSING)], "admitted_at": served.at()}
    did = {}

    for who in EVERYBODY:
        made = served.post(who, "discharge-cases", body)
        did[who] = made.status_code
        if made.status_code == 201:
            served.made(who, f"discharge-cases/{made.json()['id']}/annul", REASON)

    assert {who for who, status in did.items() if status == 201} == WARDS
    assert {did[who] for who in set(EVERYBODY) - WARDS} == {403}


HEALTH_CARE_STAFF = set(EVERYBODY) - {"petra", "clerk", "region_app", "boden_app", "lulea_app"}


def emergency(served: Served, who: str = "anna") -> str:
    body = {"patient": PATIENT, "reason": "Medvetslös, kan inte tillfrågas", "to": served.at(hours=4)}
    return str(served.made(who, "emergency-accesses", body)["id"])


def test_an_emergency_access_is_registered_by_the_reader_herself_in_health_care(served: Served) -> None:
    body = {"patient": PATIENT, "reason": "Medvetslös", "to": served.at(hours=4)}

    did = {who: served.post(who, "emergency-accesses", body).status_code for who in EVERYBODY}

    assert {who for who, status in did.items() if status == 201} == HEALTH_CARE_STAFF
    assert did["petra"] == 422, "emergency access does not exist in social care"


EMERGENCY_STEPS: dict[str, tuple[str, str, Any, set[str], set[str]]] = {
    "see": ("GET", "", None, {"anna", "head", "head_again", "reviewer", "region_app"}, set()),
    "end": ("POST", "/end", REASON, {"anna"}, {"head", "head_again", "reviewer", "region_app"}),
    "review": (
        "POST", "/review", {"verdict": "justified", "text": "Läst det som behövdes."},
        {"head", "head_again", "reviewer"}, {"anna", "region_app"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EMERGENCY_STEPS)
def test_a_step_of_an_emergency_access(served: Served, name: str) -> None:
    method, path, body, may, told_no = EMERGENCY_STEPS[name]

    did = {}
    for who in EVERYBODY:
        address = f"/api/v1/emergency-accesses/{emergency(served)}{path}"
        headers = {"authorization": f"Bearer {who}"}
        did[who] = served.http.request(method, address, json=body, headers=headers).status_code

    assert {who for who, status in did.items() if status == 200} == may
    assert {who for who, status in did.items() if status == 403} == told_no
    assert {did[who] for who in set(EVERYBODY) - may - told_no} == {404}


def test_a_head_does_not_review_her_own_not_even_by_another_record_of_hers(served: Served) -> None:
    own = emergency(served, "head")
    verdict = {"verdict": "justified", "text": "Det var jag."}

    assert served.post("head", f"emergency-accesses/{own}/review", verdict).status_code == 403
    assert served.post("head_again", f"emergency-accesses/{own}/review", verdict).status_code == 404
    assert served.post("reviewer", f"emergency-accesses/{own}/review", verdict).status_code == 200


def moved(served: Served) -> str:
    for old in served.made("katarina", "responsibility-moves/query", {"patient": PATIENT})["items"]:
        if old["ended"] is None:
            served.made("katarina", f"responsibility-moves/{old['id']}/annul", REASON)
    return str(served.made("katarina", "responsibility-moves", move(served))["id"])


def move(served: Served) -> dict[str, Any]:
    return {
        "patient": PATIENT, "from_unit": str(HOME_NURSING), "to_unit": str(LULEA_NURSING), "professions": ["SJ", "AT"],
        "at": served.at(days=3),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "may"),
    [
        ("GET", "", NURSING | {"boden_app", "tora", "lulea_app"}),
        ("POST", "/annul", NURSING | {"boden_app"}),
    ],
)
def test_a_move_is_known_to_both_units_and_annulled_by_the_giver(
    served: Served, method: str, path: str, may: set[str]
) -> None:
    did = {}
    for who in EVERYBODY:
        address = f"/api/v1/responsibility-moves/{moved(served)}{path}"
        headers = {"authorization": f"Bearer {who}"}
        did[who] = served.http.request(method, address, json=REASON, headers=headers).status_code

    assert {who for who, status in did.items() if status == 200} == may
    known = NURSING | {"boden_app", "tora", "lulea_app"}
    assert {who for who, status in did.items() if status == 404} == set(EVERYBODY) - known


def test_a_move_is_registered_by_the_unit_that_gives_away(served: Served) -> None:
    did = {}
    for who in EVERYBODY:
        made = served.post(who, "responsibility-moves", move(served))
        did[who] = made.status_code
        if made.status_code == 201:
            served.made(who, f"responsibility-moves/{made.json()['id']}/annul", REASON)

    assert {who for who, status in did.items() if status == 201} == NURSING | {"boden_app"}
    assert {did[who] for who in set(EVERYBODY) - NURSING - {"boden_app"}} == {403}


def disclosure(served: Served) -> dict[str, Any]:
    consent = register_consent(
        served.world.desk, patient=ELSA, unit=HOME_NURSING, person=None, ground=Ground.DISCLOSURE_CONSENT_OSL,
        period=ALWAYS, by="katarina",
    )  # fmt: skip
    return {
        "patient": PATIENT, "consent": consent.id, "to_unit": str(HOME_NURSING), "information_types": ["lak", "vpo"],
        "network_zone": "sjunet",
    }  # fmt: skip


def test_a_disclosure_is_made_by_who_may_take_it_out_and_acknowledged_by_the_receiver(served: Served) -> None:
    did = {who: served.post(who, "disclosures", disclosure(served)).status_code for who in EVERYBODY}
    seen, acknowledged = {}, {}
    for who in EVERYBODY:
        row = served.made("anna", "disclosures", disclosure(served))["id"]
        seen[who] = served.get(who, f"disclosures/{row}").status_code
        acknowledged[who] = served.post(who, f"disclosures/{row}/acknowledge").status_code

    senders = {who for who, status in did.items() if status == 201}
    assert senders == {"anna", "bo", "cecilia", "petra", "tora"}, "who has a care relationship at a unit of another"
    assert {who for who, status in seen.items() if status == 200} == WARDS | NURSING | {"boden_app"}
    assert {who for who, status in acknowledged.items() if status == 200} == NURSING | {"boden_app"}
