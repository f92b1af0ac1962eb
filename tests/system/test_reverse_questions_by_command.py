"""Who may see this, what may she see, how two people differ, what a draft would change: at the command line."""

import json
from pathlib import Path

import pytest

from hub.cli.exits import Exit
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")


@pytest.fixture
def nurse(system: System) -> dict[str, str]:
    """The district nurse, and where she works."""
    persona = system.program.persona("district_nurse")
    held = system.http.get(f"/api/v1/assignments/{persona['assignments'][0]}", headers=system.bearer("admin")).json()
    return {"person": persona["hsa_id"], "assignment": persona["assignments"][0], "unit": held["unit"]}


def test_who_can_tells_people_assignments_and_rules(system: System, nurse: dict[str, str]) -> None:
    asked = ("who-can", "read", "lak", "--patient", "elsa", "--unit", nurse["unit"])

    told = system.program.tillit(*asked)
    nobody = system.program.tillit("who-can", "brew", *asked[2:])

    assert told.returncode == Exit.OK, told.stderr
    assert f"{nurse['person']}  {nurse['assignment']}  own_unit" in told.stdout.splitlines()
    assert nobody.returncode == Exit.DENY, nobody.stdout


def test_what_can_tells_patients_units_and_types(system: System, nurse: dict[str, str]) -> None:
    asked = ("what-can", nurse["person"], "read", "--assignment", nurse["assignment"], "--type", "lak")

    hers = json.loads(system.program.tillit(*asked, "--unit", nurse["unit"], "--json").stdout)
    of_elsa = json.loads(system.program.tillit(*asked, "--patient", "elsa", "--json").stdout)

    assert {"patient": "elsa", "unit": nurse["unit"], "type": "lak", "rule": "own_unit"} in hers
    assert nurse["unit"] in {one["unit"] for one in of_elsa} and {one["patient"] for one in of_elsa} == {"elsa"}


def test_why_compares_two_people(system: System, nurse: dict[str, str]) -> None:
    other = system.program.persona("home_care_assistant")["hsa_id"]

    told = system.program.tillit(
        "why", nurse["person"], "read", "lak", "--patient", "elsa", "--unit", nurse["unit"],
        "--assignment", nurse["assignment"], "--compare", other,
    )  # fmt: skip

    assert told.returncode == Exit.OK, told.stderr
    assert "Their ways part at: assignment" in told.stdout


def test_a_draft_policy_is_tried_over_what_was_decided(system: System, nurse: dict[str, str], tmp_path: Path) -> None:
    strict, same = tmp_path / "strict.json", tmp_path / "same.json"
    strict.write_text('{"longest_lift_days": 1}')
    same.write_text("{}")

    tried = system.program.tillit("policy", "try", str(same), "--json")
    stricter = system.program.tillit("policy", "try", str(strict), "--days", "31")
    unreadable = system.program.tillit("policy", "try", str(tmp_path / "none.json"))

    assert tried.returncode == Exit.OK and json.loads(tried.stdout)["flipped"] == []
    assert json.loads(tried.stdout)["judged"] > 0
    assert stricter.returncode in (Exit.OK, Exit.NEEDS_APPROVAL) and "judged" in stricter.stdout
    assert unreadable.returncode == Exit.USAGE
