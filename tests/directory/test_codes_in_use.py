"""A code table keeps the codes that entries have; one that nobody has can be taken away."""

from dataclasses import replace

import pytest

from directory.core.entries import Code, CodeTable, Entry
from directory.core.snapshot import Snapshot
from tests.directory.parts import ANNA, CENTRE, COUNTY, REGION, region
from tests.directory.test_validation import T0, wrong_with
from vocabulary.period import Period

OVER = Period(None, T0)


def table(name: str, *codes: str) -> CodeTable:
    return CodeTable(region("K1"), REGION.hsa_id, name, "Koder", tuple(Code(code, code) for code in codes))


USERS: list[tuple[str, str, Entry]] = [
    ("services", "1001", replace(CENTRE, services=("1001",))),
    ("unit_kinds", "care_centre", replace(CENTRE, kind="care_centre")),
    ("municipalities", "2582", replace(CENTRE, municipality_code="2582")),
    ("positions", "206010", replace(ANNA, position_code="206010")),
]


@pytest.mark.parametrize(("name", "code", "user"), USERS, ids=[name for name, *_ in USERS])
def test_a_code_that_an_entry_has_is_ended_and_not_taken_away(name: str, code: str, user: Entry) -> None:
    kept = table(name, code, "unused")
    lost, ended = replace(kept, codes=kept.codes[1:]), replace(kept, codes=(replace(kept.codes[0], period=OVER),))
    stands = Snapshot.of([(entry, 1) for entry in (*COUNTY, kept)], 1).succeeded_by([user], 2)

    assert wrong_with(lost, snapshot=stands) == {("K1", "codes")}
    assert wrong_with(ended, snapshot=stands) == set(), "nobody has the other one"
    assert wrong_with(lost, replace(user, archived=True), snapshot=stands) == set(), "archived entries are history"
