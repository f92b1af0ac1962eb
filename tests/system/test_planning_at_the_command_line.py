"""Planning and reorganising at the command line of a running demo, and looking back and ahead with `--at`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.cli.exits import Exit
from tests.system_parts import System, wait_until

pytestmark = pytest.mark.xdist_group("system")

WHY = ("--reason", "prov")


def said(system: System, *words: str, code: Exit = Exit.OK) -> str:
    done = system.program.tillit(*words)
    assert done.returncode == code, done.stderr
    return done.stdout


def told(system: System, *words: str) -> Any:
    return json.loads(said(system, *words, "--json"))


def a_unit_with_somebody(system: System) -> tuple[str, str, str]:
    """A new unit of Boden's with an assignment that somebody holds."""
    provider = system.get("/api/v1/care-providers")["items"][0]
    whose = (f"member={provider['member']}", f"care_provider={provider['hsa_id']}")
    unit = told(system, "unit", "new", "name=Provenheten", *whose, *WHY)["hsa_id"]
    held = told(
        system, "assignment", "new", f"unit={unit}", "name=Prov", "purpose=Vård och behandling",
        'rights:=["Läsa;alla;VE"]', *WHY,
    )["hsa_id"]  # fmt: skip
    person = system.people("")[0]["hsa_id"]
    told(system, "assignment", "assign", held, person, *WHY)
    return unit, held, person


def test_a_unit_is_planned_previewed_looked_at_in_time_and_closed(system: System) -> None:
    unit, held, person = a_unit_with_somebody(system)
    open_then = datetime.now(UTC).isoformat()

    preview = said(system, "directory", "reorganise", "close", unit, *WHY, "--dry-run")
    unasked = system.program.tillit("directory", "reorganise", "close", unit, *WHY)
    planned = told(system, "directory", "reorganise", "close", unit, "--on", "2099-01-01", *WHY, "--yes")
    number = str(planned["id"])
    listed = said(system, "directory", "plan", "list", "--state", "waiting")
    ahead = told(system, "unit", "show", unit, "--at", "2099-01-01")
    just_before = told(system, "unit", "show", unit, "--at", "2098-12-31")
    cancelled = told(system, "directory", "reorganise", "cancel", number, *WHY)
    closed = told(system, "directory", "reorganise", "close", unit, *WHY, "--yes")
    now, before = told(system, "unit", "show", unit), told(system, "unit", "show", unit, "--at", open_then)

    assert "ends" in preview and "Provenheten" in preview and person in preview
    assert "who loses an assignment: 1" in preview
    assert unasked.returncode == Exit.NEEDS_APPROVAL and "Provenheten" in unasked.stderr
    assert f"{number}  2099-01-01 00:00 CET  waiting" in listed and f"close {unit}" in listed
    assert ahead["archived"] is True and just_before["archived"] is False
    assert cancelled["state"] == "cancelled" and closed["state"] == "done"
    assert now["archived"] is True and before["archived"] is False
    assert told(system, "assignment", "show", held)["archived"] is True
    found = told(system, "assignment", "find", "Prov", "--unit", unit, "--at", open_then)["items"]
    assert [each["hsa_id"] for each in found if not each["archived"]] == [held]


def test_a_change_comes_at_its_date_by_itself(system: System) -> None:
    unit, held, person = a_unit_with_somebody(system)
    soon = (datetime.now(UTC) + timedelta(seconds=10)).isoformat()
    by_then = told(system, "directory", "plan", "set", unit, "name=Nya provenheten", "--on", soon, *WHY, "--yes")
    told(system, "directory", "plan", "unassign", held, person, "--on", soon, *WHY, "--yes")
    name_now = told(system, "unit", "show", unit)["name"]

    def has_come() -> bool:
        return bool(system.get(f"/api/v1/units/{unit}")["name"] == "Nya provenheten")

    wait_until(has_come, within_seconds=30)
    done = told(system, "directory", "plan", "show", str(by_then["id"]))

    assert name_now == "Provenheten"
    assert (done["state"], done["reason"]) == ("done", "prov")
    wait_until(lambda: not _holds(system, held, person), within_seconds=30)


def _holds(system: System, held: str, person: str) -> bool:
    memberships = system.get(f"/api/v1/assignments/{held}")["memberships"]
    return any(m["person"] == person and m["period"]["end"] is None for m in memberships)


def test_nonsense_is_told_as_one_sentence(system: System) -> None:
    unit = system.program.demo["units"][0]["hsa_id"]

    wrong_date = system.program.tillit("unit", "show", unit, "--at", "yesterday")
    too_early = system.program.tillit("unit", "show", unit, "--at", "1950-01-01")
    passed = system.program.tillit("directory", "plan", "end", unit, "--on", "2020-01-01", *WHY, "--yes")
    no_part = system.program.tillit("directory", "reorganise", "split", unit, "--part", "=x", *WHY)

    assert [each.returncode for each in (too_early, passed)] == [Exit.ERROR] * 2
    assert [each.returncode for each in (wrong_date, no_part)] == [Exit.USAGE] * 2
    assert "2026-06-01" in wrong_date.stderr and "no entries yet" in too_early.stderr
    assert "has passed" in passed.stderr and "Traceback" not in wrong_date.stderr + passed.stderr + no_part.stderr
