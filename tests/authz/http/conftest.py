"""One served world for the tests over HTTP, on SQLite; the registers' own tests run on both databases."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hub.database import make_engine
from tests.authz.actions.world import World, make_world
from tests.authz.http.parts import make_app, serving
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
