"""The main job, told once through: a staff list brings a nurse, she logs in with two factors, an application asks for
her and gets an answer with reasons and a record; the next list lacks her, and everything that she had is dead.

Over HTTP and the command line only, against the program as a user starts it. The application is authlib's client.
"""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from hub.demo.login import Player, activate, log_in, walk
from tests.demo_program import DemoProgram, demo_folder, running_demo

NEWCOMER = "Lovisa Stenvall"
USERNAME = "lovisa.stenvall"
FELT_WITHIN_SECONDS = 1.0

pytestmark = pytest.mark.xdist_group("story")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def program(request: pytest.FixtureRequest) -> Iterator[DemoProgram]:
    """The program on each database that we promise to run on."""
    environment = {}
    if request.param == "postgresql":
        environment["TILLIT_DATABASE_URL"] = request.getfixturevalue("postgres").new_database()
    with demo_folder() as folder, running_demo(folder, **environment) as started:
        yield started


class Story:
    """What the steps hand on to each other."""

    def __init__(self, program: DemoProgram, http: httpx.Client) -> None:
        self.program, self.http = program, http

    def token(self, client_id: str) -> str:
        done = self.program.tillit("app", "token", client_id)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def may_she(self, subject_token: str, person: str) -> dict[str, Any]:
        """The application's question, with its own token and hers."""
        unit = self.program.unit("Hemsjukvården Boden")
        provider = self.http.get(f"/api/v1/units/{unit}", headers=self._bearer("admin")).json()["care_provider"]
        question = {
            "subject": {"type": "employee", "id": person},
            "action": {"name": "read"},
            "resource": {
                "type": "patient_information",
                "id": "*",
                "properties": {
                    "patient": self.program.patient("elsa"),
                    "information_type": "lak",
                    "care_unit": unit,
                    "care_provider": provider,
                },
            },
            "context": {"network_zone": "sjunet", "subject_token": subject_token, "explain": True},
        }
        answer = self.http.post("/access/v1/evaluation", json=question, headers=self._bearer("pep"))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def introspect(self, token: str) -> dict[str, Any]:
        client = self.program.client("journalarkivet")
        auth = (client["client_id"], client["secret"])
        found: dict[str, Any] = self.http.post("/introspect", data={"token": token}, auth=auth).json()
        return found

    def _bearer(self, client_id: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token(client_id)}"}


@pytest.fixture
def story(program: DemoProgram) -> Iterator["Story"]:
    with httpx.Client(base_url=program.issuer, timeout=30) as http:
        yield Story(program, http)


def test_a_nurse_comes_works_and_leaves(program: DemoProgram, story: "Story") -> None:
    previewed = program.tillit("sync", "preview", "boden-hr", "boden-with-new.csv")
    assert previewed.returncode == 0, previewed.stderr
    assert f"{NEWCOMER} (B20188) joins" in previewed.stdout
    assert program.tillit("person", "find", NEWCOMER).stdout == "", "a preview changes nothing"

    applied = program.tillit("sync", "apply", "boden-hr", "boden-with-new.csv")
    assert applied.returncode == 0, applied.stderr
    found = json.loads(program.tillit("person", "find", NEWCOMER, "--json").stdout)
    person = found["items"][0]["hsa_id"]

    code = json.loads(program.tillit("person", "activate", person, "--json").stdout)["activation_code"]
    player = activate(program.issuer, code, USERNAME, "en lång och egen lösenfras 7")

    tokens, claims = _authlib_logs_her_in(program, player)
    assert claims["employeeHsaId"] == person
    assert claims["commissionPurpose"] == "Vård och behandling"
    assert claims["healthCareUnitName"] == "Hemsjukvården Boden"
    assert "Läsa;alla;VE" in claims["commissionRight"]
    assert claims["acr"] == "http://id.sambi.se/loa/loa2"
    assert set(claims["amr"]) >= {"pwd", "otp"}

    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    userinfo = story.http.get("/userinfo", headers=bearer)
    assert userinfo.status_code == 200
    assert userinfo.json()["sub"] == claims["sub"]
    assert story.introspect(tokens["access_token"])["active"] is True

    stranger = story.may_she(tokens["access_token"], person)
    assert stranger["decision"] is False
    assert stranger["context"]["reason_admin"]["code"] == "no_care_relationship"
    registered = story.http.post(
        "/api/v1/care-relationships",
        json={"patient": program.patient("elsa"), "person": person, "unit": program.unit("Hemsjukvården Boden")},
        headers={"authorization": f"Bearer {story.token('pep')}"},
    )
    assert registered.status_code == 201, registered.text

    permitted = story.may_she(tokens["access_token"], person)
    assert permitted["decision"] is True
    assert permitted["context"]["reason_admin"]["code"] == "own_unit"
    assert permitted["context"]["obligations"] == ["log"]
    record = story.http.get(
        f"/api/v1/decisions/{permitted['context']['decision_id']}",
        headers={"authorization": f"Bearer {story.token('admin')}"},
    )
    assert record.status_code == 200, record.text
    assert program.patient("elsa")["value"] not in record.text

    left = program.tillit("sync", "apply", "boden-hr", "boden-without-her.csv")
    assert left.returncode == 0, left.stderr

    _within_a_second(lambda: story.may_she(tokens["access_token"], person)["decision"] is False)
    _within_a_second(lambda: story.introspect(tokens["access_token"]) == {"active": False})
    _within_a_second(lambda: story.http.get("/userinfo", headers=bearer).status_code == 401)
    refreshed = _refresh(program, tokens["refresh_token"])
    assert (refreshed.status_code, refreshed.json()["error"]) == (400, "invalid_grant")
    related = story.http.post(
        "/api/v1/care-relationships/query",
        json={"patient": program.patient("elsa")},
        headers={"authorization": f"Bearer {story.token('pep')}"},
    ).json()
    hers = [row for row in related["items"] if row["person"] == person]
    assert [row["ended"] is not None for row in hers] == [True]

    verified = program.tillit("audit", "verify")
    assert verified.returncode == 0, verified.stdout


