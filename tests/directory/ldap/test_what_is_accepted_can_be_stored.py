"""Whatever the rules accept in a field, a real slapd stores and gives back as it was: they may not be wider than it."""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import get_type_hints

import pytest

from directory.core.entries import KINDS, Entry
from directory.core.field_rules import field_problems
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.foreign_slapd import ForeignSlapd
from tests.directory.ldap.parts import a_county, added
from vocabulary.hsa_id import HsaId

TEXTS = (
    *"1 12 123 2580 25 01 1234567 12345678901234567890 A SJ ABC abc a_b a.b-c åäö #x x;y x#y (x)* *21# a.b.se".split(),
    *"BM;true SJ;false sip:a@b sips:a.b@c.d:5061 a@b.se https://a.se/b?c=d 1-5#08:00#17:00 administer read".split(),
    *"Läsa;alla;VE Skriva;lak;SE2321000230-E1 Kvalitetsregister SE2321000230 SE2321000230-M1 日本語".split(),
    "Åsa Öberg", "a b", "a  b", 'A,b=c+d"<>;#\\', "SJ;30;Intensivvård", "+46 920-28 40 00", "0920-28 40 00",
    "7#10:00#00:00#kom in#2026-06-01#2026-08-31", "en\ntvå", "ett$två\\tre", "ﬁ ß é e\u0301", "Vård och behandling",
    "1:" + "ab" * 32, "x" * 120, "ö" * 120,
)  # fmt: skip


def accepted() -> Iterator[Entry]:
    """Entries of every kind, each with one field set to one of the texts, of which the rules say nothing."""
    serial = 0
    for kind in KINDS.values():
        plain = next(entry for entry in a_county() if type(entry) is kind and not entry.archived)
        hints = get_type_hints(kind)
        for field in fields(kind):
            if hints[field.name] not in (str, str | None, tuple[str, ...]):
                continue
            for text in TEXTS:
                serial += 1
                value = (text,) if hints[field.name] == tuple[str, ...] else text
                entry = replace(
                    plain,
                    hsa_id=HsaId.parse(f"SE2321000230-X{serial}"),
                    **{field.name: value},  # type: ignore[arg-type]
                )
                if not any(problem.field == field.name for problem in field_problems(entry)):
                    yield entry


@pytest.fixture(params=["the embedded server", "a server of yours"])
def any_store(request: pytest.FixtureRequest) -> Iterator[LdapStore]:
    if request.param == "the embedded server":
        yield request.getfixturevalue("store")
        return
    server: ForeignSlapd = request.getfixturevalue("server")
    made = LdapStore(server.reached_by(server.by_certificate), keeps_awake=True)
    yield made
    made.close()


def test_what_the_rules_accept_is_stored_and_read_as_it_was(any_store: LdapStore) -> None:
    county = a_county()
    candidates = list(accepted())

    any_store.apply(added(*county, *candidates), 1)
    held = {entry.hsa_id: entry for entry in any_store.load().entries}

    assert len(candidates) > 1_000
    different = [(entry, held.get(entry.hsa_id)) for entry in candidates if held.get(entry.hsa_id) != entry]
    assert different == []
