"""When something cannot be known or recorded, nothing is sent, disclosed, judged or moved, and it is said so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from authz.actions.discharging.receive import receive_message
from authz.actions.discharging.send import Written, send_message
from authz.actions.disclose import Handing, disclose
from authz.actions.register_consent import register_consent
from authz.core.facts import Ground
from authz.ports import Kind
from authz.refusals import NotPermitted, TrailUnavailable
from tests.authz.actions.world import ANNA, CARE_CENTRE, ELSA, HOME_NURSING, WARD, BrokenTrail
from tests.authz.http.larger_world import PATIENT, Served, at_work, served_world
from vocabulary.network_zone import NetworkZone
from vocabulary.period import ALWAYS

SENT = Written("utskrivningsklar", zone=NetworkZone.SJUNET)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def ready_case(served: Served) -> str:
    admission = {
        "patient": PATIENT, "ward": str(WARD), "concerned_units": [str(HOME_NURSING), str(CARE_CENTRE)],
        "admitted_at": served.at(hours=-2),
    }  # fmt: skip
    case = str(served.made("anna", "discharge-cases", admission)["id"])
    served.made("bo", f"discharge-cases/{case}/ready")
    return case


def attempts(served: Served) -> dict[str, tuple[str, str, Any]]:
    """One step of each life, by whom it belongs to."""
    case = ready_case(served)
    return {
        "send": (
            "anna", f"discharge-cases/{case}/messages", {"kind": "utskrivningsklar", "network_zone": "sjunet"},
        ),
        "judge": ("bo", f"discharge-cases/{case}/not-ready", {"reason": "feber"}),
        "register an emergency": (
            "anna", "emergency-accesses", {"patient": PATIENT, "reason": "Medvetslös", "to": served.at(hours=1)},
        ),
        "move": (
            "katarina",
            "responsibility-moves",
            {"patient": PATIENT, "from_unit": str(HOME_NURSING), "to_unit": str(WARD), "professions": ["SJ"],
             "at": served.at(days=1)},
        ),
    }  # fmt: skip


def test_a_directory_that_is_too_old_stops_every_step(served: Served) -> None:
    steps = attempts(served)
    served.world.staff.stale = True

    answers = {name: served.post(*step) for name, step in steps.items()}

    told = {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}
    assert set(told.values()) == {(503, "staff_unavailable")}


def test_a_database_that_is_gone_stops_every_step(served: Served) -> None:
    steps = attempts(served)
    with served.world.engine.begin() as connection:
        connection.execute(text("ALTER TABLE authz_revision RENAME TO authz_gone"))

    answers = {name: served.post(*step) for name, step in steps.items()}

    told = {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}
    assert set(told.values()) == {(503, "registers_unavailable")}


def test_registers_that_have_not_been_heard_stop_what_rests_on_them(served: Served) -> None:
    steps = attempts(served)
    served.world.clock.pass_(seconds=6)

    answers = {name: served.post(*steps[name]) for name in ("send", "judge", "move")}

    told = {name: (answer.status_code, answer.json()["code"]) for name, answer in answers.items()}
    assert told == {
        "send": (403, "not_permitted"), "judge": (503, "registers_unavailable"), "move": (503, "registers_unavailable"),
    }  # fmt: skip


def test_what_cannot_be_recorded_is_not_sent_and_not_received(served: Served, tmp_path: Path) -> None:
    case, desk = ready_case(served), served.world.desk
    sent = send_message(desk, served.world.pdp(), case, at_work("anna"), SENT)
    unrecorded = served.world.pdp(trail=BrokenTrail(tmp_path / "full"))

    with pytest.raises(NotPermitted, match="trail_unavailable"):
        send_message(desk, unrecorded, case, at_work("anna"), SENT)
    with pytest.raises(NotPermitted, match="trail_unavailable"):
        receive_message(desk, unrecorded, case, sent.id, at_work("katarina"), NetworkZone.SJUNET)

    (kept,) = desk.book.rows_under(Kind.CASE_MESSAGE, case)
    assert (kept.id, kept.version) == (sent.id, 1)


def test_a_disclosure_that_cannot_be_recorded_is_not_made(served: Served, tmp_path: Path) -> None:
    desk, broken = served.world.desk, BrokenTrail(tmp_path / "full")
    consent = register_consent(
        desk, patient=ELSA, unit=HOME_NURSING, person=None, ground=Ground.DISCLOSURE_CONSENT_OSL, period=ALWAYS,
        by=str(ANNA),
    )  # fmt: skip
    handing = Handing(ELSA, consent.id, HOME_NURSING, frozenset({"lak"}), NetworkZone.SJUNET)

    with pytest.raises(NotPermitted, match="trail_unavailable"):
        disclose(desk, served.world.pdp(trail=broken), served.world.trail, at_work("anna"), handing)
    with pytest.raises(TrailUnavailable):
        disclose(desk, served.world.pdp(), broken, at_work("anna"), handing)

    assert desk.book.rows_of_patient(Kind.DISCLOSURE, desk.sealed(ELSA).key) == ()
