"""Failures slow the next try down; our own faults are never counted."""

import time

import pytest
from sqlalchemy import select

from federation.core.lockout import LONGEST_WAIT, TOLERANCES, Counted
from federation.edge.sql.tables import login_failures
from tests.federation.login.pages import LoginDoor, Visitor
from tests.federation.world import World


def failures(world: World) -> int:
    with world.engine.connect() as connection:
        return sum(connection.execute(select(login_failures.c.failures)).scalars())


def fail(visitor: Visitor, times: int, username: str = "vera.lind") -> None:
    visitor.start()
    for _ in range(times):
        visitor.give_password(username, "wrong")


@pytest.mark.parametrize("username", ["vera.lind", "nobody.here"])
def test_after_five_failures_even_a_known_name_waits_as_an_unknown_one(visitor: Visitor, username: str) -> None:
    fail(visitor, 5, username)

    visitor.give_password(username)

    assert visitor.page.status_code == 429
    assert visitor.page.headers["retry-after"] == "30"
    assert "Vänta 30 sekunder" in visitor.text


def test_the_wait_grows_to_fifteen_minutes_and_no_further(door: LoginDoor, visitor: Visitor) -> None:
    fail(visitor, 5)
    waits = []

    for _ in range(8):
        visitor.start().give_password(password="wrong")
        waits.append(int(visitor.page.headers["retry-after"]))
        door.world.clock.pass_(seconds=waits[-1])
        visitor.start().give_password(password="wrong")

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert waits[-1] == LONGEST_WAIT.total_seconds()


def test_after_the_wait_the_right_password_is_taken(door: LoginDoor, visitor: Visitor) -> None:
    fail(visitor, 5)
    door.world.clock.pass_(seconds=30)

    visitor.give_password()

    assert visitor.path == "/login/code"


def test_a_right_password_does_not_wash_away_wrong_codes(door: LoginDoor, visitor: Visitor) -> None:
    for _ in range(5):
        visitor.start().give_password().fill(code="000000")

    visitor.start().give_password()

    assert visitor.page.status_code == 429


def test_a_whole_login_does(door: LoginDoor, visitor: Visitor) -> None:
    fail(visitor, 4)
    visitor.give_password().fill(code=door.code())

    fail(door.visitor(), 4)

    assert door.visitor().start().give_password().path == "/login/code"


def test_one_source_cannot_try_many_names_for_long(visitor: Visitor) -> None:
    free = TOLERANCES[Counted.SOURCE].free
    visitor.start()
    for number in range(free):
        visitor.give_password(f"name{number}", "wrong")

    visitor.give_password("yet.another", "wrong")

    assert visitor.page.status_code == 429


@pytest.mark.parametrize("username", ["vera.lind", "nobody.here"])
def test_a_stale_directory_is_told_to_everybody_and_counted_for_nobody(
    door: LoginDoor, visitor: Visitor, username: str
) -> None:
    visitor.start()
    door.world.staff.stale = True

    for _ in range(6):
        visitor.give_password(username)
        assert visitor.page.status_code == 503
        visitor.start()

    assert failures(door.world) == 0


def test_a_stale_directory_uses_up_no_code(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start().give_password()
    code_page = visitor.page
    door.world.staff.stale = True
    visitor.fill(code=door.code())
    assert visitor.page.status_code == 503
    door.world.staff.stale = False

    visitor.page = code_page
    visitor.fill(code=door.code())

    assert visitor.arrived


def test_a_database_that_hangs_is_told_soon_and_counted_for_nobody(door: LoginDoor, visitor: Visitor) -> None:
    visitor.start()
    with door.world.engine.begin() as hog:
        if hog.dialect.name == "postgresql":
            hog.exec_driver_sql("LOCK TABLE federation_login_failures IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()

        visitor.give_password()
        took = time.monotonic() - began

    assert visitor.page.status_code == 503
    assert "inget försök har räknats" in visitor.text
    assert took < 1.5
    assert failures(door.world) == 0
