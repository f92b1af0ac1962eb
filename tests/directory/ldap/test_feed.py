"""What others did in LDAP is found by polling, whatever happens to the server in between (RFC 4533)."""

import os
import signal
from dataclasses import replace

import ldap3
import pytest

from directory.core.changes import Change
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE, SUFFIX
from directory.edge.ldap.operations import Add, Modify
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.ldap.transactions import OperationRefused, do_together
from directory.refusals import StoreUnavailable
from tests.directory.ldap.parts import (
    PERSON_DN,
    REGION_DN,
    a_county,
    a_person,
    a_unit,
    added,
    filled,
    store_on,
    until,
)
from vocabulary.hsa_id import HsaId

pytestmark = pytest.mark.spec("RFC 4533 section 3.3")


def answers(store: LdapStore) -> bool:
    try:
        return store.revision() >= 0
    except StoreUnavailable:
        return False


def test_a_change_by_others_is_seen_once(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)

    others.modify(PERSON_DN, {"title": [(ldap3.MODIFY_REPLACE, ["läkare"])]})
    first = store.poll(cookie)
    second = store.poll(first.cookie)

    assert first.changed == (a_person("P1", title="läkare"),)
    assert (first.revision, first.complete) == (1, False)
    assert (second.changed, second.removed) == ((), ())


def test_a_deletion_by_others_is_seen(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)

    others.delete(PERSON_DN)
    delta = store.poll(cookie)

    assert (delta.changed, delta.removed) == ((), (a_person("P1").hsa_id,))


def test_a_rename_by_others_changes_the_unit_and_not_what_stands_below_it(
    store: LdapStore, others: ldap3.Connection
) -> None:
    cookie = filled(store)

    others.modify_dn(f"ou=Ett,{REGION_DN}", "ou=Nytt namn", delete_old_dn=True)
    delta = store.poll(cookie)
    others.modify(f"ou=Två,ou=Nytt namn,{REGION_DN}", {"tillitKind": [(ldap3.MODIFY_REPLACE, ["ward"])]})
    later = store.poll(delta.cookie)

    assert (delta.changed, delta.removed) == ((a_unit("E1", "Nytt namn"),), ())
    assert later.changed == (a_unit("E2", "Två", HsaId.parse("SE2321000230-E1"), kind="ward"),)


def test_a_move_by_others_is_seen(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)

    others.modify_dn(f"ou=Två,ou=Ett,{REGION_DN}", "ou=Två", new_superior=REGION_DN)

    assert store.poll(cookie).changed == (a_unit("E2", "Två"),)


def test_an_id_that_others_changed_is_the_end_of_the_former(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)

    others.modify_dn(PERSON_DN, "hsaIdentity=SE2321000230-P77", delete_old_dn=True)
    delta = store.poll(cookie)

    assert (delta.changed, delta.removed) == ((a_person("P77"),), (a_person("P1").hsa_id,))


