"""A small county behind the directory's addresses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.database import make_engine
from tests.directory.http.parts import Browser, application
from tests.directory.parts import World, a_county
from tests.parts import HeldClock


@pytest.fixture
def world(tmp_path: Path, clock: HeldClock) -> Iterator[World]:
    engine = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield a_county(engine, clock)
    engine.dispose()


@pytest.fixture
def http(world: World) -> Browser:
    return Browser(application(world))
