"""Who is told a patient's number by an emergency access or a discharge case is in the trail before she is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from authz.ports import Kind
from tests.authz.actions.world import ANNA, HOME_NURSING, WARD
from tests.authz.http.larger_world import PATIENT, STAFF, Served, served_world


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def emergency(served: Served) -> str:
    body = {"patient": PATIENT, "reason": "Medvetslös vid ankomst", "to": served.at(hours=12)}
    return str(served.made("anna", "emergency-accesses", body)["id"])


def case(served: Served) -> str:
    body = {
        "patient": PATIENT,
        "ward": str(WARD),
        "concerned_units": [str(HOME_NURSING)],
        "admitted_at": served.at(hours=-2),
    }
    return str(served.made("anna", "discharge-cases", body)["id"])


def readings(served: Served, register: str, who: str) -> list[dict[str, Any]]:
    person = str(STAFF[who][0])
    found = [one for one in served.records() if one["kind"] == "registers_read" and one["register"] == register]
    return [one for one in found if one["person"] == person]


def test_every_way_to_an_emergency_access_leaves_its_reading(served: Served) -> None:
    row = emergency(served)
    verdict = {"verdict": "unclear", "text": "Läkaren tillfrågas."}
    ways: list[tuple[str, Any]] = [
        (f"emergency-accesses/{row}", None),
        (f"emergency-accesses?person={ANNA}", None),
        ("emergency-accesses/query", {"patient": PATIENT}),
        (f"emergency-accesses/{row}/review", verdict),
    ]

    for number, (path, body) in enumerate(ways, start=1):
        answered = served.get("reviewer", path) if body is None else served.post("reviewer", path, body)
        assert answered.status_code == 200 and PATIENT["value"] in answered.text
        assert len(readings(served, "emergencies", "reviewer")) == number
    assert PATIENT["value"] not in str(served.records())


def test_every_way_to_a_discharge_case_leaves_its_reading(served: Served) -> None:
    row = case(served)
    ways: list[tuple[str, Any]] = [
        (f"discharge-cases/{row}", None),
        (f"discharge-cases?unit={HOME_NURSING}", None),
        ("discharge-cases/query", {"patient": PATIENT}),
    ]

    for number, (path, body) in enumerate(ways, start=1):
        answered = served.get("katarina", path) if body is None else served.post("katarina", path, body)
        assert answered.status_code == 200 and PATIENT["value"] in answered.text
        assert len(readings(served, "discharge_cases", "katarina")) == number


def test_who_is_told_nothing_leaves_no_reading(served: Served) -> None:
    row = emergency(served)

    assert served.get("tora", f"emergency-accesses/{row}").status_code == 404
    assert served.get("tora", f"emergency-accesses?person={ANNA}").json() == {"items": []}
    assert readings(served, "emergencies", "tora") == []


def test_without_the_trail_nothing_is_told_and_nothing_done(served: Served) -> None:
    row = emergency(served)
    served.world.trail.close()

    shown = served.get("anna", f"emergency-accesses/{row}")
    ended = served.post("anna", f"emergency-accesses/{row}/end", {"reason": "patienten är vaken"})

    for answered in (shown, ended):
        assert answered.status_code == 503 and PATIENT["value"] not in answered.text
    (standing,) = served.world.desk.book.rows_of_person(Kind.EMERGENCY, ANNA)
    assert standing.end is None
