"""One served world for the tests over HTTP, on SQLite; the registers' own tests run on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from hub.database import make_engine
from tests.authz.actions.world import World, make_world
from tests.authz.http.parts import make_app, serving
from tests.authz.http.registering import Asking, prepare
from tests.parts import HeldClock


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    made = make_world(engine, folder / "trail", HeldClock())
    yield made
    made.trail.close()
    engine.dispose()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[httpx.Client]:
    with serving(make_app(world)) as url, httpx.Client(base_url=url, timeout=10) as made:
        yield made


@contextmanager
def asked(engine: Engine, folder: Path) -> Iterator[Asking]:
    """A world of its own for a test, in which Anna, Clara and Katarina care for Elsa."""
    world = make_world(engine, folder / "trail", HeldClock())
    prepare(world)
    with serving(make_app(world)) as url, httpx.Client(base_url=url, timeout=10) as http:
        yield Asking(http, world)
    world.trail.close()


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    with asked(engine, tmp_path) as made:
        yield made
    engine.dispose()


@pytest.fixture
def asking_either(engine: Engine, tmp_path: Path) -> Iterator[Asking]:
    """The same on SQLite and on PostgreSQL, for what hangs on their transactions."""
    with asked(engine, tmp_path) as made:
        yield made
