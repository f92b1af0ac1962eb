"""A code table keeps the codes that entries have; one that nobody has can be taken away."""

from dataclasses import replace

import pytest

from directory.core.entries import Code, CodeTable, Entry, VideoEndpoint
from directory.core.snapshot import Snapshot
from tests.directory.parts import ANNA, CENTRE, COUNTY, REGION, region
from tests.directory.validation_parts import T0, wrong_with
from vocabulary.period import Period

OVER = Period(None, T0)


def table(name: str, *codes: str) -> CodeTable:
    return CodeTable(region("K1"), REGION.hsa_id, name, "Koder", tuple(Code(code, code) for code in codes))


ROOM = VideoEndpoint(
    region("V1"), REGION.hsa_id, "Rum 1", CENTRE.hsa_id, "sip:rum@example.se", municipality_code="2560"
)
ATTRIBUTES = {
    "services": "services", "unit_kinds": "kind", "municipalities": "municipality_code", "positions": "position_code",
}  # fmt: skip
USERS: list[tuple[str, str, Entry]] = [
    ("services", "1001", replace(CENTRE, services=("1001",))),
    ("unit_kinds", "hospital", replace(CENTRE, kind="hospital")),
    ("municipalities", "2560", replace(CENTRE, municipality_code="2560", municipality_name=None)),
    ("municipalities", "2560", ROOM),
    ("positions", "206010", replace(ANNA, position_code="206010")),
]
every_user = pytest.mark.parametrize(
    ("name", "code", "user"), USERS, ids=[f"{type(user).__name__} {name}" for name, _, user in USERS]
)


@every_user
def test_a_code_that_an_entry_has_is_ended_and_not_taken_away(name: str, code: str, user: Entry) -> None:
    kept = table(name, code, "unused")
    lost, ended = replace(kept, codes=kept.codes[1:]), replace(kept, codes=(replace(kept.codes[0], period=OVER),))
    stands = Snapshot.of([(entry, 1) for entry in (*COUNTY, kept)], 1).succeeded_by([user], 2)

    assert wrong_with(lost, snapshot=stands) == {("K1", "codes")}
    assert wrong_with(ended, snapshot=stands) == set(), "nobody has the other one"
    assert wrong_with(lost, replace(user, archived=True), snapshot=stands) == set(), "archived entries are history"


@every_user
def test_a_code_that_the_table_does_not_have_is_refused_but_for_an_entry_that_had_it(
    name: str, code: str, user: Entry
) -> None:
    bare = Snapshot.of([(entry, 1) for entry in COUNTY], 1)
    stands = bare.succeeded_by([table(name, "unused")], 2)

    assert wrong_with(user, snapshot=stands) == {(user.hsa_id.key.partition("-")[2], ATTRIBUTES[name])}
    assert wrong_with(user, snapshot=stands.succeeded_by([table(name, code)], 3)) == set()
    assert wrong_with(user, snapshot=stands.succeeded_by([user], 3)) == set(), "it had the code before the table"
    assert wrong_with(user, snapshot=bare) == set(), "without a table any code will do"
