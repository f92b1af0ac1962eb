"""The port ``Sessions`` over both databases: limits, ending, and a secret that is nowhere in clear."""

from datetime import timedelta

from sqlalchemy import select

from federation.core.session import Session
from federation.edge.sql.tables import sessions
from tests.federation.world import NURSE, WARD, World
from vocabulary.assurance import AssuranceLevel


def opened(world: World, session_id: str = "s1") -> str:
    now = world.clock.now()
    session = Session(session_id, NURSE, ("pwd", "otp", "mfa"), AssuranceLevel.LOA2, now, now + timedelta(hours=10))
    world.sessions.create(session, f"secret-{session_id}")
    return f"secret-{session_id}"


def test_a_session_is_found_by_its_secret_only(world: World) -> None:
    secret = opened(world)

    assert world.sessions.find(secret, world.clock.now()) is not None
    assert world.sessions.find("s1", world.clock.now()) is None


def test_an_unused_session_is_over_after_an_hour(world: World) -> None:
    secret = opened(world)
    world.clock.pass_(minutes=60)

    assert world.sessions.find(secret, world.clock.now()) is None


def test_a_used_session_is_over_after_ten_hours(world: World) -> None:
    secret = opened(world)
    found = []

    for _ in range(20):
        world.clock.pass_(minutes=30)
        found.append(world.sessions.find(secret, world.clock.now()) is not None)

    assert found == [True] * 19 + [False]


def test_an_ended_session_is_found_no_more(world: World) -> None:
    secret = opened(world)

    world.sessions.end("s1", world.clock.now())

    assert world.sessions.find(secret, world.clock.now()) is None


def test_ending_a_person_names_every_session_ended_before_or_now(world: World) -> None:
    secrets = [opened(world, name) for name in ("s1", "s2")]
    world.sessions.end("s1", world.clock.now())

    ended = world.sessions.end_of_person(NURSE, world.clock.now())

    assert sorted(ended) == ["s1", "s2"]
    assert [world.sessions.find(secret, world.clock.now()) for secret in secrets] == [None, None]


def test_the_choice_of_assignment_is_remembered(world: World) -> None:
    secret = opened(world)

    world.sessions.choose_assignment("s1", WARD, world.clock.now())

    found = world.sessions.find(secret, world.clock.now())
    assert found is not None
    assert (found.assignment, found.assignment_chosen_at) == (WARD, world.clock.now())


def test_the_cookies_secret_is_not_in_the_database(world: World) -> None:
    secret = opened(world)

    with world.engine.connect() as connection:
        row = connection.execute(select(sessions)).one()

    assert all(secret not in str(value) for value in row)
