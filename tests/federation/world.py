"""A federation of real parts for the tests: SQL, keys in files, pages; only the directory's word is scripted."""

import asyncio
import base64
import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from fastapi import FastAPI, Request
from jose import jwk as python_jose
from joserfc import jwk as joserfc_jwk
from joserfc import jws
from sqlalchemy import Engine
from starlette.responses import Response
from starlette.routing import Route

from federation.actions.register_client import Registered, register_client
from federation.core.client import AuthMethod, Client, GrantType
from federation.core.employee import Employee, EmployeeAssignment
from federation.core.session import Session
from federation.edge.http.application import assemble
from federation.edge.sql.sessions import SqlSessions
from federation.edge.sql.tables import metadata
from federation.refusals import StaffUnavailable
from hub.pages.render import render
from tests.parts import HeldClock
from vocabulary.assurance import AssuranceLevel
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber
from vocabulary.personal_number import PersonalIdentityNumber

ISSUER = "http://localhost:8000"
BACK = "https://svp.example/back"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NURSE = HsaId.parse("SE2321000230-P003")
MEMBER = HsaId.parse("SE2321000230-0001")
WARD = HsaId.parse("SE2321000230-A017")
CLINIC = HsaId.parse("SE2321000230-A018")
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
COOKIE = "tillit-session"


def assignment(hsa_id: HsaId) -> EmployeeAssignment:
    return EmployeeAssignment(
        hsa_id=hsa_id,
        name="Sjuksköterska avdelning 3",
        purpose=Purpose.CARE,
        rights=("Läsa;alla;VE",),
        unit=HsaId.parse("SE2321000230-E004"),
        unit_name="Avdelning 3",
        care_provider=HsaId.parse("SE2321000230-VG01"),
        care_provider_name="Region Norrbotten",
        care_provider_number=OrganisationNumber.parse("2321000230"),
        member=MEMBER,
    )


def nurse() -> Employee:
    return Employee(
        hsa_id=NURSE,
        all_hsa_ids=(NURSE,),
        full_name="Vera Lind",
        given_name="Vera",
        family_name="Lind",
        mail="vera.lind@example.org",
        licences=("SJ",),
        active=True,
        protected=False,
        member=MEMBER,
        member_name="Region Norrbotten",
        member_number=OrganisationNumber.parse("2321000230"),
        assignments=(assignment(WARD),),
    )


class ScriptedStaff:
    """What the directory says; a test changes it by assignment."""

    def __init__(self) -> None:
        self.people = {NURSE: nurse()}
        self.stale = False

    def employee(self, hsa_id: HsaId) -> Employee | None:
        if self.stale:
            raise StaffUnavailable("the directory is stale")
        return self.people.get(hsa_id)

    def is_current(self, person: HsaId, assignment: HsaId | None) -> bool:
        found = self.employee(person)
        return found is not None and found.active and (assignment is None or found.assignment(assignment) is not None)

    def personal_number(self, hsa_id: HsaId) -> PersonalIdentityNumber | None:
        return PersonalIdentityNumber.parse("191212121212")


class House:
    def render(self, template: str, **context: object) -> str:
        return render(template, **context)

    def language_of(self, request: Request) -> str:
        return "sv"

    def remember_language(self, request: Request, response: Response) -> None:
        return None


@dataclass
class Key:
    """A client's own key pair, made for a test."""

    pair: Any
    public: dict[str, Any]

    @classmethod
    def of_kind(cls, alg: str) -> "Key":
        if alg == "ES256":
            pair: Any = joserfc_jwk.ECKey.generate_key("P-256")
        elif alg in ("RS256", "PS256"):
            pair = joserfc_jwk.RSAKey.generate_key(2048)
        else:
            pair = joserfc_jwk.OKPKey.generate_key("Ed25519")
        return cls(pair, {**pair.as_dict(private=False), "kid": f"key-{alg}"})

    def sign(self, claims: dict[str, Any], alg: str, **header: Any) -> str:
        head = {"alg": alg, "kid": self.public["kid"], **header}
        return sign_raw(json.dumps(head), json.dumps(claims), self.pair, alg)


def sign_raw(header: str, claims: str, pair: Any, alg: str) -> str:
    """A compact JWS of any header and claims text, however malformed."""
    signing_input = f"{b64(header.encode())}.{b64(claims.encode())}"
    model: Any = jws.JWSRegistry.algorithms["Ed25519" if alg == "EdDSA" else alg]
    return f"{signing_input}.{b64(model.sign(signing_input.encode(), pair))}"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser, or an application, in the same process: real HTTP messages over ASGI, on an event loop of its own."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ISSUER)

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def get(self, path: str, **words: Any) -> httpx.Response:
        return self._runner.run(self._client.get(path, **words))

    def post(self, path: str, **words: Any) -> httpx.Response:
        return self._runner.run(self._client.post(path, **words))

    def post_at_once(self, path: str, forms: list[dict[str, str]], **words: Any) -> list[httpx.Response]:
        """The same request many times, all under way together."""

        async def all_together() -> list[httpx.Response]:
            return await asyncio.gather(*(self._client.post(path, data=form, **words) for form in forms))

        return self._runner.run(all_together())

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()


