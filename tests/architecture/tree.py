"""Where the code lies, for the tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("directory", "authz", "federation", "sync")
PACKAGES = ("vocabulary", *ROOMS, "hub")


def modules(*packages: str) -> Iterator[Path]:
    """Every Python file of the packages, migrations apart (they are history, not design)."""
    for package in packages or PACKAGES:
        yield from (
            path
            for path in sorted((ROOT / package).rglob("*.py"))
            if (ROOT / "hub" / "migrations" / "versions") not in path.parents
        )


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))
