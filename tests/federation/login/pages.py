"""A person at the login pages: fills in forms as a browser without scripts does, over real HTTP messages."""

import os
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.routing import Route

import hub.pages
from federation.edge.http.login_application import LoginApplication, assemble_login
from hub.sealing import SealKeys
from tests.federation.world import NURSE, Browser, World
from vocabulary.caller import Caller
from vocabulary.refusals import Refusal

USERNAME, PASSWORD, SECRET = "vera.lind", "norrsken över fjället", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADMINISTRATOR = Caller("admin", None, frozenset({"tillit:admin"}), None)


class LoginDoor:
    """The login pages on top of a world, with one account in it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.caller = ADMINISTRATOR
        self.application: LoginApplication = assemble_login(
            world.federation,
            engine=world.engine,
            staff=world.staff,
            box=SealKeys.from_file(world.folder / "seal.json", os.urandom),
            house=hub.pages,
            clock=world.clock,
            random_bytes=os.urandom,
            authenticate=lambda _: self.caller,
        )
        self.application.create_account(NURSE, USERNAME, PASSWORD, SECRET)
        world.register()
        self.app = self.served()

    def served(self) -> FastAPI:
        app = FastAPI(routes=[Route(path, endpoint) for path, endpoint in self.world.federation.endpoints])
        app.include_router(self.world.federation.pages)
        for router in self.application.routers:
            app.include_router(router)
        app.add_exception_handler(Refusal, _refused)
        return app

    def visitor(self) -> "Visitor":
        browser = Browser(self.app)
        self.world._open.append(browser)
        return Visitor(self, browser)

    def code(self, *, steps_from_now: int = 0, secret: str = SECRET) -> str:
        return str(pyotp.TOTP(secret).at(self.world.clock.now(), counter_offset=steps_from_now))


def _refused(_: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    return JSONResponse({"code": refusal.code}, 422)


class Visitor:
    """One browser; ``page`` is what it shows."""

    def __init__(self, door: LoginDoor, browser: Browser) -> None:
        self.door, self.browser, self.page = door, browser, None  # type: Any

    def start(self, **differently: Any) -> "Visitor":
        """Come from an application to the password page."""
        return self.follow(self.browser.get("/authorize", params=self.door.world.request(**differently)))

    def open(self, address: str, **words: Any) -> "Visitor":
        return self.follow(self.browser.get(address, **words))

    def fill(self, **fields: str) -> "Visitor":
        """Send the page's form, its hidden fields included, and follow where it leads, up to the application."""
        text = self.page.text
        action = unescape(re.search(r'<form[^>]* action="([^"]+)"', text)[1])  # type: ignore[index]  # there is one
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
        return self.follow(self.browser.post(action, data={**hidden, **fields}))

    def give_password(self, username: str = USERNAME, password: str = PASSWORD) -> "Visitor":
        return self.fill(username=username, password=password)

    def follow(self, answer: Any) -> "Visitor":
        self.page = answer
        while self.page.status_code == 303 and self.page.headers["location"].startswith("/"):
            self.page = self.browser.get(self.page.headers["location"])
        return self

    @property
    def arrived(self) -> bool:
        """Back at the application with a code."""
        return self.page.status_code == 303 and "code" in parse_qs(urlsplit(self.page.headers["location"]).query)

    @property
    def text(self) -> str:
        return unescape(self.page.text)

    @property
    def path(self) -> str:
        return str(self.page.url.path)
