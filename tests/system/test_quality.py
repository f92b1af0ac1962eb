"""The quality report in the running program, with the demo's own flaws and commands."""

import json

import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")


def test_the_demos_report_is_worth_opening(system: System) -> None:
    page = system.get("/api/v1/quality", limit="500")

    codes = {item["code"] for item in page["items"]}
    assert codes >= {"place_not_current", "membership_outlives_person", "licences_unchecked", "title_without_licence"}
    assert all(item["owner"]["directory_contact"].startswith("katalog@") for item in page["items"])
    assert all(item["since"] <= page["at"] for item in page["items"])


def test_the_command_shows_the_report_and_its_counts(system: System) -> None:
    shown = system.program.tillit("directory", "quality", "--severity", "warning")
    as_json = system.program.tillit("directory", "quality", "--code", "place_not_current", "--json")

    assert shown.returncode == 0 and "place_not_current" in shown.stdout and "in all" in shown.stderr
    found = json.loads(as_json.stdout)["items"]
    assert found and {one["kind"] for one in found} == {"assignment"}
    assert found[0]["fix"] in shown.stdout


def test_a_check_is_noted_by_a_command(system: System) -> None:
    unchecked = system.get("/api/v1/quality", code="licences_unchecked")["items"]
    person = unchecked[0]["entry"]

    noted = system.program.tillit("directory", "licences-checked", person)

    left = [item["entry"] for item in system.get("/api/v1/quality", code="licences_unchecked", limit="500")["items"]]
    assert noted.returncode == 0 and person not in left
