"""One running demo that many tests share, seen from outside: over HTTP, LDAP, its files and its processes."""

import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any
from zlib import crc32

import httpx
import pytest

from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_config import ldapi_uri
from hub.cli.assertion import sign_assertion
from tests.canary import Canary, may_see_her, plant, silent_files, watched
from tests.demo_program import DemoProgram, demo_folder, running_demo

TICK_SECONDS = 0.02
CANARYS_UNIT = "Medicinavdelning 1, Kalix sjukhus"


class System:
    """A running demo and lines to it; tokens are fetched anew when half their life has passed."""

    canary: Canary

    def __init__(self, program: DemoProgram, http: httpx.Client) -> None:
        self.program, self.http = program, http
        self._tokens: dict[str, tuple[str, float]] = {}

    def bearer(self, client_id: str) -> dict[str, str]:
        token, until = self._tokens.get(client_id, ("", 0.0))
        if until < time.monotonic():
            client = self.program.client(client_id)
            form, basic = {"grant_type": "client_credentials"}, None
            if client["auth_method"] == "private_key_jwt":
                form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
                form["client_assertion"] = sign_assertion(client, audience=self.program.issuer)
            else:
                basic = httpx.BasicAuth(client_id, client["secret"])
            answer = self.http.post("/token", data=form, auth=basic)
            assert answer.status_code == 200, answer.text
            token = answer.json()["access_token"]
            self._tokens[client_id] = token, time.monotonic() + answer.json()["expires_in"] / 2
            if client_id == "admin":
                may_see_her(f"Bearer {token}")
        return {"authorization": f"Bearer {token}"}

    def as_administrator(self, method: str, path: str, body: object) -> httpx.Response:
        """Ask as the application that administers everything."""
        return self.http.request(method, path, json=body, headers=self.bearer("admin"))

    def get(self, path: str, client_id: str = "admin", **params: str) -> Any:
        answer = self.http.get(path, params=params, headers=self.bearer(client_id))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def staff_list(self, name: str) -> str:
        return (self.program.folder / "staff-lists" / name).read_text()

    def apply(self, text: str, client_id: str = "boden-sync") -> httpx.Response:
        return self.http.post(
            "/api/v1/sync/sources/boden-hr/apply",
            content=text.encode(),
            headers={**self.bearer(client_id), "content-type": "text/csv"},
        )

    def people(self, words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/api/v1/people", q=words)["items"]
        return found

    def assignments_of(self, person: str, unit: str) -> list[str]:
        """The assignments of ``unit`` that ``person`` has a membership of."""
        items = self.get("/api/v1/assignments", unit=unit, limit="500")["items"]
        return [a["hsa_id"] for a in items if any(m["person"] == person for m in a["memberships"])]

    def ready(self) -> httpx.Response:
        return httpx.get(f"{self.program.demo['management_url']}/readyz", timeout=5)

    def is_ready(self) -> bool:
        return self.ready().status_code == 200

    def slapd(self) -> int:
        """The directory server's process: the one child of the program that is called so."""
        found = [pid for pid in children(self.program.process.pid) if name_of(pid) == "slapd"]
        assert len(found) == 1, found
        return found[0]

    @contextmanager
    def held_slapd(self) -> Iterator[float]:
        """The directory server stands still inside; gives the monotonic time since when. Ends when all is ready."""
        pid = self.slapd()
        os.kill(pid, signal.SIGSTOP)
        try:
            yield time.monotonic()
        finally:
            os.kill(pid, signal.SIGCONT)
            wait_until(self.is_ready, within_seconds=10)


def newcomers(names: list[str], like: str) -> str:
    """``like`` with one nurse more for each family name, of which her key is made; without personal numbers."""
    rows = [
        f"N{crc32(name.encode()):010d};;Vera;{name};Kommunsjuksköterska;4410;;;2026-01-01;;Vård och behandling"
        for name in names
    ]
    return "\r\n".join([like.strip(), *rows, ""])


def children(pid: int) -> list[int]:
    """Of all of the process's threads: slapd is the child of one thread."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def name_of(pid: int) -> str:
    """Empty when there is no such process, or only its remains."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    state = status.rpartition(")")[2].split()[0]
    return "" if state == "Z" else status.partition("(")[2].rpartition(")")[0]


def wait_until(holds: Callable[[], bool], *, within_seconds: float) -> float:
    """Look until it holds; how many seconds that took."""
    begun, tick = time.monotonic(), Event()
    while not holds():
        assert time.monotonic() - begun < within_seconds, f"did not come true within {within_seconds} s"
        tick.wait(TICK_SECONDS)
    return time.monotonic() - begun


def timed(call: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    answer = call()
    return answer, time.monotonic() - begun


def hidden_fields(page: str) -> dict[str, str]:
    inputs = re.findall(r"<input[^>]*>", page)
    hidden = [tag for tag in inputs if 'type="hidden"' in tag]
    return {re.findall(r'name="([^"]*)"', tag)[0]: re.findall(r'value="([^"]*)"', tag)[0] for tag in hidden}


def reading_of_elsa(system: System, subject_token: str) -> dict[str, Any]:
    """The district nurse's question about her own unit's notes, which is permitted."""
    personas = system.program.demo["personas"]
    nurse = next(persona for persona in personas if persona["username"] == "cecilia.marklund")
    assignment = system.get(f"/api/v1/assignments/{nurse['assignments'][0]}")
    provider = system.get(f"/api/v1/units/{assignment['unit']}")["care_provider"]
    return {
        "subject": {"type": "employee", "id": nurse["hsa_id"], "properties": {"assignment": assignment["hsa_id"]}},
        "action": {"name": "read"},
        "resource": {
            "type": "patient_information",
            "id": "*",
            "properties": {
                "patient": system.program.patient("elsa"),
                "information_type": "lak",
                "care_unit": assignment["unit"],
                "care_provider": provider,
            },
        },
        "context": {"network_zone": "sjunet", "subject_token": subject_token, "explain": True},
    }


@contextmanager
def line_to(program: DemoProgram) -> Iterator[System]:
    with httpx.Client(base_url=program.issuer, timeout=30) as http:
        yield System(program, http)


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """Tests that use it are marked ``xdist_group("system")``, so that one program serves them all.

    It holds a canary (``tests.canary``) from the beginning: whatever a test asks, she is searched for in the answer,
    and in the end in the logs.
    """
    with demo_folder() as folder, running_demo(folder) as program, line_to(program) as line:
        line.canary = plant(line.as_administrator, program.unit(CANARYS_UNIT))
        line.http.event_hooks["response"].append(lambda answer: watched(line.canary, answer))
        yield line
        assert silent_files(line.canary, [folder.parent / "stderr"], folder / "trail") == []


@pytest.fixture(scope="session")
def canary(system: System) -> Canary:
    return system.canary


def ldap_entries(folder: Path, wanted: str) -> list[str]:
    """All that stands in the directory server under ``folder``, each entry as text; ``wanted`` is a filter."""
    connection = over_socket(ldapi_uri(folder / "slapd" / "ldapi"))()
    try:
        connection.search("c=SE", wanted, attributes=["*", "+"])
        assert connection.result["result"] == 0, connection.result
        return [str(found["raw_attributes"]) for found in connection.response if "raw_attributes" in found]
    finally:
        connection.unbind()
