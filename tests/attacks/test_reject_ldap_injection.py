"""No text that somebody gives means anything to LDAP but itself: not in a name, not in a filter, not in a parameter.
(RFC 4514, RFC 4515; CWE-90)"""

import unicodedata
from dataclasses import replace

import ldap3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ldap3.utils.conv import escape_filter_chars

from directory.core.changes import Change
from directory.core.entries import Entry, Person, Unit
from directory.core.field_rules import field_problems
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import a_member, a_person, a_unit, added, emptied, store_on

HOSTILE = st.text(st.sampled_from(list("*()\\|&!=<>~,+;\"#/ aåÅ.'`$%{}[]-_:0")), min_size=1, max_size=24)
WORDS = st.sampled_from(
    ["*)(objectClass=*", "a,o=Bodens kommun", "x+hsaIdentity=SE2321000230-P1", "\\2a\\28", "ou=Services", " inledd",
     "slut ", "#1", "a\\", '"', "(|(uid=*))", "..", "null", "c=SE"]
)  # fmt: skip
NAMES = st.one_of(HOSTILE, WORDS).map(lambda text: unicodedata.normalize("NFC", text).strip()).filter(bool)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NAMES, min_size=2, max_size=5))
def test_every_accepted_name_stands_and_is_found_as_itself(one_slapd: SlapdChild, names: list[str]) -> None:
    store = store_on(emptied(one_slapd))
    units = [a_unit(f"E{n}", name) for n, name in enumerate(names)]
    people = [a_person(f"P{n}", full_name=name, family_name=name) for n, name in enumerate(names)]
    county = [entry for entry in (*units, *people) if not list(field_problems(entry))]

    store.apply(added(a_member(), *county), 1)

    assert set(store.load().entries) == {a_member(), *county}
    connection = over_socket(one_slapd.ldapi_uri)()
    for entry in county:
        attribute = "ou" if isinstance(entry, Unit) else "sn"
        wanted = f"(&({attribute}={escape_filter_chars(_name(entry))})(hsaIdentity={entry.hsa_id}))"
        connection.search(SUFFIX, wanted, ldap3.SUBTREE, attributes=["hsaIdentity"])
        assert [found["raw_attributes"]["hsaIdentity"] for found in connection.response] == [
            [str(entry.hsa_id).encode()]
        ]
    discard(connection)
    _renamed(store, county, names)
    store.close()


def _renamed(store: LdapStore, county: list[Entry], names: list[str]) -> None:
    """The same names dealt out otherwise: every rename goes through old and new relative names."""
    after = [replace(e, **_named(e, names[(n + 1) % len(names)])) for n, e in enumerate(county)]
    changes = [Change(old, new) for old, new in zip(county, after, strict=True) if not list(field_problems(new))]
    store.apply(changes, 2)

    kept = {change.hsa_id for change in changes}
    wanted = {change.after for change in changes} | {entry for entry in county if entry.hsa_id not in kept}
    assert set(store.load().entries) == {a_member(), *wanted}


def _name(entry: Entry) -> str:
    return entry.full_name if isinstance(entry, Person) else entry.name


def _named(entry: Entry, name: str) -> dict[str, str]:
    return {"full_name": name, "family_name": name} if isinstance(entry, Person) else {"name": name}


DECEIVING = (
    "a\x00b", "a\nb", "a\x7fb", "a\u202eb", "a\u2066b", "a\u200bb", "a\ufeffb", "\ud800", "e\u0301", "\u00ad", "\ue000",
    "\u0410nna", "Ann\u0430 Berg", "\u039flle", " Anna", "Anna ", "", "x" * 300,
)  # fmt: skip


@pytest.mark.parametrize("name", DECEIVING)
@pytest.mark.parametrize("field", ["full_name", "family_name", "given_name", "nickname"])
def test_a_name_of_signs_that_deceive_is_refused(name: str, field: str) -> None:
    person = replace(a_person(), **{field: name})

    assert [problem.field for problem in field_problems(person)] == [field]


@pytest.mark.parametrize(
    "name", ["Åsa Öberg", "Nils-Erik d'Ailly", "Łucja Żak", "Čáhput Márjá", "Анна Берг", "李 小龙", "Ægir"]
)
def test_real_names_of_one_script_in_each_word_are_accepted(name: str) -> None:
    assert list(field_problems(a_person(full_name=name))) == []
