"""The demo's whole trail is genuine, each decision is answered the same from its own record, and logins stand there."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hub.demo.login import LoginFailed, Player, log_in
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


def test_logins_and_changes_stand_in_the_same_trail(system: System) -> None:
    persona = system.program.persona("district_nurse")
    client = system.program.client("katalogen")
    player = Player(persona["username"], persona["password"], persona["totp_secret"])
    with pytest.raises(LoginFailed):
        log_in(system.program.issuer, client, replace(player, password="fel"))
    log_in(system.program.issuer, client, player)

    def found(kind: str, **params: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = system.get("/api/v1/audit", kind=kind, **params)["items"]
        return items

    # Who logged in within this half minute has spent her code: that is refused, recorded and waited out.
    logins = [one for one in found("login", person=persona["hsa_id"]) if one.get("rule") != "one_time_code"]
    assert [(one["permit"], one.get("rule")) for one in logins[:2]] == [(True, None), (False, "password")]
    assert found("directory_change")[0]["what"]
    assert {one["register"] for one in found("register_change")}
    assert found("log_read")[0]["system"] == "admin"