class World:
    def __init__(self, engine: Engine, folder: Path, clock: HeldClock) -> None:
        metadata.create_all(engine)
        self._open: list[Browser] = []
        self.clock, self.engine, self.folder = clock, engine, folder
        self.staff = ScriptedStaff()
        self.sessions = SqlSessions(engine)
        self.federation = self.another_node()
        self.browser = self.browser_of(self.federation)
        self.api = self.browser_of(self.federation)

    def close(self) -> None:
        for one in self._open:
            one.close()

    def another_node(self) -> Any:
        return assemble(
            issuer=ISSUER, engine=self.engine, key_folder=self.folder / "keys", staff=self.staff,
            sessions=self.sessions, house=House(), clock=self.clock, random_bytes=os.urandom,
        )  # fmt: skip

    def browser_of(self, federation: Any) -> Browser:
        app = FastAPI(routes=[Route(path, endpoint) for path, endpoint in federation.endpoints])
        app.include_router(federation.pages)
        self._open.append(Browser(app))
        return self._open[-1]

    def register(self, client_id: str = "svp", **differently: Any) -> Registered:
        """A client that logs people in, but for what is said differently."""
        made = Client(
            client_id=client_id,
            name="Meddix SVP",
            auth_method=AuthMethod.SECRET_BASIC,
            grants=frozenset(GrantType),
            scopes=frozenset(["openid", "profile", "commission", "offline_access", "tillit:pdp"]),
            redirect_uris=(BACK,),
        )
        return register_client(self.federation.clients, replace(made, **differently), os.urandom)

    def machine(self, client_id: str = "machine", **differently: Any) -> Registered:
        """A client that acts for itself only."""
        alone = {"grants": frozenset([GrantType.CLIENT_CREDENTIALS]), "redirect_uris": ()}
        return self.register(client_id, **{**alone, "scopes": frozenset(["tillit:pdp"]), **differently})

    def log_in(self, level: AssuranceLevel = AssuranceLevel.LOA2, chosen: HsaId | None = None, sid: str = "s1") -> None:
        """Put a session into the browser, as the login pages would."""
        now = self.clock.now()
        secret = f"secret-of-{sid}"
        session = Session(sid, NURSE, ("pwd", "otp", "mfa"), level, now, now + timedelta(hours=8), chosen)
        self.sessions.create(session, secret)
        self.browser.cookies.set(COOKIE, secret, domain="localhost.local")

    def request(self, **differently: Any) -> dict[str, Any]:
        asked = {
            "client_id": "svp",
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "openid commission",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "st",
            "nonce": "n-1",
        }
        return {name: value for name, value in {**asked, **differently}.items() if value is not None}

    def authorize(self, **differently: Any) -> Any:
        return self.browser.get("/authorize", params=self.request(**differently))

    def code(self, **differently: Any) -> str:
        answered = self.authorize(**differently)
        return answer_of(answered)["code"]

    def redeem(self, registered: Registered, code: str, **differently: Any) -> Any:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.token(registered, **{**form, **differently})

    def token(self, registered: Registered, **form: Any) -> Any:
        sent = {name: value for name, value in form.items() if value is not None}
        return self.api.post("/token", data=sent, auth=credentials(registered))

    def tokens(self, registered: Registered, **differently: Any) -> dict[str, Any]:
        answered = self.redeem(registered, self.code(**differently))
        assert answered.status_code == 200, answered.text
        found: dict[str, Any] = answered.json()
        return found

    def own_token(self, registered: Registered) -> str:
        return str(self.token(registered, grant_type="client_credentials").json()["access_token"])

    def assertion(self, client_id: str = "signer", **differently: Any) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        made = {"iss": client_id, "sub": client_id, "aud": ISSUER, "jti": "j1", "iat": now, "exp": now + 60}
        return {name: value for name, value in {**made, **differently}.items() if value is not None}

    def present(self, assertion: str) -> Any:
        form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": assertion}
        return self.api.post("/token", data=form)


def credentials(registered: Registered) -> tuple[str, str]:
    return registered.client.client_id, registered.secret or ""


def answer_of(response: Any) -> dict[str, str]:
    """The parameters that went back to the client's redirection URI."""
    assert response.status_code == 303, response.text
    location = response.headers["location"]
    assert location.startswith(BACK), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def claims_in(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def signed_with(pem: bytes, claims: dict[str, Any], header: dict[str, Any]) -> str:
    """Signed with our own key, but with whatever claims and header the test wants."""
    signing_input = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signing_input}.{b64(python_jose.construct(pem, 'ES256').sign(signing_input.encode()))}"
