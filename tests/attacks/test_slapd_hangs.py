"""The directory server hangs (SIGSTOP) in the middle of work: answers come quickly, nothing is permitted on facts that
nobody has confirmed, nobody is locked out for it, and all goes on when the server does.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest

from hub.cli.connection import fetch_token
from hub.demo.login import Player, log_in
from tests.demo_program import DemoProgram, demo_folder, running_demo

ANSWERED_WITHIN_SECONDS = 1.5
CONFIRMED_AT_MOST_SECONDS = 5.0

pytestmark = [pytest.mark.xdist_group("hangs"), pytest.mark.slow]


@pytest.fixture(scope="module")
def program() -> Iterator[DemoProgram]:
    with demo_folder() as folder, running_demo(folder) as started:
        yield started


def test_decisions_are_answered_and_soon_denied(program: DemoProgram) -> None:
    nurse = program.persona("district_nurse")
    player = Player(nurse["username"], nurse["password"], nurse["totp_secret"])
    token = log_in(program.issuer, program.client("titthalet"), player)["access_token"]
    with httpx.Client(base_url=program.issuer, timeout=10) as http:
        http.headers["authorization"] = f"Bearer {fetch_token(http, program.demo['pep'])}"
        question = _question(program, nurse, token)
        assert _ask(http, question) is True

        with _hanging_slapd(program):
            hung_at, last_permit = time.monotonic(), 0.0
            while _ask(http, question):
                last_permit = time.monotonic() - hung_at
                assert last_permit < CONFIRMED_AT_MOST_SECONDS + 1
            ready = httpx.get(f"{program.demo['management_url']}/readyz")
            assert ready.status_code == 503
            assert "not confirmed" in ready.json()["parts"]["directory"]
            assert _ask(http, question) is False

        _soon(lambda: _ask(http, question))


def test_a_login_under_way_is_told_to_try_again_and_nothing_is_counted(program: DemoProgram) -> None:
    nurse = program.persona("home_care_assistant")
    with httpx.Client(base_url=program.issuer, timeout=10, follow_redirects=True) as browser:
        page = browser.get("/authorize", params=_authorization(program))
        form = {"username": nurse["username"], "password": nurse["password"]}
        with _hanging_slapd(program):
            _soon(lambda: httpx.get(f"{program.demo['management_url']}/readyz").status_code == 503, seconds=10)
            for _ in range(12):
                answer, seconds = _timed(lambda: _submit(browser, page, form))
                assert answer.status_code == 503
                assert seconds < ANSWERED_WITHIN_SECONDS

        _soon(lambda: httpx.get(f"{program.demo['management_url']}/readyz").status_code == 200)
        code_page = _submit(browser, page, form)
        assert code_page.status_code == 200
        assert code_page.url.path == "/login/code"
        with _hanging_slapd(program):
            _soon(lambda: httpx.get(f"{program.demo['management_url']}/readyz").status_code == 503, seconds=10)
            code = {"code": pyotp.TOTP(nurse["totp_secret"]).now()}
            answer, seconds = _timed(lambda: _submit(browser, code_page, code))
            assert (answer.status_code, seconds < ANSWERED_WITHIN_SECONDS) == (503, True)

        _soon(lambda: httpx.get(f"{program.demo['management_url']}/readyz").status_code == 200)
        chosen = _submit(browser, code_page, {"code": pyotp.TOTP(nurse["totp_secret"]).now()})
        assert chosen.url.path == "/login/assignment", "the code was not used up by the failed try"


def _slapd_of(program: DemoProgram) -> int:
    tasks = Path(f"/proc/{program.process.pid}/task")
    children = [int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()]
    return next(pid for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == "slapd")


@contextmanager
def _hanging_slapd(program: DemoProgram) -> Iterator[None]:
    pid = _slapd_of(program)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _ask(http: httpx.Client, question: dict[str, Any]) -> bool:
    answer, seconds = _timed(lambda: http.post("/access/v1/evaluation", json=question))
    assert answer.status_code == 200, answer.text
    assert seconds < ANSWERED_WITHIN_SECONDS
    return bool(answer.json()["decision"])


def _timed(act: Callable[[], httpx.Response]) -> tuple[httpx.Response, float]:
    begun = time.monotonic()
    return act(), time.monotonic() - begun


def _soon(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"


def _question(program: DemoProgram, nurse: dict[str, Any], token: str) -> dict[str, Any]:
    with httpx.Client(base_url=program.issuer) as http:
        bearer = {"authorization": f"Bearer {fetch_token(http, program.demo['admin'])}"}
        unit = http.get(f"/api/v1/assignments/{nurse['assignments'][0]}", headers=bearer).json()["unit"]
        provider = http.get(f"/api/v1/units/{unit}", headers=bearer).json()["care_provider"]
    properties = {
        "patient": program.patient("elsa"),
        "information_type": "lak",
        "care_unit": unit,
        "care_provider": provider,
    }
    return {
        "subject": {"type": "employee", "id": nurse["hsa_id"]},
        "action": {"name": "read"},
        "resource": {"type": "patient_information", "id": "*", "properties": properties},
        "context": {"network_zone": "sjunet", "subject_token": token},
    }


def _authorization(program: DemoProgram) -> dict[str, str]:
    client = program.client("titthalet")
    return {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": client["redirect_uris"][0],
        "scope": "openid commission",
        "state": "s",
        "nonce": "n",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }


def _submit(browser: httpx.Client, page: httpx.Response, answers: dict[str, str]) -> httpx.Response:
    from hub.demo.login import read_form

    form = read_form(page)
    assert form.action is not None
    return browser.post(page.url.join(form.action), data=form.values | answers)
