"""What may stand once stands once, however many try at the same moment; and what all may do, all have done."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.authz.actions.world import CARE_CENTRE, HOME_NURSING, WARD
from tests.authz.http.larger_world import HOME_CARE, LULEA_NURSING, PATIENT, Served, served_world

MANY = 8


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with served_world(tmp_path) as made:
        yield made


def at_once(served: Served, ask: Callable[[httpx.Client], httpx.Response]) -> Counter[int]:
    """How often which status came, over connections of their own, all begun together."""
    together = Barrier(MANY)

    def one(_: int) -> int:
        with httpx.Client(base_url=served.http.base_url, timeout=30) as http:
            http.get("/.well-known/authzen-configuration")
            together.wait(30)
            return ask(http).status_code

    with ThreadPoolExecutor(MANY) as threads:
        return Counter(threads.map(one, range(MANY)))


def post(http: httpx.Client, who: str, path: str, body: Any) -> httpx.Response:
    return http.post(f"/api/v1/{path}", json=body, headers={"authorization": f"Bearer {who}"})


def admission(served: Served) -> dict[str, Any]:
    return {
        "patient": PATIENT, "ward": str(WARD), "admitted_at": served.at(hours=-1),
        "concerned_units": [str(HOME_NURSING), str(HOME_CARE), str(CARE_CENTRE)],
    }  # fmt: skip


def test_a_patient_gets_one_open_case(served: Served) -> None:
    statuses = at_once(served, lambda http: post(http, "anna", "discharge-cases", admission(served)))

    assert statuses == {201: 1, 409: MANY - 1}
    assert len(served.get("anna", f"discharge-cases?unit={WARD}").json()["items"]) == 1


def test_responsibility_moves_once(served: Served) -> None:
    body = {
        "patient": PATIENT, "from_unit": str(HOME_NURSING), "to_unit": str(LULEA_NURSING), "professions": ["SJ"],
        "at": served.at(days=1),
    }  # fmt: skip

    assert at_once(served, lambda http: post(http, "katarina", "responsibility-moves", body)) == {201: 1, 409: MANY - 1}


def test_an_emergency_access_gets_one_verdict(served: Served) -> None:
    body = {"patient": PATIENT, "reason": "Medvetslös", "to": served.at(hours=4)}
    row = served.made("anna", "emergency-accesses", body)["id"]
    verdict = {"verdict": "justified", "text": "I sin ordning."}

    statuses = at_once(served, lambda http: post(http, "reviewer", f"emergency-accesses/{row}/review", verdict))

    assert statuses == {200: 1, 409: MANY - 1}
    assert served.told("anna") == [("emergency_reviews", "justified")]


def test_units_that_receive_at_once_have_all_received(served: Served) -> None:
    case = served.made("anna", "discharge-cases", admission(served))["id"]
    sent = served.made(
        "anna",
        f"discharge-cases/{case}/messages",
        {"kind": "inskrivning", "expected_discharge": "2026-03-06", "network_zone": "sjunet"},
    )
    path, who = f"discharge-cases/{case}/messages/{sent['id']}/receive", iter(["katarina", "petra", "cecilia"] * MANY)

    statuses = at_once(served, lambda http: post(http, next(who), path, {"network_zone": "sjunet"}))

    assert statuses == {200: MANY}
    assert served.get("anna", f"discharge-cases/{case}").json()["messages"][0]["waits_for"] == []
