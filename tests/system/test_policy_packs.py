"""The example of docs/policy-packs.md on a running demo, and applications that are used under a system role."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from hub.cli.exits import Exit
from tests.architecture.tree import ROOT
from tests.demo_program import tillit
from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")

PACK = "informationsutbytet"
CHIEF_NURSE, NURSE = "margareta.nordlund", "cecilia.marklund"


@pytest.fixture
def aids(tmp_path: Path) -> Path:
    """The document in the guide."""
    found = re.search(r"```yaml\n(.*?)```", (ROOT / "docs/policy-packs.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    file = tmp_path / "aids.yaml"
    file.write_text(found[1], encoding="utf-8")
    return file


def said(system: System, *words: str, code: Exit = Exit.OK) -> str:
    done = system.program.tillit("policy", "pack", *words)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


def asked(system: System, client: str, question: dict[str, Any]) -> dict[str, Any]:
    context = {"explain": True, "network_zone": "sjunet", **question.get("context", {})}
    answer = system.http.post(
        "/access/v1/evaluation", json=question | {"context": context}, headers=system.bearer(client)
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def persona(system: System, username: str) -> dict[str, Any]:
    return next(dict(one) for one in system.program.demo["personas"] if one["username"] == username)


def test_the_guides_example_is_checked_uploaded_tested_activated_asked_and_taken_away(
    system: System, aids: Path
) -> None:
    borrow = {
        "subject": {"type": "kiosk", "id": "boden-1"},
        "action": {"name": "borrow"},
        "resource": {"type": "aid", "id": "lift-7", "properties": {"price": 12_000}},
    }
    scrap = {
        "subject": {"type": "employee", "id": persona(system, CHIEF_NURSE)["hsa_id"]},
        "action": {"name": "scrap"},
        "resource": {"type": "aid", "id": "lift-7"},
        "context": {"subject_token": _token(system, CHIEF_NURSE)},
    }
    before = asked(system, PACK, borrow)
    checked = tillit("policy", "pack", "check", str(aids)).stdout
    uploaded = json.loads(said(system, "upload", str(aids), "--client", PACK, "--json"))
    number = str(uploaded["version"])
    tested = said(system, "test", PACK, number)
    said(system, "activate", PACK, number, "--reason", "första reglerna")
    permitted, elsewhere = asked(system, PACK, borrow), asked(system, "pep", borrow)
    scrapped = asked(system, PACK, scrap)
    others = asked(system, PACK, scrap | {"context": {"subject_token": _token(system, NURSE)}})
    listed = said(system, "list")
    shown = said(system, "show", PACK, number)
    said(system, "deactivate", PACK, "--reason", "klart")
    after = asked(system, PACK, borrow)

    assert checked.splitlines()[-1] == tested.splitlines()[-1] == "5 passed, 0 failed"
    assert (uploaded["state"], uploaded["uploaded_by"]) == ("draft", f"client:{PACK}")
    assert permitted["decision"] is True
    assert permitted["context"]["reason_admin"]["code"] == f"{PACK}:borrow-where-it-is"
    assert permitted["context"]["obligations"] == ["log", "ask_the_manager"]
    assert permitted["context"]["policy_version"] == f"{PACK}/{number}"
    assert (scrapped["decision"], scrapped["context"]["reason_admin"]["code"]) == (True, f"{PACK}:keepers-scrap")
    assert others["context"]["reason_admin"]["code"] == "subject_mismatch"
    for answer in (before, elsewhere, after):
        assert (answer["decision"], answer["context"]["reason_admin"]["code"]) == (False, "unknown_resource")
    assert re.search(rf"{PACK} +active {number}", listed)
    assert "activated" in shown and "första reglerna" in shown
    record = system.get(f"/api/v1/decisions/{permitted['context']['decision_id']}")
    assert (record["policy"], record["own"]["values"]["resource.price"]) == (f"{PACK}/{number}", 12_000)


def test_a_file_with_faults_is_refused_with_each_place(system: System, aids: Path) -> None:
    aids.write_text(aids.read_text(encoding="utf-8").replace("effect: forbid", "effect: never"), encoding="utf-8")

    checked = tillit("policy", "pack", "check", str(aids))
    uploaded = system.program.tillit("policy", "pack", "upload", str(aids), "--client", PACK)

    for done in (checked, uploaded):
        assert (done.returncode, "/rules/3/effect" in done.stderr) == (Exit.ERROR, True), done.stderr


def test_a_clients_system_roles_open_it_to_their_holders(system: System) -> None:
    def may_use(username: str) -> tuple[bool, str]:
        person = persona(system, username)
        question = {
            "subject": {
                "type": "employee",
                "id": person["hsa_id"],
                "properties": {"assignment": person["assignments"][0]},
            },
            "action": {"name": "use"},
            "resource": {"type": "application", "id": "vardplanering"},
        }
        answer = asked(system, "admin", question)
        return answer["decision"], answer["context"]["reason_admin"]["code"]

    assert may_use(CHIEF_NURSE) == (True, "application_named")
    assert may_use(NURSE) == (False, "right_missing")


def _token(system: System, username: str) -> str:
    done = system.program.tillit("play", "login", username)
    assert done.returncode == Exit.OK, done.stderr
    return done.stdout.strip()
