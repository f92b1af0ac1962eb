"""kill -9 of the whole program while a staff list is carried out: after the next start it is done, or it is not."""

import signal
import threading
import time

import httpx
import pytest

from tests.demo_program import DemoProgram, demo_folder, running_demo
from tests.system_parts import System, ldap_entries, line_to, name_of, newcomers, timed, wait_until

NAMES = ["Alfvén", "Bruno", "Cronberg", "Dalman", "Edfelt", "Frisk"]
UNIT = "Hemsjukvården Boden"


@pytest.mark.slow
def test_a_newcomer_is_wholly_there_or_not_at_all(subtests_seen: list[str]) -> None:
    with demo_folder() as folder:
        with running_demo(folder) as program, line_to(program) as line:
            today = line.staff_list("boden-today.csv")
            durations = [timed(lambda: line.apply(newcomers([], today)))[1]]
            first, took = timed(lambda: line.apply(newcomers(["Förstling"], today)))
            assert first.status_code == 200, first.text
            durations.append(took)
            _kill_during_apply(line, newcomers(["Förstling", NAMES[0]], today), 0.0)
        for round_, name in enumerate(NAMES):
            known = ["Förstling", *NAMES[: round_ + 1]]
            with running_demo(folder) as program, line_to(program) as line:
                subtests_seen.append(_check_whole(program, line, name))
                again = line.apply(newcomers(known, today))
                assert again.status_code == 200, again.text
                assert len(line.people(f"Vera {name}")) == 1
                verified = program.tillit("audit", "verify")
                assert verified.returncode == 0, verified.stdout + verified.stderr
                if round_ + 1 < len(NAMES):
                    delay = max(durations) * (0.3 + 1.0 * (round_ + 1) / len(NAMES))
                    _kill_during_apply(line, newcomers([*known, NAMES[round_ + 1]], today), delay)


@pytest.fixture
def subtests_seen() -> list[str]:
    """How each run ended: says in a failure's report what was met on the way."""
    return []


def _kill_during_apply(line: System, text: str, delay: float) -> None:
    line.bearer("boden-sync")
    slapd, process = line.slapd(), line.program.process

    def send() -> None:
        try:
            line.apply(text)
        except httpx.TransportError:
            return

    sender = threading.Thread(target=send)
    killed_at = time.monotonic() + delay
    sender.start()
    threading.Event().wait(max(0.0, killed_at - time.monotonic()))
    process.send_signal(signal.SIGKILL)
    process.wait()
    sender.join()
    wait_until(lambda: name_of(slapd) != "slapd", within_seconds=5)


def _check_whole(program: DemoProgram, line: System, name: str) -> str:
    found = line.people(f"Vera {name}")
    run = line.get("/api/v1/sync/runs")["items"][0]
    in_ldap = ldap_entries(program.folder, f"(&(objectClass=person)(sn={name}))")
    assert len(found) == len(in_ldap)
    if not found:
        assert run["state"] != "applying", run
        return f"{name}: not at all"
    assert len(found) == 1
    person = found[0]["hsa_id"]
    held = line.assignments_of(person, program.unit(UNIT))
    assert len(held) == 1
    in_assignment = ldap_entries(program.folder, f"(hsaIdentity={held[0]})")
    assert any(person in text for text in in_assignment), (person, held, in_assignment)
    assert run["state"] == "applied", run
    changes = line.get("/api/v1/changes", since=str(run["revision"] - 1))["items"]
    assert changes, "the journal has the commit"
    return f"{name}: wholly"
