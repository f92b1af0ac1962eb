"""slapd numbers attributes as they are first used, and an aborted transaction makes it give one number twice: what is
written under one attribute is then read under another. No attribute of ours is first used inside a transaction.
"""

from pathlib import Path

import ldap3
import pytest

from directory.edge.ldap.attribute_primer import PRIMER_DN, primer
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE
from directory.refusals import StoreRejected
from tests.directory.ldap.parts import a_county, a_member, a_person, added, running_slapd, short_folder, store_on


def test_what_is_written_after_a_refused_change_is_read_as_it_was_written() -> None:
    refused = a_person("P9", nickname="Annie", number_lookup="194111032399")
    title, names = a_person("P1", title="läkare"), a_person("P2", nickname="Annie", middle_name="Berg")
    with short_folder() as folder, running_slapd(folder) as child:
        store = store_on(child)
        store.apply(added(a_member()), 1)

        with pytest.raises(StoreRejected):
            store.apply(added(a_person("P8", nickname="Annie", title="läkare"), refused), 2)
        store.apply(added(title), 2)
        store.apply(added(names), 3)
        before = store.load()
        child.restart()
        after = store.load()
        store.close()

    for state in (before, after):
        assert set(state.entries) == {a_member(), title, names}
        assert state.malformed == ()


def test_whatever_stands_in_the_tree_uses_attributes_that_were_used_before() -> None:
    with short_folder() as folder, running_slapd(folder) as child:
        connection = over_socket(child.ldapi_uri)()
        used = {name.lower() for name in primer()} | names_in(connection, BASE) | names_in(connection, "c=SE")
        store = store_on(child)
        store.apply(added(*a_county()), 1)

        stands = names_in(connection, BASE)

        discard(connection)
        store.close()
    assert {"title", "hsacommissionmember"} <= stands <= used


def test_a_data_folder_of_an_earlier_version_is_mended_at_the_start() -> None:
    with short_folder() as folder:
        with running_slapd(folder) as child:
            connection = over_socket(child.ldapi_uri)()
            assert connection.delete(PRIMER_DN)
            discard(connection)
        assert set(held_after_a_start(folder)) == set(primer())

        with running_slapd(folder) as child:
            connection = over_socket(child.ldapi_uri)()
            assert connection.modify(PRIMER_DN, {"title": [(ldap3.MODIFY_DELETE, [])]})
            discard(connection)
        assert set(held_after_a_start(folder)) == set(primer())


def held_after_a_start(folder: Path) -> dict[str, list[bytes]]:
    with running_slapd(folder) as child:
        connection = over_socket(child.ldapi_uri)()
        connection.search(PRIMER_DN, "(objectClass=*)", ldap3.BASE, attributes=["*"])
        held: dict[str, list[bytes]] = dict(connection.response[0]["raw_attributes"])
        discard(connection)
    return held


def names_in(connection: ldap3.Connection, base: str) -> set[str]:
    """The attributes of all objects at and below ``base``, in small letters."""
    connection.search(base, "(objectClass=*)", attributes=["*"])
    return {
        name.lower() for found in connection.response for name in found["raw_attributes"] if found["dn"] != PRIMER_DN
    }
