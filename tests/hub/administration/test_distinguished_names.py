"""An entry by its distinguished name: as the LDAP edge writes it, and nothing that only looks like one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory import Change, Entry, Unit
from directory.core.entries import parent_of
from directory.core.snapshot import Snapshot
from directory.edge.ldap.change_plan import planned
from directory.edge.ldap.names import BASE
from directory.edge.ldap.operations import Add
from hub.bridges.directory_names_entries import entry_named
from tests.hub.administration.parts import BAY, BODEN, COUNTY, HOME_CARE, JONAS, NURSING, REGION, WARD, of_boden

AWKWARD = Unit(of_boden("E010"), BODEN.hsa_id, NURSING.hsa_id, 'Dag, "natt" + helg; <a>=b # \\ é')


def snapshot_of(*entries: Entry) -> Snapshot:
    return Snapshot.of(((entry, 1) for entry in entries), 1)


def names_of(*entries: Entry) -> dict[str, str]:
    """Id → name, as the LDAP edge would write all of them into an empty tree."""
    operations = planned([Change(None, entry) for entry in entries], {}, lambda dn: frozenset(), lambda dn: ())
    named: dict[str, str] = {}
    for hsa_id, operation in operations:
        if isinstance(operation, Add) and not operation.dn.startswith(("ou=Video,", "ou=Anställda,")):
            named[str(hsa_id)] = operation.dn
    return named


def test_every_entry_is_found_by_the_name_that_it_is_written_under() -> None:
    everything = (*COUNTY, AWKWARD)
    names, snapshot = names_of(*everything), snapshot_of(*everything)

    for entry in everything:
        assert entry_named(snapshot, names[str(entry.hsa_id)]) == entry.hsa_id, names[str(entry.hsa_id)]


def test_spelling_of_attributes_and_case_of_names_do_not_matter() -> None:
    snapshot = snapshot_of(*COUNTY)

    assert entry_named(snapshot, f"OU=enhet e001,O=BODENS KOMMUN,{BASE.upper()}") == NURSING.hsa_id
    assert entry_named(snapshot, f"hsaidentity={JONAS.hsa_id}, ou=Anställda, o=Bodens kommun, {BASE}") == JONAS.hsa_id


def test_a_name_that_two_siblings_have_names_neither_until_the_id_stands_beside() -> None:
    twin = replace(HOME_CARE, name=NURSING.name)
    snapshot = snapshot_of(*(twin if entry is HOME_CARE else entry for entry in COUNTY))

    assert entry_named(snapshot, f"ou={NURSING.name},o={BODEN.name},{BASE}") is None
    assert entry_named(snapshot, f"ou={NURSING.name}+hsaIdentity={twin.hsa_id},o={BODEN.name},{BASE}") == twin.hsa_id


@pytest.mark.parametrize(
    "name",
    [
        "", "=", ",", BASE, f"o=,{BASE}", f"o=Ingen kommun,{BASE}", f"ou=Enhet E001,{BASE}",
        f"ou=Enhet E004,o=Region Norrbotten,{BASE}", f"hsaIdentity={JONAS.hsa_id},{BASE}",
        f"hsaIdentity={JONAS.hsa_id},o=Bodens kommun,{BASE}",
        f"hsaIdentity={JONAS.hsa_id},ou=Anställda,o=Region Norrbotten,{BASE}",
        f"hsaIdentity={JONAS.hsa_id},ou=Anställda,o=Bodens kommun,{BASE},dc=evil",
        f"hsaIdentity=SE2120002767-X999,ou=Anställda,o=Bodens kommun,{BASE}",
        f"o=Bodens kommun\\FF,{BASE}", f"o=Bodens kommun+o=Luleå kommun,{BASE}",
        f"o=Bodens kommun,{'ou=x,' * 400}{BASE}",
    ],
)  # fmt: skip
def test_what_is_no_entrys_name_names_nothing(name: str) -> None:
    assert entry_named(snapshot_of(*COUNTY), name) is None


@given(st.text(max_size=80), st.sampled_from(["", f",o=Bodens kommun,{BASE}", f",{BASE}"]))
def test_any_text_is_read_without_a_fault(text: str, rest: str) -> None:
    entry_named(_COUNTY, text + rest)


def test_a_unit_is_told_by_all_that_stands_above_it() -> None:
    snapshot = snapshot_of(*COUNTY)
    full = f"ou={BAY.name},ou={WARD.name},ou=Enhet E001,o={REGION.name},{BASE}"

    assert entry_named(snapshot, full) == BAY.hsa_id
    assert parent_of(BAY) == WARD.hsa_id
    assert entry_named(snapshot, f"ou={BAY.name},ou=Enhet E003,ou=Enhet E001,o={REGION.name},{BASE}") is None


_COUNTY = snapshot_of(*COUNTY)
