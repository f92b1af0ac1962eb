"""Only the hub reads the clock, the environment and chance; everybody else is told."""

import ast

import pytest

from tests.architecture.tree import ROOMS, modules, short, syntax

READERS = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "monotonic_ns"), ("time", "perf_counter"),
    ("uuid", "uuid4"), ("uuid", "uuid1"), ("uuid", "uuid7"), ("os", "environ"), ("os", "getenv"), ("os", "urandom"),
}  # fmt: skip
CHANCE = {"random", "secrets"}


@pytest.mark.parametrize("path", list(modules("vocabulary", *ROOMS)), ids=short)
def test_module_reads_no_clock_environment_or_chance(path) -> None:
    found = []
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if (node.value.id, node.attr) in READERS:
                found.append(f"line {node.lineno}: {node.value.id}.{node.attr}")
        elif isinstance(node, ast.Import):
            found += [f"line {node.lineno}: {name.name}" for name in node.names if name.name in CHANCE]
        elif isinstance(node, ast.ImportFrom) and node.module in CHANCE | {"time", "os", "uuid"}:
            names = {name.name for name in node.names}
            banned = names if node.module in CHANCE else names & {read for _, read in READERS}
            found += [f"line {node.lineno}: from {node.module} import {name}" for name in sorted(banned)]

    assert found == []
