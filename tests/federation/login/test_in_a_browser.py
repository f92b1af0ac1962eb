"""A whole login and an activation in a real browser: scripts on and off, light and dark, large and small."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.federation.login.chromium import chromium, served
from tests.federation.login.pages import ADMINISTRATOR, PASSWORD, USERNAME, LoginDoor
from tests.federation.world import CLINIC, NURSE, WARD, World, assignment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def engine(tmp_path: Path) -> Any:
    """One database is enough here: the pages do not know which it is."""
    from hub.database import make_engine

    made: Engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield made
    made.dispose()


def shot(page: Page, name: str) -> None:
    """Keeps a picture when somebody asks for pictures."""
    folder = os.environ.get("TILLIT_PICTURES")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def nothing_runs_over(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def named_fields(page: Page) -> None:
    """Every field has a visible label, a language is stated, and there is one heading of the first level."""
    assert page.locator("html[lang]").count() == 1
    assert page.locator("h1").count() == 1
    for field in page.locator("input:not([type=hidden])").all():
        assert field.evaluate("field => [...field.labels].some(label => label.innerText.trim())")


@pytest.mark.parametrize(
    ("scripts", "size", "scheme", "language"),
    [(True, (1280, 900), "light", "sv-SE"), (False, (320, 700), "dark", "en-GB")],
    ids=["desk", "phone-without-scripts"],
)
def test_a_whole_login(
    world: World, tmp_path: Path, scripts: bool, size: tuple[int, int], scheme: Any, language: str
) -> None:
    door = LoginDoor(world)
    nurse = world.staff.people[NURSE]
    clinic = replace(assignment(CLINIC), name="Läkarmottagningen, konsult", unit_name="Medicinmottagningen Sunderbyn")
    world.staff.people[NURSE] = replace(nurse, assignments=(assignment(WARD), clinic))
    complaints: list[str] = []
    mark = scheme

    with served(door.app) as address, chromium(tmp_path) as browser:
        viewport: Any = {"width": size[0], "height": size[1]}
        context = browser.new_context(
            java_script_enabled=scripts, viewport=viewport, color_scheme=scheme, locale=language
        )
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.route("https://svp.example/**", lambda route: route.fulfill(body="back"))
        query = "&".join(f"{name}={value}" for name, value in world.request().items())

        page.goto(f"{address}/authorize?{query}")
        named_fields(page)
        nothing_runs_over(page)
        shot(page, f"password-{mark}")
        page.locator("#username").fill(USERNAME)
        page.locator("#password").fill("not this one")
        page.keyboard.press("Enter")
        expect(page.locator(".ds-error-summary")).to_be_focused()
        nothing_runs_over(page)
        shot(page, f"password-wrong-{mark}")
        page.locator("#password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.wait_for_url("**/login/code*")
        named_fields(page)
        expect(page.locator("#code")).to_be_focused()
        shot(page, f"code-{mark}")
        page.locator("#code").fill(door.code())
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/assignment*")
        named_fields(page)
        nothing_runs_over(page)
        shot(page, f"assignment-{mark}")
        page.locator("input[type=radio]").nth(1).check()
        page.locator("button[type=submit]").click()
        page.wait_for_url("https://svp.example/back*")

        arrived = page.url
        cookies = {cookie["name"]: cookie for cookie in context.cookies(address)}

    assert "code=" in arrived
    assert cookies["tillit-session"]["httpOnly"] and cookies["tillit-session"]["sameSite"] == "Lax"
    assert [said for said in complaints if "svp.example" not in said and "400" not in said] == []


def test_an_activation_and_the_pages_of_no_luck(world: World, tmp_path: Path) -> None:
    door = LoginDoor(world)
    issued = door.application.start_activation(ADMINISTRATOR, NURSE)
    assert issued.code is not None

    with served(door.app) as address, chromium(tmp_path) as browser:
        page = browser.new_context(locale="sv-SE").new_page()
        page.goto(f"{address}/login")
        named_fields(page)
        shot(page, "start")
        page.goto(f"{address}/login/password?interaction=gone")
        shot(page, "gone")
        page.goto(f"{address}/login/activate")
        named_fields(page)
        shot(page, "activate")
        page.locator("#activation_code").fill(issued.code)
        page.locator("button[type=submit]").click()
        named_fields(page)
        page.locator("#password").fill("kort")
        page.locator("#password_again").fill("kort")
        page.locator("button[type=submit]").click()
        expect(page.locator("#password")).to_have_attribute("aria-invalid", "true")
        shot(page, "activate-account")
        page.get_by_role("link", name="English").click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.locator("#password").fill("four crows eat porridge")
        page.locator("#password_again").fill("four crows eat porridge")
        page.locator("button[type=submit]").click()
        named_fields(page)
        nothing_runs_over(page)
        shot(page, "activate-app")
        key = re.sub(r"\s", "", page.locator(".house-secret").inner_text())
        assert page.locator(".house-qr").evaluate("picture => picture.naturalWidth > 0")
        page.locator("#code").fill(pyotp.TOTP(key).at(world.clock.now()))
        page.locator("button[type=submit]").click()
        expect(page.locator("h1")).to_have_text("Your account is ready")
        shot(page, "activated")
        world.staff.stale = True
        page.goto(f"{address}/authorize?{'&'.join(f'{n}={v}' for n, v in world.request().items())}")
        page.locator("#username").fill(USERNAME)
        page.locator("#password").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        shot(page, "unavailable")

        assert page.locator("h1").inner_text() == "Logging in is not possible right now"
