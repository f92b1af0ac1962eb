"""The page on changing the directory lists the attributes of every kind: which are needed, and which set once."""

import pytest

from directory.core.editing import AT_CREATION, SetBy, attributes
from directory.core.entries import KINDS
from directory.edge.http.bodies import NEW
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs" / "changing-the-directory.md").read_text().partition("## Attributes")[2]


@pytest.mark.parametrize("name", KINDS)
def test_what_an_entry_takes_is_listed(name: str) -> None:
    kind, form = KINDS[name], NEW[KINDS[name]]
    listed = next(line for line in PAGE.splitlines() if line.startswith(f"| {name.replace('_', ' ')} |"))
    needed, optional, once = (
        {each.strip("`") for each in cell.strip().split(", ")} - {"–"} for cell in listed.split("|")[2:5]
    )

    taken, changed = set(attributes(kind, AT_CREATION)), set(attributes(kind, SetBy.CHANGE))

    assert needed == {each for each in taken if form.model_fields[each].is_required()}
    assert (once, optional) == (taken - changed, changed - needed)
