"""A login belongs to one browser: other browsers, forged forms and planted cookies get nowhere."""

from dataclasses import replace

from tests.federation.login.pages import PASSWORD, USERNAME, LoginDoor, Visitor
from tests.federation.world import CLINIC, COOKIE, NURSE, WARD, assignment
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId


def test_login_without_an_application_says_where_to_start(visitor: Visitor) -> None:
    visitor.open("/login")

    assert visitor.page.status_code == 200
    assert "Börja i tjänsten" in visitor.text


def test_another_browser_cannot_take_over_an_interaction(door: LoginDoor, visitor: Visitor) -> None:
    interaction = visitor.start().page.url.params["interaction"]
    other = door.visitor().start()

    other.open(f"/login/password?interaction={interaction}")

    assert other.page.status_code == 400
    assert "gäller inte längre" in other.text


def test_another_browser_cannot_finish_with_the_code(door: LoginDoor, visitor: Visitor) -> None:
    interaction = visitor.start().give_password().page.url.params["interaction"]
    other = door.visitor().start()

    answer = other.browser.post(f"/login/code?interaction={interaction}", data={"code": door.code()})

    assert answer.status_code == 400
    assert COOKIE not in other.browser.cookies


def test_a_form_without_our_token_is_refused_and_nothing_is_counted(visitor: Visitor) -> None:
    interaction = visitor.start().page.url.params["interaction"]
    address = f"/login/password?interaction={interaction}"
    form = {"username": USERNAME, "password": PASSWORD, "form_token": "0" * 64}

    answers = [visitor.browser.post(address, data=form).status_code for _ in range(8)]

    assert answers == [403] * 8


def test_the_token_of_another_browsers_form_is_refused(door: LoginDoor, visitor: Visitor) -> None:
    foreign = door.visitor().start().page.text.split('name="form_token" value="')[1][:64]

    visitor.start().fill(username=USERNAME, password=PASSWORD, form_token=foreign)

    assert visitor.page.status_code == 403


def test_an_interaction_ends_after_ten_minutes(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start()
    door.world.clock.pass_(minutes=10)

    visitor.give_password()

    assert visitor.page.status_code == 400


def test_a_planted_session_cookie_is_replaced(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()
    visitor.browser.cookies.set(COOKIE, "planted", domain="localhost.local")

    visitor.fill(code=door.code())

    assert visitor.arrived
    assert door.world.sessions.find("planted", door.world.clock.now()) is None


def test_the_session_cookie_cannot_be_read_by_scripts(door: LoginDoor, visitor: Visitor) -> None:
    page = visitor.start().give_password().page
    token = page.text.split('name="form_token" value="')[1][:64]

    answer = visitor.browser.post(str(page.url), data={"code": door.code(), "form_token": token})

    assert "HttpOnly" in answer.headers["set-cookie"] and "SameSite=Lax" in answer.headers["set-cookie"]
    assert answer.headers["cache-control"] == "no-store"


def test_who_comes_to_a_shared_computer_ends_the_session_of_who_left(door: LoginDoor, visitor: Visitor) -> None:
    other = HsaId.parse("SE2321000230-P009")
    door.world.staff.people[other] = replace(door.world.staff.people[NURSE], hsa_id=other)
    door.application.create_account(other, "kim.berg", PASSWORD, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    visitor.start().give_password().fill(code=door.code())
    old = visitor.browser.cookies[COOKIE]
    assert door.world.sessions.find(old, door.world.clock.now()) is not None
    door.world.clock.pass_(seconds=30)

    visitor.start(prompt="login").give_password("kim.berg")
    visitor.fill(code=door.code(secret="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))

    assert visitor.arrived
    assert door.world.sessions.find(old, door.world.clock.now()) is None


def test_a_client_that_needs_level_three_says_so_before_any_password(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start(acr_values=AssuranceLevel.LOA3.uri)

    assert visitor.page.status_code == 403
    assert "säkrare inloggning" in visitor.text


def test_who_holds_two_assignments_is_asked_which(door: LoginDoor, visitor: Visitor) -> None:
    nurse = door.world.staff.people[NURSE]
    door.world.staff.people[NURSE] = replace(nurse, assignments=(assignment(WARD), assignment(CLINIC)))
    visitor.start().give_password().fill(code=door.code())
    assert visitor.path == "/login/assignment"

    visitor.fill(assignment=str(CLINIC))

    assert visitor.arrived


def test_an_assignment_that_is_not_ones_own_cannot_be_chosen(door: LoginDoor, visitor: Visitor) -> None:
    nurse = door.world.staff.people[NURSE]
    door.world.staff.people[NURSE] = replace(nurse, assignments=(assignment(WARD), assignment(CLINIC)))
    visitor.start().give_password().fill(code=door.code())

    visitor.fill(assignment="SE2321000230-A999")

    assert visitor.page.status_code == 400
    assert "Välj ett av uppdragen" in visitor.text
