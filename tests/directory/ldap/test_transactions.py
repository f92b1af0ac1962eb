"""All or nothing in a real slapd: what is refused leaves no trace, and who hangs or dies is not waited for."""

import os
import signal
import threading
import time
from dataclasses import replace

import ldap3
import pytest

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE
from directory.edge.ldap.operations import ADD_VALUES, Add, Modify
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.ldap.transactions import OperationRefused, do_together
from directory.refusals import StoreOutOfStep, StoreRejected, StoreUnavailable
from tests.directory.ldap.parts import a_member, a_person, a_unit, added, stop_still, store_on, until
from vocabulary.hsa_id import HsaId

CLASHES = a_person("P9", mail="a@example.se", number_lookup="194111032399")  # no colon: the server's rule refuses it


@pytest.mark.spec("RFC 5805 section 2")
def test_a_refused_transaction_leaves_nothing_behind(store: LdapStore) -> None:
    person, gone = a_person("P1"), a_person("P3")
    store.apply(added(a_member(), person, gone), 1)
    before = store.load()
    changes = [*added(a_person("P2"), CLASHES), Change(person, replace(person, title="läkare")), Change(gone, None)]

    with pytest.raises(StoreRejected) as refusal:
        store.apply(changes, 2)

    assert str(CLASHES.hsa_id) in refusal.value.description
    assert "194111032399" not in refusal.value.description
    delta = store.poll(before.cookie)
    assert set(delta.changed) <= {a_member(), person, gone}
    assert delta.removed == () and delta.revision == 1
    assert set(store.load().entries) == {a_member(), person, gone}
    assert store.revision() == 1


def test_after_a_refusal_the_same_revision_can_be_used_by_something_else(store: LdapStore) -> None:
    store.apply(added(a_member()), 1)
    with pytest.raises(StoreRejected):
        store.apply(added(CLASHES), 2)

    store.apply(added(a_person("P2")), 2)

    assert set(store.load().entries) == {a_member(), a_person("P2")}


