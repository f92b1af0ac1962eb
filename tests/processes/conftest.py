"""One running program for all three processes: each has a patient of its own."""

from collections.abc import Iterator

import pytest

from tests.demo_program import demo_folder, running_demo
from tests.processes.story import Stage
from tests.system_parts import line_to


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """Tests that use it are marked ``xdist_group("processes")``."""
    with demo_folder() as folder, running_demo(folder) as program, line_to(program) as line:
        yield Stage(line)
        verified = program.tillit("audit", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
