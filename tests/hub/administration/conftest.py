"""The county of these tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.administration.parts import Administered, administered
from tests.parts import HeldClock


@pytest.fixture
def county(tmp_path: Path, clock: HeldClock) -> Iterator[Administered]:
    with administered(tmp_path, clock) as made:
        yield made
