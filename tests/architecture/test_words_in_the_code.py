"""Every file says why it exists, and no name says nothing."""

import ast
import re
import subprocess

import pytest

from tests.architecture.tree import PACKAGES, ROOT, modules, short, syntax

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "service", "handler",
               "processor", "data", "info"}  # fmt: skip
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wor" + r"k|roo" + r"t|farm)/")
REGISTRIES = re.compile(r"pypi\.or" + r"g|registry\.npmj" + r"s|pythonhoste" + r"d|deb\.debia" + r"n\.org")


@pytest.mark.parametrize("path", list(modules(*PACKAGES, "tests", "bench")), ids=short)
def test_module_has_a_docstring(path) -> None:
    assert ast.get_docstring(syntax(path)), f"{short(path)} does not say why it exists"


def test_no_file_has_an_empty_name() -> None:
    found = [short(path) for path in modules() if path.stem in EMPTY_NAMES or path.parent.name in EMPTY_NAMES]

    assert found == []


def test_nobody_is_called_a_principal() -> None:
    found = [short(path) for path in modules() if re.search("princi" + "pal", path.read_text(), re.IGNORECASE)]

    assert found == []


def test_committed_files_name_no_machine_and_no_registry() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if not path.is_file() or "vendor" in path.parts or path.suffix in {".png", ".woff2"}:
            continue
        text = path.read_text(errors="replace")
        if MACHINE_PATHS.search(text) or REGISTRIES.search(text):
            found.append(name)

    assert found == []
