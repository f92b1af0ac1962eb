"""A small county on each database, with a store that fails on demand, and what is planned in it."""

import pytest
from sqlalchemy import Engine

from directory.planning import Planning
from tests.directory.parts import FaultyStore, World, a_county, a_planning
from tests.parts import HeldClock


@pytest.fixture
def world(engine: Engine, clock: HeldClock) -> World:
    return a_county(engine, clock, FaultyStore())


@pytest.fixture
def planning(world: World) -> Planning:
    return a_planning(world)
