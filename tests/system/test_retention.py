"""Retention in the running program: without a decision it tells, and erases nothing."""

import json

import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")


def test_the_command_tells_the_law_the_years_and_that_nothing_is_erased(system: System) -> None:
    told = system.program.tillit("directory", "retention")
    as_json = system.program.tillit("directory", "retention", "--json", "--as", "kristina.oquist")

    assert (told.returncode, as_json.returncode) == (0, 0), told.stderr + as_json.stderr
    lines = {line.split()[0]: line for line in told.stdout.splitlines()}
    assert "Patientdatalag (2008:355) 3 kap. 17 §" in lines["person"] and " 10 " in lines["person"]
    assert "Nothing is erased" in told.stderr
    assert json.loads(as_json.stdout)["record"] == []
