"""Every case of this folder is decided as it says."""

import pytest

from authz.edge.yaml_cases import CaseResult, load_cases, run_cases
from tests.authz.cases.parts import FOLDER, WORLD


def results() -> list[CaseResult]:
    areas = sorted(path for path in FOLDER.glob("*.yaml") if path.stem != "world")
    return [one for path in areas for one in run_cases(load_cases(WORLD + path.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("result", results(), ids=lambda result: f"{result.area}: {result.name}")
def test_case_is_decided_as_it_says(result) -> None:
    assert (result.unsupported, result.got) == (None, result.expected)
    assert result.passed
