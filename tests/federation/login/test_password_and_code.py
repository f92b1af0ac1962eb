"""Password and one-time code: the good way, and each way that must fail without telling why."""

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from federation.core.account import Username
from tests.federation.login.pages import PASSWORD, USERNAME, LoginDoor, Visitor
from tests.federation.world import NURSE

WRONG = "Användarnamnet eller lösenordet stämmer inte"
WRONG_CODE = "Koden stämmer inte"


def test_password_and_code_lead_back_to_the_application(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()

    visitor.fill(code=door.code())

    assert visitor.arrived


def test_username_is_compared_without_case(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password(" VERA.Lind ")

    assert visitor.path == "/login/code"


@pytest.mark.parametrize(
    "username",
    [
        "someone.else",
        "vera.lind\x00",
        "*)(uid=*",
        "vera\u202elind",
        "cn=vera,ou=x",
        "x" * 5000,
        "１２３４５６",
        "'; --",
    ],
)
def test_whoever_is_unknown_gets_the_answer_of_a_wrong_password(visitor: Visitor, username: str) -> None:
    visitor.start().give_password(username)

    assert visitor.page.status_code == 400
    assert WRONG in visitor.text


def test_an_employee_who_left_gets_the_answer_of_a_wrong_password(door: LoginDoor, visitor: Visitor) -> None:
    door.world.staff.people[NURSE] = replace(door.world.staff.people[NURSE], active=False)

    visitor.start().give_password()

    assert WRONG in visitor.text


def test_a_disabled_account_gets_the_answer_of_a_wrong_password(door: LoginDoor, visitor: Visitor) -> None:
    account = door.application.accounts.find(Username.parse(USERNAME))
    assert account is not None
    door.application.accounts.put(account.disabled())

    visitor.start().give_password()

    assert WRONG in visitor.text


def test_an_overlong_password_is_wrong(visitor: Visitor) -> None:
    visitor.start().give_password(password=PASSWORD + "x" * 2000)

    assert WRONG in visitor.text


def test_the_password_never_comes_back_in_the_page(visitor: Visitor) -> None:
    visitor.start().give_password(password="a wrong but secret one")

    assert "a wrong but secret one" not in visitor.text
    assert USERNAME in visitor.text


@pytest.mark.parametrize("code", ["１２３４５６", "¹²³⁴⁵⁶", "12345", "1234567", "abcdef", "-12345", "12345\n6"])
def test_what_is_not_six_ascii_digits_is_wrong(visitor: Visitor, code: str) -> None:
    visitor.start().give_password()

    visitor.fill(code=code)

    assert WRONG_CODE in visitor.text


def test_full_width_digits_of_the_right_code_are_wrong(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()

    visitor.fill(code="".join(chr(ord(digit) + 0xFEE0) for digit in door.code()))

    assert WRONG_CODE in visitor.text


def test_the_code_may_be_written_in_two_groups(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()

    visitor.fill(code=f"{door.code()[:3]} {door.code()[3:]}")

    assert visitor.arrived


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (1, True), (2, False)])
@pytest.mark.spec("RFC 6238 5.2")
def test_codes_are_taken_one_step_around_now(door: LoginDoor, visitor: Visitor, steps: int, taken: bool) -> None:
    visitor.start().give_password()

    visitor.fill(code=door.code(steps_from_now=steps))

    assert visitor.arrived is taken


@pytest.mark.spec("RFC 6238 5.2")
def test_a_code_is_taken_once(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password().fill(code=door.code())
    another = door.visitor().start().give_password()

    another.fill(code=door.code())

    assert WRONG_CODE in another.text


def test_an_earlier_code_is_not_taken_after_a_later_one(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password().fill(code=door.code(steps_from_now=1))
    another = door.visitor().start().give_password()

    another.fill(code=door.code())

    assert not another.arrived


def test_of_many_who_show_one_code_at_once_exactly_one_gets_in(door: LoginDoor) -> None:
    account = door.application.accounts.find(Username.parse(USERNAME))
    assert account is not None
    together, accepted = Barrier(8), []

    def show() -> None:
        together.wait(10)
        accepted.append(door.application.accounts.accept_step(account, 77))

    threads = [Thread(target=show) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert sorted(accepted) == [False] * 7 + [True]


def test_a_password_proven_too_long_ago_must_be_shown_again(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()
    door.world.clock.pass_(minutes=5)

    visitor.fill(code=door.code())

    assert visitor.path == "/login/password"
    assert "Börja om här" in visitor.text


def test_the_code_page_without_a_password_leads_to_the_password(visitor: Visitor) -> None:
    visitor.start()
    interaction = visitor.page.url.params["interaction"]

    visitor.open(f"/login/code?interaction={interaction}")

    assert visitor.path == "/login/password"


def test_new_credentials_end_a_login_half_way(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()
    door.world.clock.pass_(seconds=1)
    door.application.create_account(NURSE, USERNAME, "another password", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

    visitor.fill(code=door.code(secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))

    assert visitor.path == "/login/password"
