"""The directory server stops answering: what needs it says so at once, and nobody is blamed for it."""

import base64
import hashlib
import time
from collections.abc import Iterator

import httpx
import pyotp
import pytest

from hub.cli.acting import PORTAL, Acting
from hub.cli.play import acting_token_of
from tests.system_parts import System, hidden_fields, reading_of_elsa, timed, wait_until

pytestmark = pytest.mark.xdist_group("system")

ANSWERED_WITHIN_SECONDS = 1.5
FRESH_FOR_SECONDS = 5.0
MORE_THAN_ARE_ALLOWED_WRONG = 12


@pytest.fixture
def browser(system: System) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=system.program.issuer, timeout=30) as made:
        yield made


def _password_page(system: System, browser: httpx.Client) -> httpx.Response:
    client = system.program.client("hemtjanstappen")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 64).digest()).rstrip(b"=").decode()
    request = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": client["redirect_uris"][-1],
        "scope": "openid",
        "state": "s" * 16,
        "nonce": "n" * 16,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    page = browser.get("/authorize", params=request)
    while page.is_redirect:
        page = browser.get(page.url.join(page.headers["location"]))
    assert page.status_code == 200, page.text
    return page


def test_a_login_is_told_to_wait_and_goes_on_afterwards(system: System, browser: httpx.Client) -> None:
    officer = next(p for p in system.program.demo["personas"] if p["username"] == "kristina.oquist")
    password_page = _password_page(system, browser)
    words = {**hidden_fields(password_page.text), "username": officer["username"], "password": officer["password"]}

    with system.held_slapd():
        wait_until(lambda: not system.is_ready(), within_seconds=FRESH_FOR_SECONDS + 2)
        told = [timed(lambda: browser.post(password_page.url, data=words)) for _ in range(MORE_THAN_ARE_ALLOWED_WRONG)]
        parts = system.ready().json()["parts"]
    code_page = browser.post(password_page.url, data=words)
    assert code_page.is_redirect, code_page.text
    code_page = browser.get(code_page.url.join(code_page.headers["location"]))
    code = {**hidden_fields(code_page.text), "code": pyotp.TOTP(officer["totp_secret"]).now()}
    with system.held_slapd():
        wait_until(lambda: not system.is_ready(), within_seconds=FRESH_FOR_SECONDS + 2)
        told_code = [timed(lambda: browser.post(code_page.url, data=code)) for _ in range(3)]
    code["code"] = pyotp.TOTP(officer["totp_secret"]).at(time.time() + 30)
    entered = browser.post(code_page.url, data=code)

    assert {answer.status_code for answer, _ in told + told_code} == {503}
    assert max(took for _, took in told + told_code) < ANSWERED_WITHIN_SECONDS
    assert "not confirmed" in parts["directory"]
    assert entered.is_redirect, entered.text
    assert "/authorize/resume" in entered.headers["location"]


def test_nothing_is_permitted_on_facts_older_than_five_seconds(system: System) -> None:
    # She stays logged in over all tests of the program: her authenticator has a new code only every half minute.
    token = acting_token_of(system.program.folder, Acting("cecilia.marklund", PORTAL))
    question = reading_of_elsa(system, token)
    bearer = system.bearer("pep")

    def ask() -> httpx.Response:
        return system.http.post("/access/v1/evaluation", json=question, headers=bearer)

    before = ask()
    asked: list[tuple[float, float, httpx.Response]] = []
    with system.held_slapd() as since:
        while time.monotonic() < since + FRESH_FOR_SECONDS + 2:
            at = time.monotonic() - since
            answer, took = timed(ask)
            asked.append((at, took, answer))
    after = ask()

    assert before.json()["decision"] is True, before.text
    assert max(took for _, took, _ in asked) < ANSWERED_WITHIN_SECONDS
    assert {answer.status_code for _, _, answer in asked} == {200}
    assert not [at for at, _, answer in asked if at > FRESH_FOR_SECONDS and answer.json()["decision"]]
    assert [at for at, _, answer in asked if at > FRESH_FOR_SECONDS], "some must be asked late"
    assert after.json()["decision"] is True, after.text


def test_a_staff_list_is_refused_soon_and_carried_out_once_afterwards(system: System) -> None:
    text = system.staff_list("boden-today.csv").replace("+46406280475", "+46406280999", 1)

    with system.held_slapd():
        wait_until(lambda: not system.is_ready(), within_seconds=FRESH_FOR_SECONDS + 2)
        refused, took = timed(lambda: system.apply(text))
    again = system.apply(text)
    restored = system.apply(system.staff_list("boden-today.csv"))

    assert refused.status_code == 503, refused.text
    assert took < 7
    assert again.status_code == 200, again.text
    assert restored.status_code == 200, restored.text
