"""The change feed of the whole program: with real tokens, at the terminal, as the page for developers says."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hub.cli.event_stream import events_in
from tests.architecture.tree import ROOT
from tests.demo_program import TILLIT
from tests.system_parts import System, newcomers

pytestmark = pytest.mark.xdist_group("system")

READER = "informationsutbytet"


def _everything(system: System, bearer: dict[str, str]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next_since": 0, "revision": 1}
    while page["next_since"] < page["revision"]:
        answer = system.http.get("/api/v1/changes", params={"since": page["next_since"]}, headers=bearer)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
    return items


def _newest(system: System) -> int:
    return int(system.get("/api/v1/changes", limit="1")["revision"])


def test_a_stream_ends_when_its_token_is_revoked(system: System) -> None:
    client = system.program.client("admin")
    basic = (client["client_id"], client["secret"])
    token = system.http.post("/token", data={"grant_type": "client_credentials"}, auth=basic).json()["access_token"]
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}

    with system.http.stream("GET", f"/api/v1/changes?since={_newest(system)}", headers=headers) as stream:
        events = events_in(stream.iter_bytes())
        first = next(events)
        revoked = system.http.post("/revoke", data={"token": token}, auth=basic)
        last = list(events)
    again = system.http.get("/api/v1/changes", headers=headers)

    assert (first.name, revoked.status_code) == ("reached", 200)
    assert [json.loads(event.data)["code"] for event in last] == ["invalid_token"]
    assert again.status_code == 401


def test_protected_people_are_in_no_change_of_thirty_days(system: System) -> None:
    protected: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = system.get("/api/v1/people", limit="500", **cursor)
        protected += [person for person in page["items"] if person["protected"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    told, administrators = (
        str(_everything(system, system.bearer(READER))),
        str(_everything(system, system.bearer("admin"))),
    )

    assert len(protected) > 3
    for person in protected:
        assert person["hsa_id"] in administrators
        assert person["hsa_id"] not in told
        assert person["full_name"] not in told
    assert '"actor": null' in json.dumps(_everything(system, system.bearer(READER))[0])


def test_the_terminal_tells_each_change_on_a_line(system: System) -> None:
    since = _newest(system)
    joined = system.apply(newcomers(["Följande"], system.staff_list("boden-today.csv")))
    left = system.apply(system.staff_list("boden-today.csv"))

    told = system.program.tillit("changes", "--since", str(since), "--kind", "person")
    as_json = system.program.tillit("changes", "--since", str(since), "--json")
    ahead = system.program.tillit("changes", "--since", str(since + 1000))
    wrong = system.program.tillit("changes", "--kind", "planet")

    assert (joined.status_code, left.status_code) == (200, 200), (joined.text, left.text)
    first, second = told.stdout.splitlines()
    assert re.fullmatch(rf"{since + 1}  [-0-9]+ [:0-9]+ UTC  created person SE\S+ Vera Följande  \(.*\)", first), first
    assert re.fullmatch(rf"{since + 2}  .* changed person SE\S+ Vera Följande  period  \(.*\)", second), second
    assert [json.loads(line)["revision"] for line in as_json.stdout.splitlines()] == [since + 1, since + 2]
    assert (ahead.returncode, wrong.returncode) == (1, 1)
    assert "read the lists anew" in ahead.stderr


def test_the_terminal_follows_what_happens(system: System) -> None:
    since = _newest(system)
    with system.program.tillit_meanwhile("changes", "--follow", "--json", "--since", str(since)) as following:
        system.apply(newcomers(["Efterföljande"], system.staff_list("boden-today.csv")))
        assert following.stdout is not None
        line = following.stdout.readline()
    system.apply(system.staff_list("boden-today.csv"))

    commit = json.loads(line)
    assert commit["revision"] == since + 1
    assert "Efterföljande" in line
    assert following.returncode == 0


def _commands() -> list[str]:
    page = (ROOT / "docs" / "following-changes.md").read_text()
    return re.findall(r"^```sh\n(.*?)```", page, re.DOTALL | re.MULTILINE)


def test_the_page_for_developers_works_as_it_stands(system: System, tmp_path: Path) -> None:
    """Its commands, one after the other in one shell, with this demo's address and folder."""
    tillit = tmp_path / "tillit"
    tillit.write_text(f'#!/bin/sh\nexec {shlex.join(TILLIT)} "$@" --data {system.program.folder}\n')
    tillit.chmod(0o755)
    script = "\necho ===\n".join(_commands()).replace("http://localhost:8000", system.program.issuer)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(
        ["bash", "-u", "-c", script.replace("./tillit", str(tillit))],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    _, lists, page, waited, stream, terminal = done.stdout.split("===\n")
    assert json.loads(lists)["revision"] > 1
    assert [change["kind"] for item in json.loads(page)["items"] for change in item["changes"]]
    assert json.loads(waited)["items"] == []
    assert stream.startswith("retry: 2000\n") and "event: reached" in stream
    as_json, *lines = terminal.splitlines()
    assert json.loads(as_json)["changes"]
    assert lines and all("care_provider SE" in line for line in lines)