def test_of_two_writers_at_one_revision_exactly_one_succeeds(slapd: SlapdChild, store: LdapStore) -> None:
    store.apply(added(a_member()), 1)
    outcomes: list[str] = []

    def write(suffix: str) -> None:
        writer = store_on(slapd)
        try:
            writer.apply(added(*(a_person(f"{suffix}{n}") for n in range(20))), 2)
            outcomes.append(suffix)
        except StoreOutOfStep:
            outcomes.append("out of step")
        writer.close()

    threads = [threading.Thread(target=write, args=(suffix,)) for suffix in "XY"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # The one that comes too late finds either the other's revision done already, or its own step gone.
    kinds = {entry.hsa_id.key[13] for entry in store.load().entries} - {"M"}
    assert len(kinds) == 1
    assert len(store.load().entries) == 21
    assert store.revision() == 2


@pytest.mark.parametrize("name", ["Anna\x00", "Anna\nadmin", "An\x1bna", "\ud800"])
def test_control_characters_are_refused_before_the_server_sees_them(store: LdapStore, name: str) -> None:
    store.apply(added(a_member()), 1)

    for entry in (a_unit(name=name), a_person(full_name=name)):
        with pytest.raises(StoreRejected, match="control character"):
            store.apply(added(entry), 2)

    assert store.revision() == 1


@pytest.mark.parametrize("field", ["mail", "title", "telephone"])
def test_an_empty_text_is_refused(store: LdapStore, field: str) -> None:
    store.apply(added(a_member()), 1)

    with pytest.raises(StoreRejected, match="is empty"):
        store.apply(added(a_person(**{field: ""})), 2)


def test_what_hangs_below_nothing_is_refused(store: LdapStore) -> None:
    with pytest.raises(StoreRejected, match="which is not in the store"):
        store.apply(added(a_person()), 1)


def test_a_unit_cannot_come_to_stand_below_itself(store: LdapStore) -> None:
    upper, lower = a_unit("E1", "Ett"), a_unit("E2", "Två", HsaId.parse("SE2321000230-E1"))
    store.apply(added(a_member(), upper, lower), 1)

    with pytest.raises(StoreRejected, match="below itself"):
        store.apply([Change(upper, replace(upper, parent=lower.hsa_id))], 2)


def test_a_unit_with_something_below_it_cannot_be_taken_away(store: LdapStore) -> None:
    upper, lower = a_unit("E1", "Ett"), a_unit("E2", "Två", HsaId.parse("SE2321000230-E1"))
    store.apply(added(a_member(), upper, lower), 1)

    with pytest.raises(StoreRejected, match="stands below it"):
        store.apply([Change(upper, None)], 2)


def test_a_moved_unit_keeps_what_others_wrote_on_it_and_leaves_nothing_at_its_old_place(
    slapd: SlapdChild, store: LdapStore
) -> None:
    upper, lower = a_unit("E1", "Ett"), a_unit("E2", "Två", HsaId.parse("SE2321000230-E1"))
    store.apply(added(a_member(), upper, lower), 1)
    connection = over_socket(slapd.ldapi_uri)()
    connection.modify(
        f"ou=Två,ou=Ett,o=Region Norrbotten,{BASE}", {"indoorRouteDescription": [(ldap3.MODIFY_REPLACE, ["buss 4"])]}
    )

    store.apply([Change(lower, replace(lower, parent=None, name="Tre"))], 2)

    connection.search(
        BASE, "(|(hsaIdentity=SE2321000230-E2)(objectClass=tillitRemoved))", attributes=["indoorRouteDescription", "ou"]
    )
    assert [found["dn"] for found in connection.response] == [f"ou=Tre,o=Region Norrbotten,{BASE}"]
    assert connection.response[0]["raw_attributes"] == {"indoorRouteDescription": [b"buss 4"], "ou": [b"Tre"]}
    discard(connection)


def test_many_changes_of_every_kind_in_one_transaction_arrive_exactly(store: LdapStore) -> None:
    tops = [a_unit(f"E{n}", f"Enhet {n}") for n in range(30)]
    lowers = [a_unit(f"F{n}", f"Del {n}", tops[n].hsa_id) for n in range(30)]
    people = [a_person(f"P{n}") for n in range(60)]
    store.apply(added(a_member(), *tops, *lowers, *people), 1)
    after: list[Entry] = [replace(unit, name=f"Ny {n}") for n, unit in enumerate(tops)]
    after += [replace(unit, parent=tops[(n + 7) % 30].hsa_id) for n, unit in enumerate(lowers)]
    after += [replace(person, title="läkare") for person in people[:40]]

    changes = [Change(old, new) for old, new in zip([*tops, *lowers, *people[:40]], after, strict=True)]
    store.apply([*changes, *(Change(person, None) for person in people[40:])], 2)

    assert set(store.load().entries) == {a_member(), *after}
    assert store.load().malformed == ()


def test_a_server_that_hangs_is_unavailable_within_the_time(slapd: SlapdChild, store: LdapStore) -> None:
    store.apply(added(a_member()), 1)
    cookie = store.load().cookie
    stop_still(slapd.pid)
    started = time.monotonic()

    try:
        for attempt in (store.revision, lambda: store.apply(added(a_unit()), 2)):
            with pytest.raises(StoreUnavailable):
                attempt()
        elapsed = time.monotonic() - started
    finally:
        os.kill(slapd.pid, signal.SIGCONT)

    assert elapsed < 4
    assert store.poll(cookie).changed == ()
    store.apply(added(a_unit()), 2)
    assert store.revision() == 2


def test_a_server_killed_inside_transactions_is_at_a_revision_that_says_the_truth(
    slapd: SlapdChild, store: LdapStore
) -> None:
    store.apply(added(a_member()), 1)
    killed = slapd.pid
    killer = threading.Timer(0.05, os.kill, (killed, signal.SIGKILL))
    killer.start()
    revision = 2

    with pytest.raises(StoreUnavailable):
        while True:
            store.apply(added(*(a_person(f"P{revision}X{n}") for n in range(10))), revision)
            revision += 1

    assert until(lambda: slapd.pid != killed)
    assert until(lambda: _answers(store))
    reached = store.revision()
    assert reached in (revision - 1, revision)
    assert len(store.load().entries) == 1 + 10 * (reached - 1)


def _answers(store: LdapStore) -> bool:
    try:
        return store.revision() > 0
    except StoreUnavailable:
        return False


def test_a_store_without_a_server_is_unavailable() -> None:
    store = LdapStore(over_socket("ldapi://%2Fnowhere%2Fldapi"))

    for attempt in (store.load, store.revision, lambda: store.poll(b""), lambda: store.apply([], 1)):
        with pytest.raises(StoreUnavailable):
            attempt()


@pytest.mark.spec("RFC 5805 section 2.3")
def test_the_operation_that_failed_is_named(slapd: SlapdChild) -> None:
    connection = over_socket(slapd.ldapi_uri)()
    good = Modify(BASE, ((2, "description", ["x"]),))
    bad = Add(f"ou=x,o=nobody,{BASE}", {"objectClass": ["organizationalUnit"], "ou": ["x"]})

    with pytest.raises(OperationRefused) as refusal:
        do_together(connection, [good, good, bad, good])

    assert (refusal.value.index, refusal.value.code) == (2, 32)
    discard(connection)


def test_what_stands_there_broken_is_put_right_by_a_new_entry_of_that_id(slapd: SlapdChild, store: LdapStore) -> None:
    store.apply(added(a_member(), a_person()), 1)
    connection = over_socket(slapd.ldapi_uri)()
    name = f"hsaIdentity=SE2321000230-P1,ou=Anställda,o=Region Norrbotten,{BASE}"
    connection.modify(name, {"fullName": [(ldap3.MODIFY_REPLACE, ["Anna\x07"])]})
    discard(connection)
    assert [broken.hsa_id for broken in store.load().malformed] == [a_person().hsa_id]

    store.apply([Change(None, a_person(title="läkare"))], 2)

    assert set(store.load().entries) == {a_member(), a_person(title="läkare")}
    assert store.load().malformed == ()


@pytest.mark.slow
def test_the_server_outlives_transactions_that_follow_each_other_at_once(slapd: SlapdChild, store: LdapStore) -> None:
    """Under readers, so that its threads are interrupted; each transaction is refused, and so frees what it queued."""
    store.apply(added(a_member(), a_person()), 1)
    first, ended = slapd.pid, threading.Event()
    there = f"hsaIdentity=SE2321000230-P1,ou=Anställda,o=Region Norrbotten,{BASE}"
    twice = [Modify("c=SE", ((ADD_VALUES, "description", ["x"]),)), Add(there, {"objectClass": ["top"]})]

    def read() -> None:
        connection = over_socket(slapd.ldapi_uri)()
        while not ended.is_set():
            connection.search("c=SE", "(objectClass=*)", attributes=["*"])
        discard(connection)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    connection = over_socket(slapd.ldapi_uri)()
    refused = 0
    for _ in range(2_000):
        try:
            do_together(connection, twice)
        except OperationRefused:
            refused += 1
    ended.set()
    for reader in readers:
        reader.join()
    discard(connection)

    assert refused == 2_000
    assert slapd.pid == first
