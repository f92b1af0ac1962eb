"""A staff list that lacked somebody is undone as one run, at the command line, on the whole program."""

import json

import pytest

from tests.system_parts import System

pytestmark = pytest.mark.xdist_group("system")


def test_a_mistaken_list_is_undone_and_what_does_not_come_back_is_told(system: System) -> None:
    assert system.apply(system.staff_list("boden-with-new.csv")).status_code == 200
    (lovisa,) = system.people("Lovisa Stenvall")
    assignment = next(
        item for item in system.get("/api/v1/assignments", member=lovisa["member"], limit="500")["items"]
        if any(held["person"] == lovisa["hsa_id"] for held in item["memberships"])
    )  # fmt: skip
    related = system.http.post(
        "/api/v1/care-relationships",
        json={"patient": system.program.patient("elsa"), "person": lovisa["hsa_id"], "unit": assignment["unit"]},
        headers=system.bearer("pep"),
    )
    assert related.status_code in (200, 201), related.text
    mistaken = system.apply(system.staff_list("boden-without-her.csv"))
    run = f"sync:{mistaken.json()['run']['id']}"

    tried = system.program.tillit("directory", "undo", "--run", run, "--reason", "fel lista", "--dry-run", "--json")
    left = system.people("Lovisa Stenvall")[0]["period"]["end"]
    undone = system.program.tillit("directory", "undo", "--run", run, "--reason", "fel lista", "--json")
    again = system.program.tillit("directory", "undo", "--run", run, "--reason", "fel lista")
    history = system.program.tillit("directory", "history", lovisa["hsa_id"])
    searched = system.program.tillit("directory", "journal", "--door", "undo", "--limit", "1", "--json")

    assert undone.returncode == 0, undone.stderr
    told = json.loads(undone.stdout)
    assert json.loads(tried.stdout) == told | {"revision": None} and left is not None
    assert system.people("Lovisa Stenvall")[0] == lovisa
    assert system.get(f"/api/v1/assignments/{assignment['hsa_id']}")["memberships"] == assignment["memberships"]
    lapsed = {(each["what"], each["count"]) for each in told["not_restored"] if each["person"] == lovisa["hsa_id"]}
    assert lapsed == {("logins", None), ("care_relationships", 1)}
    assert again.returncode == 1 and f"undone already, by revision {told['revision']}" in again.stderr
    assert f"revision {told['revision']} " in history.stdout and "fel lista" in history.stdout
    assert json.loads(searched.stdout)["items"][0]["door"] == f"undo:{run}"
    assert system.apply(system.staff_list("boden-without-her.csv")).status_code == 200
