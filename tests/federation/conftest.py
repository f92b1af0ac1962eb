"""The world that the federation's tests happen in."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from federation.edge.keys.folder import KeyFolder
from tests.federation.world import World
from tests.parts import HeldClock


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Signing keys made once, since RSA keys take long; every world has its own copy."""
    folder = tmp_path_factory.mktemp("made") / "keys"
    KeyFolder(folder, HeldClock()).load()
    return folder


@pytest.fixture
def world(engine: Engine, tmp_path: Path, clock: HeldClock, made_keys: Path) -> Iterator[World]:
    shutil.copytree(made_keys, tmp_path / "keys")
    made = World(engine, tmp_path, clock)
    yield made
    made.close()
