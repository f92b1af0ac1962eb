"""Consents, blocks and lifts at the command line of a running demo: a night at the emergency, and a morning."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.cli.exits import Exit
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

PHYSICIAN, ASSISTANT = "elin.sarri", "marja.lantto"


def run(system: System, *words: str, code: Exit = Exit.OK) -> tuple[str, str]:
    done = system.program.tillit(*words)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout, done.stderr


def told(system: System, *words: str) -> Any:
    return json.loads(run(system, *words, "--json")[0])


def physician(system: System) -> dict[str, Any]:
    return next(one for one in system.program.demo["personas"] if one["username"] == PHYSICIAN)


def place_of(system: System, person: dict[str, Any]) -> tuple[str, str]:
    """The unit and the care provider of her first assignment."""
    held = person["assignments"][0]
    assignment = system.get(f"/api/v1/assignments/{held['hsa_id'] if isinstance(held, dict) else held}")
    return assignment["unit"], system.get(f"/api/v1/units/{assignment['unit']}")["care_provider"]


def test_a_physician_looks_who_has_blocked_and_lifts_the_one_that_she_needs(system: System) -> None:
    elin = physician(system)
    unit, provider = place_of(system, elin)
    ward = system.program.unit("Medicinavdelning 41, Sunderby sjukhus")
    block = told(system, "block", "register", "--patient", "gunnar", "--provider", provider, "--unit", ward)
    as_her = ("--as", PHYSICIAN)

    stranger = run(system, "block", "list", "--patient", "gunnar", *as_her, code=Exit.ERROR)
    told(
        system,
        "care-relationship",
        "register",
        "--patient",
        "gunnar",
        "--person",
        elin["hsa_id"],
        "--unit",
        unit,
        *as_her,
    )
    hidden = run(system, "block", "show", block["id"], *as_her, code=Exit.ERROR)
    look = told(
        system, "block", "look", "--patient", "gunnar", "--provider", provider, "--emergency", "--text",
        "medvetslös, medicinlista", *as_her,
    )  # fmt: skip
    until = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    step_two = (
        "block",
        "lift",
        block["id"],
        "--unit",
        unit,
        "--emergency",
        "--text",
        "medicinlista",
        "--to",
        until,
        *as_her,
    )
    too_soon = run(system, *step_two, code=Exit.ERROR)
    tried = run(system, *step_two, "--look", look["id"], "--dry-run")
    lift = told(system, *step_two, "--look", look["id"], "--key", "natt-1")
    again = told(system, *step_two, "--look", look["id"], "--key", "natt-1")

    assert "register your own care relationship" in stranger[1]
    assert "there is no such record" in hidden[1] and "there is no such record" in too_soon[1]
    assert [one["id"] for one in look["blocks"]] == [block["id"]]
    assert "(not registered)" in tried[0] and "Nothing was changed" in tried[1]
    assert (lift["reason"], lift["person"]) == ("Emergency", None)
    assert again["id"] == lift["id"]
    assert [one["id"] for one in told(system, "block", "lifts", block["id"])] == [lift["id"]]
    ended = told(system, "lift", "end", lift["id"], "--reason", "färdig", *as_her)
    assert (ended["ended"]["by"], ended["history"][-1]["level"]) == (elin["hsa_id"], "loa2")
    told(system, "block", "revoke", block["id"], "--reason", "patienten vill", "--if-match", '"1"')


def test_a_consent_is_registered_once_shown_and_annulled(system: System) -> None:
    unit = system.program.unit("Hemsjukvården Boden")
    words = ("consent", "register", "--patient", "gunnar", "--unit", unit, "--represented-by", "Eva Ek, god man")

    first, second = told(system, *words), told(system, *words)
    listed = run(system, "consent", "list", "--patient", "gunnar")
    shown = run(system, "consent", "show", first["id"])
    run(system, "consent", "annul", first["id"], "--reason", "fel patient")
    nobody = run(system, "consent", "show", first["id"], "--as", ASSISTANT, code=Exit.ERROR)
    neither = run(system, "consent", "list", code=Exit.USAGE)

    assert first["id"] == second["id"]
    assert f"{first['id']}  stands" in listed[0]
    assert "represented by: Eva Ek, god man" in shown[0]
    assert "there is no such record" in nobody[1]
    assert "--patient or --person" in neither[1]
    assert "annulled by client:admin: fel patient" in run(system, "consent", "show", first["id"])[0]
