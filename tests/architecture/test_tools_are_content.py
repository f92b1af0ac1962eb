"""Linter, formatter, type checker and import contracts find nothing; they run on the whole tree as on a desk."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

BINARIES = Path(sys.executable).parent


@pytest.mark.xdist_group("tools")
@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "--no-cache", "."),
        ("ruff", "format", "--no-cache", "--check", "."),
        ("lint-imports", "--no-cache"),
        ("mypy", "--cache-dir=/dev/null"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_tool_finds_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run([BINARIES / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