def test_delegations_lapse_with_the_recipients_employment(program: DemoProgram, story: "Story") -> None:
    olof = json.loads(program.tillit("person", "find", "Olof Mäkitalo", "--json").stdout)["items"][0]["hsa_id"]
    today = program.folder / "staff-lists" / "boden-without-her.csv"
    without_olof = program.folder.parent / "without-olof.csv"
    rows = [line for line in today.read_text().splitlines() if ";Olof;" not in line]
    without_olof.write_text("\n".join(rows) + "\n")
    before = _delegations(story, olof)

    done = program.tillit("sync", "apply", "boden-hr", str(without_olof))

    assert done.returncode == 0, done.stderr
    assert [row["ended"] for row in before] == [None, None]
    after = _delegations(story, olof)
    assert [row["id"] for row in after] == [row["id"] for row in before]
    assert [row["state"] for row in after] == ["lapsed", "lapsed"]


def test_an_empty_list_stops(program: DemoProgram) -> None:
    header = (program.folder / "staff-lists" / "boden-today.csv").read_text().splitlines()[0]
    empty = program.folder.parent / "empty.csv"
    empty.write_text(header + "\n")

    done = program.tillit("sync", "apply", "boden-hr", str(empty))

    assert done.returncode != 0
    assert (
        json.loads(program.tillit("person", "find", "Marja Lantto", "--json").stdout)["items"][0]["period"]["end"]
        is None
    )


def _authlib_logs_her_in(program: DemoProgram, player: Player) -> tuple[dict[str, Any], CodeIDToken]:
    """authlib builds the request, redeems the code and checks the ID token against our published keys."""
    described = program.client("titthalet")
    metadata = httpx.get(f"{program.issuer}/.well-known/openid-configuration").json()
    redirect_uri = described["redirect_uris"][0]
    verifier, nonce = "v" * 64, "n-0S6_WzA2Mj"
    with (
        httpx.Client(timeout=30) as browser,
        OAuth2Client(
            described["client_id"],
            described["secret"],
            scope=" ".join(described["scopes"]),
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        ) as client,
    ):
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
        )
        returned = walk(browser, browser.get(address), player, redirect_uri)
        tokens = client.fetch_token(
            metadata["token_endpoint"], authorization_response=returned, code_verifier=verifier, state=state
        )
    keys = KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
    decoded = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {
            "iss": {"essential": True, "value": metadata["issuer"]},
            "aud": {"essential": True, "value": described["client_id"]},
            "nonce": {"essential": True, "value": nonce},
        },
        {"nonce": nonce, "client_id": described["client_id"], "access_token": tokens["access_token"]},
    )
    claims.validate(leeway=5)
    return dict(tokens), claims


def _refresh(program: DemoProgram, refresh_token: str) -> httpx.Response:
    client = program.client("titthalet")
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return httpx.post(f"{program.issuer}/token", data=form, auth=(client["client_id"], client["secret"]))


def _delegations(story: Story, person: str) -> list[dict[str, Any]]:
    token = story.token("admin")
    answer = story.http.get(
        "/api/v1/delegations", params={"person": person}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200, answer.text
    return sorted(answer.json()["items"], key=lambda row: str(row["id"]))


def _within_a_second(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + FELT_WITHIN_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "the leaver's access was still alive after a second"


def test_every_persona_with_a_login_can_log_in(program: DemoProgram) -> None:
    for persona in program.demo["personas"]:
        if persona["username"] is None:
            continue
        player = Player(persona["username"], persona["password"], persona["totp_secret"])

        tokens = log_in(program.issuer, program.client("titthalet"), player)

        assert tokens["token_type"] == "Bearer", persona["name"]
