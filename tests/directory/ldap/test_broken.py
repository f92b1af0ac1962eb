"""What stands malformed in LDAP is known for as long as it stands there, however often nothing happens in between."""

import ldap3

from directory.core.malformed import Malformed
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import PERSON_DN, a_person, filled, store_on

OTHER_DN = PERSON_DN.replace("P1", "P2")


def told(broken: tuple[Malformed, ...]) -> set[tuple[str, bool]]:
    return {(str(one.hsa_id), one.served) for one in broken}


def breaks(others: ldap3.Connection, dn: str, attribute: str, value: str) -> None:
    others.modify(dn, {attribute: [(ldap3.MODIFY_REPLACE, [value])]})
    assert others.result["result"] == 0, others.result


def test_what_is_broken_is_told_with_every_look_until_it_is_mended(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    breaks(others, PERSON_DN, "hsaSosRestrictionsCode", "x\x01")
    first = store.poll(cookie)
    breaks(others, OTHER_DN, "title", "x\x01")
    second = store.poll(first.cookie)
    quiet = store.poll(second.cookie)
    breaks(others, PERSON_DN, "hsaSosRestrictionsCode", "prövotid")
    mended = store.poll(quiet.cookie)

    unreadable, left_out = (str(a_person("P1").hsa_id), False), (str(a_person("P2").hsa_id), True)
    assert told(first.broken) == {unreadable}
    assert told(second.broken) == told(quiet.broken) == {unreadable, left_out}
    assert told(quiet.malformed) == set(), "nothing happened"
    assert told(mended.broken) == {left_out}


def test_an_entry_with_a_value_left_out_is_served_without_it(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    breaks(others, OTHER_DN, "title", "x\x01")

    delta = store.poll(cookie)

    assert a_person("P2") in delta.changed


def test_what_is_deleted_is_not_broken_any_more(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    breaks(others, PERSON_DN, "title", "x\x01")
    broken = store.poll(cookie)
    others.delete(PERSON_DN)

    gone = store.poll(broken.cookie)

    assert told(broken.broken) != set() == told(gone.broken)


def test_an_object_without_a_readable_id_is_told_by_its_place(store: LdapStore, others: ldap3.Connection) -> None:
    cookie = filled(store)
    place = PERSON_DN.partition(",")[2]
    attributes = {"cn": "x", "sn": "x", "fullName": "x", "hsaIdentity": "SE2321000231-P9"}
    others.add(f"cn=x,{place}", ["inetOrgPerson", "hsaPersonExtension"], attributes)
    assert others.result["result"] == 0, others.result

    (broken,) = store.poll(cookie).broken

    assert (broken.hsa_id, broken.where) == (None, f"cn=x,{place}")


def test_whoever_begins_anew_finds_all_that_is_broken(
    slapd: SlapdChild, store: LdapStore, others: ldap3.Connection
) -> None:
    filled(store)
    breaks(others, PERSON_DN, "hsaSosRestrictionsCode", "x\x01")
    breaks(others, OTHER_DN, "title", "x\x01")

    another = store_on(slapd)
    loaded = another.load()
    later = another.poll(loaded.cookie)
    another.close()

    assert told(loaded.malformed) == told(later.broken)
    assert len(loaded.malformed) == 2
