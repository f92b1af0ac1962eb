"""A world per test, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.authz.actions.world import World, make_world
from tests.parts import HeldClock


@pytest.fixture
def world(engine: Engine, tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    made = make_world(engine, tmp_path / "trail", clock)
    yield made
    made.trail.close()
