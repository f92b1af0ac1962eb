"""What tests share stands in parts, worlds or fixtures: no test takes anything from another test."""

import ast

from tests.architecture.tree import modules, short, syntax


def test_no_test_is_imported() -> None:
    found = []
    for path in modules("tests"):
        for node in ast.walk(syntax(path)):
            named = (
                [node.module or "", *(f"{node.module}.{each.name}" for each in node.names)]
                if isinstance(node, ast.ImportFrom)
                else [each.name for each in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            found += [(short(path), name) for name in named if name.rpartition(".")[2].startswith("test_")]

    assert found == []
