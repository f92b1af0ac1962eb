"""A delegation from the district nurse's signature to the chief nurse's veto, at the command line of a running demo."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.cli.exits import Exit
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

ASSISTANT, CHIEF_NURSE, NURSE = "marja.lantto", "margareta.nordlund", "cecilia.marklund"


def said(system: System, *words: str, code: Exit = Exit.OK) -> str:
    done = system.program.tillit("delegation", *words)
    assert done.returncode == code, done.stderr
    return done.stdout


def told(system: System, *words: str) -> Any:
    return json.loads(said(system, *words, "--json"))


def persona(system: System, username: str) -> str:
    return next(str(one["hsa_id"]) for one in system.program.demo["personas"] if one["username"] == username)


def waiting(system: System) -> str:
    """The renewal that the demo's nurse has signed."""
    listed = told(system, "list", persona(system, ASSISTANT), "--state", "signed")
    return str(listed[0]["id"])


def test_the_renewed_delegation_is_accepted_agreed_to_reported_on_and_stopped(system: System) -> None:
    row = waiting(system)
    unsigned = system.program.tillit("delegation", "accept", row, "--as", ASSISTANT)
    not_hers = system.program.tillit("delegation", "accept", row, "--yes", "--as", NURSE)
    accepted = told(system, "accept", row, "--yes", "--as", ASSISTANT)
    agreed = told(system, "agree", row, "--as", CHIEF_NURSE)
    report = told(system, "report", row, "Elsa åt ingen frukost", "--patient", "elsa", "--as", ASSISTANT)
    read = told(system, "acknowledge", row, report["id"], "--as", NURSE)
    vetoed = told(system, "veto", row, "--reason", "utredning", "--as", CHIEF_NURSE)

    assert unsigned.returncode != Exit.OK and "give_insulin" in unsigned.stderr, "it is shown before it is signed"
    assert not_hers.returncode == Exit.ERROR and "the recipient herself" in not_hers.stderr
    assert [one["state"] for one in (accepted, agreed, vetoed)] == ["accepted", "in_force", "vetoed"]
    assert read["acknowledged"] is True
    assert "Elsa åt ingen frukost (read)" in said(system, "reports", row)
    history = [act["what"] for act in told(system, "show", row)["history"]]
    assert history == ["offered", "signed", "accepted", "agreed", "vetoed"]
    notices = told(system, "notices", "--as", NURSE)["items"]
    assert [one["what"] for one in notices if one["record"] == row] == ["accepted", "agreed", "vetoed"]
    assert told(system, "notices", "--as", CHIEF_NURSE)["items"][0]["what"] == "signed"


def test_whoever_it_does_not_concern_finds_no_delegation(system: System) -> None:
    row = told(system, "list", persona(system, ASSISTANT))[0]["id"]

    hidden = system.program.tillit("delegation", "show", row, "--as", "elin.sarri")

    assert (hidden.returncode, hidden.stdout) == (Exit.ERROR, "")
    assert "there is no such record" in hidden.stderr
    assert "There is no such delegation." in system.program.tillit(
        "delegation", "list", persona(system, ASSISTANT), "--as", "elin.sarri"
    ).stderr  # fmt: skip


def test_a_nurse_writes_and_signs_a_delegation(system: System, tmp_path: Any) -> None:
    nurse, assistant = persona(system, NURSE), persona(system, ASSISTANT)
    unit, now = told(system, "list", assistant)[0]["units"][0], datetime.now(UTC)

    made = told(
        system, "offer", assistant, "eye_drops", "--unit", unit, "--from", now.isoformat(), "--to",
        (now + timedelta(days=90)).isoformat(), "--as", NURSE, "--patient", "elsa",
    )  # fmt: skip
    signed = told(system, "sign", made["id"], "--yes", "--as", NURSE)
    paper = tmp_path / "paper.html"
    said(system, "document", made["id"], "--to", str(paper), "--as", ASSISTANT)

    assert (made["delegator"], made["state"], signed["state"]) == (nurse, "offered", "signed")
    assert "Cecilia Marklund" in paper.read_text() and "193805172388" in paper.read_text()
