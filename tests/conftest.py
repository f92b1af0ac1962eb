"""Parts that the whole suite shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from hub.database import make_engine
from tests.parts import HeldClock, Postgres, running_postgres
from tests.system_parts import canary, system  # noqa: F401 # fixtures: found here by every test


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the one kind, for tests whose subject is elsewhere."""
    made = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield made
    made.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, once on each engine that we promise to run on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tillit.db'}"
    else:
        url = request.getfixturevalue("postgres").new_database()
    made = make_engine(url)
    yield made
    made.dispose()
