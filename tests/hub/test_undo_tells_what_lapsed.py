"""Who undoes a leaving is told what ended with it in the other rooms and does not come back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from authz.actions.delegating.end import lapse_delegations_of, revoke_delegation
from authz.actions.delegating.register_on_paper import Paper, register_on_paper
from authz.actions.delegating.written import Written
from authz.actions.keep_other_registers import keep_task
from authz.actions.register_care_relationship import register_care_relationship
from authz.edge.memory import RegisterModel
from authz.edge.sql import RegisterStore
from directory import Assignment, Change, Commit, Membership, Person
from directory.ports import Lapsed
from hub.bridges.leaver_loses_access import BY
from hub.bridges.undo_tells_what_lapsed import UndoTellsWhatLapsed
from hub.database import make_engine
from tests.authz.actions.world import BODEN, ELSA, HOME_NURSING, INSULIN, KATARINA, MARIA, World, logged_in, make_world
from tests.parts import HeldClock
from vocabulary.period import Period

HELD = Assignment(
    KATARINA, BODEN, HOME_NURSING, "Vård och behandling", "Vård och behandling",
    memberships=(Membership(KATARINA), Membership(MARIA)),
)  # fmt: skip


@pytest.fixture
def world(engine: Engine, tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    made = make_world(engine, tmp_path / "trail", clock)
    keep_task(made.desk, INSULIN, by="x")
    yield made
    made.trail.close()


def delegation(world: World) -> str:
    signed = Written(KATARINA, MARIA, INSULIN.code, frozenset({HOME_NURSING}), world.days(30), (ELSA,))
    return register_on_paper(world.desk, Paper(signed), by="x").id


def leaving(at: datetime) -> Commit:
    person = Person(KATARINA, BODEN, "Katarina Ek", "Ek")
    gone = Person(KATARINA, BODEN, "Katarina Ek", "Ek", period=Period(None, at))
    return Commit(7, at, "Ada", "slutar", "api", (Change(person, gone),))


def test_what_lapsed_with_a_leaving_is_counted(world: World) -> None:
    revoked = delegation(world)
    revoke_delegation(world.desk, revoked, logged_in(KATARINA), "inte längre")
    for _ in range(2):
        delegation(world)
    register_care_relationship(
        world.desk, patient=ELSA, person=KATARINA, unit=HOME_NURSING, period=world.days(30), by="x"
    )  # fmt: skip
    commit = leaving(world.clock.now())
    lapse_delegations_of(world.desk, KATARINA, by=BY, reason="the employment has ended")

    told = UndoTellsWhatLapsed(world.model).lapsed_with([commit])

    assert told == (Lapsed(KATARINA, "logins"), Lapsed(KATARINA, "delegations", 2))


def test_what_lapsed_earlier_is_not_counted(world: World) -> None:
    delegation(world)
    lapse_delegations_of(world.desk, KATARINA, by=BY, reason="the employment has ended")
    world.clock.pass_(days=1)

    told = UndoTellsWhatLapsed(world.model).lapsed_with([leaving(world.clock.now())])

    assert told == (Lapsed(KATARINA, "logins"),)


def test_who_only_lost_an_assignment_lost_tokens(world: World) -> None:
    without = Assignment(KATARINA, BODEN, HOME_NURSING, HELD.name, HELD.purpose, memberships=(Membership(MARIA),))
    commit = Commit(7, world.clock.now(), "Ada", "r", "api", (Change(HELD, without),))

    assert UndoTellsWhatLapsed(world.model).lapsed_with([commit]) == (Lapsed(KATARINA, "tokens"),)
    assert UndoTellsWhatLapsed(world.model).lapsed_with([]) == ()


def test_registers_that_do_not_answer_are_told_without_a_number(clock: HeldClock) -> None:
    engine = make_engine("sqlite:////nowhere/at/all.db")
    silent = RegisterModel(RegisterStore(engine), clock)

    told = UndoTellsWhatLapsed(silent).lapsed_with([leaving(datetime(2026, 3, 2, tzinfo=UTC))])

    assert told == (Lapsed(KATARINA, "logins"), Lapsed(KATARINA, "delegations"), Lapsed(KATARINA, "care_relationships"))
    engine.dispose()