def test_a_doubled_id_is_told_and_healed(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    copy = {"cn": "x", "sn": "x", "fullName": "x", "hsaIdentity": "SE2321000230-P1"}

    others.add(f"cn=x,ou=Anställda,{REGION_DN}", ["inetOrgPerson", "hsaPersonExtension"], copy)
    doubled = store.poll(cookie)
    others.delete(PERSON_DN)
    healed = store.poll(doubled.cookie)

    assert doubled.complete and a_person("P1") in doubled.changed
    assert [problem.problem for problem in doubled.malformed] == [
        "`hsaIdentity` stands on another object already; left out"
    ]
    assert healed.complete and healed.malformed == ()
    assert a_person("P1", full_name="x", family_name="x", given_name=None) in healed.changed


def test_what_is_malformed_is_told_and_hides_nothing_else(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)

    others.modify(PERSON_DN, {"endDate": [(ldap3.MODIFY_REPLACE, ["20260230000000Z"])]})
    others.modify(PERSON_DN, {"hsaSosRestrictionsCode": [(ldap3.MODIFY_REPLACE, ["x\x01"])]})
    others.modify(PERSON_DN.replace("P1", "P2"), {"hsaIdentity": [(ldap3.MODIFY_REPLACE, ["SE2321000230-P2"])]})
    delta = store.poll(cookie)

    assert [problem.hsa_id for problem in delta.malformed] == [a_person("P1").hsa_id]
    assert a_person("P1") not in delta.changed


def test_a_cookie_survives_a_clean_restart(slapd: SlapdChild, store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    others.delete(PERSON_DN)

    slapd.restart()
    delta = store.poll(cookie)

    if delta.complete:
        assert a_person("P1") not in delta.changed
    else:
        assert delta.removed == (a_person("P1").hsa_id,)
    assert store.poll(delta.cookie).removed == ()


def test_nothing_is_lost_when_the_server_is_killed(slapd: SlapdChild, store: LdapStore) -> None:
    cookie, killed = filled(store), slapd.pid
    store.apply([Change(a_person("P1"), replace(a_person("P1"), title="läkare")), Change(a_person("P2"), None)], 2)

    os.kill(killed, signal.SIGKILL)
    assert until(lambda: slapd.pid != killed and answers(store))
    delta = store.poll(cookie)

    held = {entry.hsa_id: entry for entry in delta.changed}
    assert held[a_person("P1").hsa_id] == a_person("P1", title="läkare")
    assert delta.revision == 2
    assert delta.complete or delta.removed == (a_person("P2").hsa_id,)
    assert {entry.hsa_id.key for entry in store.load().entries} == {
        f"SE2321000230-{suffix}" for suffix in ("M1", "E1", "E2", "P1")
    }


def test_the_ghosts_of_an_aborted_transaction_are_not_believed(slapd: SlapdChild, store: LdapStore) -> None:
    cookie = filled(store)
    connection = over_socket(slapd.ldapi_uri)()
    changed = Modify(PERSON_DN, ((2, "title", ["spöke"]),))
    new = Add(f"ou=Spöke,{REGION_DN}", {"objectClass": ["organizationalUnit"], "ou": ["Spöke"]})
    bad = Add(f"ou=x,o=nobody,{BASE}", {"objectClass": ["organizationalUnit"], "ou": ["x"]})

    with pytest.raises(OperationRefused):
        do_together(connection, [changed, new, bad])
    delta = store.poll(cookie)

    assert set(delta.changed) <= {a_person("P1")} and delta.removed == ()
    assert "Spöke" not in str(store.load())
    discard(connection)


def test_every_step_is_told_to_a_second_process(slapd: SlapdChild, store: LdapStore) -> None:
    filled(store)
    reader = store_on(slapd)
    state = reader.load()
    held, cookie = {entry.hsa_id: entry for entry in state.entries}, state.cookie

    for revision in range(2, 12):
        person = a_person(f"Q{revision}")
        store.apply([Change(None, person), Change(a_unit("E1", f"Ett {revision - 1}" if revision > 2 else "Ett"),
                                                  a_unit("E1", f"Ett {revision}"))], revision)  # fmt: skip
        delta = reader.poll(cookie)
        cookie = delta.cookie
        held.update({entry.hsa_id: entry for entry in delta.changed})
        assert delta.revision == revision
        assert held == {entry.hsa_id: entry for entry in store.load().entries}
    reader.close()


def test_a_tree_without_our_suffix_entry_is_not_taken_for_an_empty_directory(
    store: LdapStore, others: ldap3.Connection
) -> None:
    filled(store)
    others.modify(SUFFIX, {"objectClass": [(ldap3.MODIFY_DELETE, ["tillitDirectory"])],
                           "tillitRevision": [(ldap3.MODIFY_DELETE, [])]})  # fmt: skip

    try:
        with pytest.raises(StoreUnavailable):
            store.load()
        with pytest.raises(StoreUnavailable):
            store.revision()
    finally:
        others.modify(SUFFIX, {"objectClass": [(ldap3.MODIFY_ADD, ["tillitDirectory"])],
                               "tillitRevision": [(ldap3.MODIFY_ADD, ["1"])]})  # fmt: skip


def test_a_whole_county_is_told_to_who_starts_from_an_empty_one(store: LdapStore) -> None:
    cookie = store.load().cookie

    store.apply(added(*a_county()), 1)

    assert set(store.poll(cookie).changed) == set(a_county())
