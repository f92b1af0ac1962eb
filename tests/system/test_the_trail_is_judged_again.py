"""The demo's whole trail is genuine, and each of its decisions is answered the same from its own record."""

import json

import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")


def test_every_recorded_decision_of_the_demo_is_answered_the_same(system: System) -> None:
    verified = system.program.tillit("audit", "verify")
    replayed = system.program.tillit("audit", "replay", "--denials", "--json")

    assert verified.returncode == 0, verified.stdout
    assert replayed.returncode == 0, replayed.stdout
    counted = json.loads(replayed.stdout)["counted"]
    assert counted["same"] > 600
    assert (counted["otherwise"], counted["unreadable"]) == (0, 0)
