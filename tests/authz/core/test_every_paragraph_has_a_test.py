"""Each paragraph that a rule cites is held to by at least one test, marked with the same words."""

import ast
from pathlib import Path

from authz.core.order import EVERY_ORDER

TESTS = Path(__file__).parent


def marked() -> set[str]:
    found = set()
    for path in TESTS.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law":
                found.add(ast.literal_eval(node.args[0]))
    return found


def test_every_cited_paragraph_has_a_test() -> None:
    cited = {
        str(rule.cites)
        for order in EVERY_ORDER
        for gate in order
        for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise)
    }

    assert cited - marked() == set()


def test_every_rule_file_stands_in_the_order() -> None:
    files = {path.stem for path in (TESTS.parents[2] / "authz" / "core" / "rules").glob("*.py")} - {"__init__"}
    ordered = {
        rule.name
        for order in EVERY_ORDER
        for gate in order
        for rule in (*gate.restrictions, *gate.grounds, *gate.otherwise)
    }

    assert files == ordered
