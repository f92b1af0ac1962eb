"""Plays a person at the login pages: reads each page's form and fills it in, as a browser without JavaScript would.

For the demo, the tests and the benchmarks. Knows only what stands on the pages and what the person knows.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from threading import Event
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pyotp

from hub.real_clock import RealClock, random_bytes
from vocabulary.refusals import Refusal

_MOST_PAGES = 12
_TRIES_WHEN_BUSY = 15
_SECONDS_BEFORE_TRYING_AGAIN = 1.0
_STEP_SECONDS = 30
_CODES_TRIED = 2


class LoginFailed(Refusal):
    """The pages did not lead back to the application."""

    code = "login_failed"


@dataclass
class PageForm(HTMLParser):
    """The first form of a page: where it goes, what it holds and offers, and what the page complains of."""

    action: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    complaint: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._complaining = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("role") == "alert" or given.get("id") == "errors":
            self._complaining = 1
        elif self._complaining and tag not in ("br", "img", "input"):
            self._complaining += 1
        if tag == "form" and self.action is None:
            self.action = given.get("action", "")
        elif tag == "input" and self.action is not None and "name" in given:
            if given.get("type") == "radio":
                self.choices.setdefault(given["name"], []).append(given["value"])
            elif given.get("type") == "hidden":
                self.values[given["name"]] = given.get("value", "")
            else:
                self.asked.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        self._complaining = max(0, self._complaining - 1)

    def handle_data(self, data: str) -> None:
        if self._complaining:
            self.complaint = f"{self.complaint} {data.strip()}".strip()


@dataclass(frozen=True)
class Player:
    """What the person knows. ``assignment`` is which one she would choose if asked; ``None`` takes the first."""

    username: str
    password: str
    totp_secret: str
    assignment: str | None = None


def log_in(issuer: str, client: dict[str, Any], player: Player, *, scope: str | None = None) -> dict[str, Any]:
    """The token answer (RFC 6749 section 5.1) after the code flow with PKCE; ``client`` is as in demo.json.

    Raises ``LoginFailed`` with what the page said.
    """
    verifier = base64.urlsafe_b64encode(random_bytes(48)).decode()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect_uri = client["redirect_uris"][-1]
    request = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": redirect_uri,
        "scope": scope or " ".join(client["scopes"]),
        "state": random_bytes(12).hex(),
        "nonce": random_bytes(12).hex(),
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    with httpx.Client(base_url=issuer, timeout=30) as browser:
        returned = walk(browser, browser.get("/authorize", params=request), player, redirect_uri)
    answered = {name: values[0] for name, values in parse_qs(urlsplit(returned).query).items()}
    if answered.get("state") != request["state"] or "code" not in answered:
        raise LoginFailed(f"the login ended with `{answered.get('error', 'no code')}`")
    return _redeem(issuer, client, {"code": answered["code"], "redirect_uri": redirect_uri, "code_verifier": verifier})


def refresh(issuer: str, client: dict[str, Any], refresh_token: str) -> dict[str, Any]:
    """The token answer for a refresh token (RFC 6749 section 6). Raises ``LoginFailed`` when it does not hold."""
    return _redeem(issuer, client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def activate(issuer: str, code: str, username: str, password: str) -> Player:
    """Play a new employee: use an activation code, choose name and password, enrol the authenticator app."""
    with httpx.Client(base_url=issuer, timeout=30, follow_redirects=True) as browser:
        page = _fill(browser, browser.get("/login/activate"), {"activation_code": code})
        page = _fill(browser, page, {"username": username, "password": password, "password_again": password})
        secret = _secret_shown(page.text)
        done = _fill(browser, page, {"code": pyotp.TOTP(secret).at(_now())})
        last = read_form(done)
        if last.action is not None:
            raise LoginFailed(last.complaint or "the account was not activated")
    return Player(username, password, secret)


def walk(browser: httpx.Client, page: httpx.Response, player: Player, redirect_uri: str) -> str:
    """Follow and fill in from ``page`` on; the address by which the browser is sent back to the application."""
    refused = waited = 0
    for _ in range(_MOST_PAGES + _TRIES_WHEN_BUSY):
        if page.status_code == HTTPStatus.SERVICE_UNAVAILABLE and waited < _TRIES_WHEN_BUSY:
            waited += 1
            Event().wait(_SECONDS_BEFORE_TRYING_AGAIN)
            page = browser.send(page.request)  # the page says to try again, and nothing was used up
            continue
        location = page.headers.get("location")
        if location is not None:
            target = str(page.url.join(location))
            if target.startswith(redirect_uri):
                return target
            page = browser.get(target)
            continue
        form = read_form(page)
        if form.action is None:
            raise LoginFailed(f"the page {page.url.path} answered {page.status_code} and has no form")
        if form.complaint:
            refused += 1
            if form.asked != ["code"] or refused > _CODES_TRIED:
                raise LoginFailed(form.complaint)
            if refused == _CODES_TRIED:  # both were used already: somebody is quick, and waits for a new one
                Event().wait(_STEP_SECONDS - _now() % _STEP_SECONDS)
        # The code of this half minute may have been used already; the next one is accepted a step ahead.
        offset = min(refused, 1)
        answers = {
            "username": player.username,
            "password": player.password,
            "code": pyotp.TOTP(player.totp_secret).at(_now() + offset * _STEP_SECONDS),
        }
        page = _fill(browser, page, answers, player.assignment)
    raise LoginFailed("the login pages lead nowhere")


def _fill(browser: httpx.Client, page: httpx.Response, answers: dict[str, str], choice: str | None = None) -> Any:
    form = read_form(page)
    if form.action is None:
        raise LoginFailed(f"the page {page.url.path} answered {page.status_code} and has no form")
    filled = form.values | {name: answers[name] for name in form.asked if name in answers}
    filled |= {name: choice if choice in offered else offered[0] for name, offered in form.choices.items()}
    return browser.post(page.url.join(form.action), data=filled)


def read_form(page: httpx.Response) -> PageForm:
    """The form that a page shows."""
    form = PageForm()
    form.feed(page.text)
    return form


def _secret_shown(page: str) -> str:
    """The key that the page shows beside the QR code, in groups of four."""
    text = "".join(part for part in page.split("<") if "data-secret" in part or "house-secret" in part)
    return "".join(character for character in text.partition(">")[2] if character.isalnum())


def _redeem(issuer: str, client: dict[str, Any], form: dict[str, str]) -> dict[str, Any]:
    from hub.cli.assertion import sign_assertion

    form = {"grant_type": "authorization_code", **form}
    basic: Any = httpx.USE_CLIENT_DEFAULT
    match client["auth_method"]:
        case "client_secret_basic":
            basic = httpx.BasicAuth(client["client_id"], client["secret"])
        case "private_key_jwt":
            form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            form["client_assertion"] = sign_assertion(client, audience=issuer)
        case _:
            form["client_id"] = client["client_id"]
    answer = httpx.post(f"{issuer}/token", data=form, auth=basic, timeout=30)
    if not answer.is_success:
        raise LoginFailed(f"the token endpoint answered {answer.json().get('error_description', answer.status_code)}")
    tokens: dict[str, Any] = answer.json()
    return tokens


def _now() -> int:
    return int(RealClock().now().timestamp())
