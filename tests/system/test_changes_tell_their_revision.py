"""Whoever changed something can demand that a decision knows it, by the revision that the change told."""

from typing import Any

import httpx
import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

NURSE, ASSIGNMENT = "SE2321000230-P100714", "SE2321000230-M100217"
PATIENT = {"kind": "personnummer", "value": "198507722398"}


def may_read(system: System, revision: str) -> dict[str, Any]:
    unit = "SE2321000230-E100060"
    question = {
        "subject": {"type": "employee", "id": NURSE, "properties": {"assignment": ASSIGNMENT}},
        "action": {"name": "read"},
        "resource": {"type": "patient_information", "id": "*", "properties": {
            "patient": PATIENT | {"kind": "samordningsnummer"}, "information_type": "lak", "care_unit": unit,
            "care_provider": "SE2321000230-VG01"}},
        "context": {"network_zone": "sjunet", "explain": True, "at_least_revision": revision},
    }  # fmt: skip
    return dict(system.as_administrator("POST", "/access/v1/evaluation", question).json())


def revision_of(answer: httpx.Response) -> str:
    assert answer.is_success, answer.text
    return answer.headers["tillit-revision"]


def test_a_registration_and_its_end_tell_revisions_that_decisions_can_be_held_to(system: System) -> None:
    body = {
        "patient": PATIENT | {"kind": "samordningsnummer"}, "person": NURSE, "unit": "SE2321000230-E100060",
        "from": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    made = system.as_administrator("POST", "/api/v1/care-relationships", body)
    permitted = may_read(system, revision_of(made))
    address = made.headers["location"]
    ended = system.as_administrator("POST", f"{address}/end", {"reason": "klart"})
    denied = may_read(system, revision_of(ended))
    ahead = revision_of(ended).partition(".")[0] + ".999999999"

    assert permitted["decision"] is True
    assert (denied["decision"], denied["context"]["reason_user"]["code"]) == (False, "no_care_relationship")
    assert may_read(system, ahead)["decision"] is False
    assert "tillit-revision" not in system.http.get(address, headers=system.bearer("admin")).headers


def test_a_change_of_the_directory_tells_it_too(system: System) -> None:
    before = system.get("/api/v1/journal", limit="1")["items"][0]["revision"]
    changed = system.as_administrator(
        "PATCH", f"/api/v1/people/{NURSE}", {"title": "distriktssköterska", "reason": "prov"}
    )

    assert int(revision_of(changed).partition(".")[0]) > before
