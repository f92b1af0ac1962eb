"""How a new employee gets an account, and how a lost one is replaced."""

import re
from dataclasses import replace

import pyotp
import pytest

from tests.federation.login.pages import ADMINISTRATOR, PASSWORD, LoginDoor, Visitor
from tests.federation.world import COOKIE, MEMBER, NURSE
from vocabulary.hsa_id import HsaId

NEW = HsaId.parse("SE2321000230-P020")
CHOSEN = "fyra kråkor äter gröt"


def issue(door: LoginDoor, person: HsaId = NEW, **query: str) -> dict[str, str]:
    answer = door.visitor().browser.post(f"/api/v1/people/{person}/activation", params=query)
    found: dict[str, str] = {"status": str(answer.status_code), **answer.json()}
    return found


@pytest.fixture
def newcomer(door: LoginDoor) -> Visitor:
    nurse = door.world.staff.people[NURSE]
    door.world.staff.people[NEW] = replace(
        nurse, hsa_id=NEW, full_name="Åsa Öman", given_name="Åsa", family_name="Öman"
    )
    return door.visitor().open("/login/activate")


def shown_key(visitor: Visitor) -> str:
    return re.search(r'<code class="house-secret"[^>]*>([^<]+)<', visitor.text)[1].replace(" ", "")  # type: ignore[index]


def activate(door: LoginDoor, visitor: Visitor, code: str) -> str:
    visitor.open("/login/activate").fill(activation_code=code)
    username = re.search(r'name="username"[^>]* value="([^"]*)"', visitor.text)[1]  # type: ignore[index]
    visitor.fill(username=username, password=CHOSEN, password_again=CHOSEN)
    key = shown_key(visitor)
    visitor.fill(code=pyotp.TOTP(key).at(door.world.clock.now()))
    assert "Ditt konto är klart" in visitor.text
    return key


def test_a_newcomer_makes_an_account_and_logs_in(door: LoginDoor, newcomer: Visitor) -> None:
    key = activate(door, newcomer, issue(door)["activation_code"].lower())
    door.world.clock.pass_(seconds=30)

    newcomer.start().give_password("asa.oman", CHOSEN)
    newcomer.fill(code=pyotp.TOTP(key).at(door.world.clock.now()))

    assert newcomer.arrived


def test_the_code_that_confirmed_the_app_does_not_log_in(door: LoginDoor, newcomer: Visitor) -> None:
    key = activate(door, newcomer, issue(door)["activation_code"])

    newcomer.start().give_password("asa.oman", CHOSEN).fill(code=pyotp.TOTP(key).at(door.world.clock.now()))

    assert not newcomer.arrived


def test_a_code_opens_once(door: LoginDoor, newcomer: Visitor) -> None:
    code = issue(door)["activation_code"]
    activate(door, newcomer, code)

    another = door.visitor().open("/login/activate").fill(activation_code=code)

    assert another.page.status_code == 400
    assert "redan använd" in another.text


def test_a_code_dies_after_72_hours(door: LoginDoor, newcomer: Visitor) -> None:
    code = issue(door)["activation_code"]
    door.world.clock.pass_(hours=72)

    newcomer.fill(activation_code=code)

    assert newcomer.page.status_code == 400


def test_a_newer_code_replaces_the_older(door: LoginDoor, newcomer: Visitor) -> None:
    older = issue(door)["activation_code"]
    issue(door)

    newcomer.fill(activation_code=older)

    assert newcomer.page.status_code == 400


def test_reactivation_replaces_credentials_and_ends_sessions(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password().fill(code=door.code())
    session = visitor.browser.cookies[COOKIE]
    door.world.clock.pass_(seconds=30)

    activate(door, door.visitor(), issue(door, NURSE)["activation_code"])

    assert door.world.sessions.find(session, door.world.clock.now()) is None
    assert "stämmer inte" in door.visitor().start().give_password("vera.lind", PASSWORD).text


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("kort", "minst 12 tecken"),
        ("asa.oman är bäst", "ditt namn"),
        ("Sommar2026!!!", "för vanligt"),
        ("aaaaaaaaaaaaaa", "för vanligt"),
        ("L0senord2026!", "för vanligt"),
        ("qwertyuiopas", "för vanligt"),
        ("123456789012", "för vanligt"),
    ],
)
def test_weak_passwords_are_refused_with_their_reason(
    door: LoginDoor, newcomer: Visitor, password: str, problem: str
) -> None:
    newcomer.fill(activation_code=issue(door)["activation_code"])

    newcomer.fill(username="asa.oman", password=password, password_again=password)

    assert problem in newcomer.text


def test_a_username_of_somebody_else_is_refused(door: LoginDoor, newcomer: Visitor) -> None:
    newcomer.fill(activation_code=issue(door)["activation_code"])

    newcomer.fill(username="Vera.LIND", password=CHOSEN, password_again=CHOSEN)

    assert newcomer.page.status_code == 409


def test_a_personal_number_is_no_username(door: LoginDoor, newcomer: Visitor) -> None:
    newcomer.fill(activation_code=issue(door)["activation_code"])

    newcomer.fill(username="191212121212", password=CHOSEN, password_again=CHOSEN)

    assert newcomer.page.status_code == 400


def test_a_wrong_code_does_not_finish_the_account(door: LoginDoor, newcomer: Visitor) -> None:
    newcomer.fill(activation_code=issue(door)["activation_code"])
    newcomer.fill(username="asa.oman", password=CHOSEN, password_again=CHOSEN)

    newcomer.fill(code="000000")

    assert newcomer.page.status_code == 400
    assert door.application.accounts.of_person(NEW) is None


def test_steps_cannot_be_skipped(door: LoginDoor, newcomer: Visitor) -> None:
    newcomer.open("/login/activate/app")

    assert newcomer.page.status_code == 400


@pytest.mark.parametrize(
    ("caller", "code"),
    [
        (replace(ADMINISTRATOR, scopes=frozenset({"tillit:directory"})), "scope_missing"),
        (replace(ADMINISTRATOR, scopes=frozenset({"tillit:sync"}), members=frozenset()), "person_unknown"),
    ],
)
def test_only_those_who_administer_the_member_get_a_code(
    door: LoginDoor, newcomer: Visitor, caller: object, code: str
) -> None:
    door.caller = caller  # type: ignore[assignment]  # a Caller, from the table above

    assert issue(door)["code"] == code


def test_a_members_own_sync_gets_a_code(door: LoginDoor, newcomer: Visitor) -> None:
    door.caller = replace(ADMINISTRATOR, scopes=frozenset({"tillit:sync"}), members=frozenset({MEMBER}))

    assert issue(door)["status"] == "201"


def test_a_members_own_sync_does_not_replace_an_account(door: LoginDoor, newcomer: Visitor) -> None:
    door.caller = replace(ADMINISTRATOR, scopes=frozenset({"tillit:sync"}), members=frozenset({MEMBER}))

    refused = issue(door, NURSE)

    assert refused["code"] == "scope_missing"


def test_a_dry_run_issues_nothing(door: LoginDoor, newcomer: Visitor) -> None:
    kept = issue(door)["activation_code"]

    dry = issue(door, dry_run="true")

    assert dry["status"] == "200" and "activation_code" not in dry
    assert newcomer.fill(activation_code=kept).path == "/login/activate/account"
