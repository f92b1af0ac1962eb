"""What every store of the directory promises (``directory.ports.DirectoryStore``), on each that we have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from directory.core.changes import Change
from directory.core.entries import Entry
from directory.edge.ldap.store import LdapStore
from directory.ports import DirectoryStore
from directory.refusals import StoreOutOfStep
from tests.directory.ldap.parts import (
    a_county,
    a_member,
    a_person,
    a_unit,
    added,
    store_on,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

FOREIGN = ("password over ldaps", "password over StartTLS", "certificate over ldaps", "certificate over StartTLS")


@pytest.fixture(params=["memory", "ldap", *FOREIGN])
def store(request: pytest.FixtureRequest) -> Iterator[DirectoryStore]:
    if request.param == "memory":
        memory = pytest.importorskip("directory.edge.memory.store")
        yield memory.MemoryStore()
        return
    if request.param == "ldap":
        made = store_on(request.getfixturevalue("slapd"))
    else:
        server = request.getfixturevalue("server")
        login = server.by_password if "password" in request.param else server.by_certificate
        url = server.start_tls_url if "StartTLS" in request.param else server.url
        made = LdapStore(server.reached_by(login, url), keeps_awake=True)
    yield made
    made.close()


def held_in(store: DirectoryStore) -> dict[HsaId, Entry]:
    return {entry.hsa_id: entry for entry in store.load().entries}


def test_a_new_store_is_empty_and_at_revision_zero(store: DirectoryStore) -> None:
    state = store.load()

    assert state.entries == () and state.malformed == ()
    assert state.revision == store.revision() == 0


def test_what_was_applied_is_loaded_unchanged(store: DirectoryStore) -> None:
    county = a_county()

    store.apply(added(*county), 1)

    assert held_in(store) == {entry.hsa_id: entry for entry in county}
    assert store.load().revision == store.revision() == 1


def test_a_parent_may_come_after_its_child(store: DirectoryStore) -> None:
    county = a_county()

    store.apply(added(*reversed(county)), 1)

    assert set(store.load().entries) == set(county)


def test_applying_a_revision_twice_is_applying_it_once(store: DirectoryStore) -> None:
    store.apply(added(a_member()), 1)

    store.apply(added(a_member()), 1)

    assert store.revision() == 1


@pytest.mark.parametrize("revision", [1, 3, 4, 99])
def test_a_revision_out_of_step_is_refused_and_does_nothing(store: DirectoryStore, revision: int) -> None:
    store.apply(added(a_member()), 1)
    store.apply(added(a_unit()), 2)

    if revision in (1,):
        with pytest.raises(StoreOutOfStep):
            store.apply(added(a_person()), revision)
    elif revision == 3:
        store.apply([], revision)
    else:
        with pytest.raises(StoreOutOfStep):
            store.apply(added(a_person()), revision)

    assert a_person().hsa_id not in held_in(store)


def test_a_change_replaces_the_entry(store: DirectoryStore) -> None:
    before = a_person(title="sjuksköterska", licences=("SJ", "BM"), mail="a@example.se")
    after = replace(before, title=None, licences=("BM", "LK"), mail="b@example.se", protected=True)
    store.apply(added(a_member(), before), 1)

    store.apply([Change(before, after)], 2)

    assert held_in(store)[before.hsa_id] == after


def test_equal_before_and_after_is_a_step_that_changes_nothing(store: DirectoryStore) -> None:
    person = a_person()
    store.apply(added(a_member(), person), 1)

    store.apply([Change(person, person)], 2)

    assert held_in(store)[person.hsa_id] == person
    assert store.revision() == 2


def test_a_unit_that_is_renamed_and_moved_takes_along_what_stands_below_it(store: DirectoryStore) -> None:
    upper, lower, other = a_unit("E1", "Övre"), a_unit("E2", "Nedre", HsaId.parse("SE2321000230-E1")), a_unit("E3", "X")
    store.apply(added(a_member(), upper, lower, other), 1)
    moved = replace(upper, name="Över, allt", parent=other.hsa_id)

    store.apply([Change(upper, moved)], 2)

    assert held_in(store)[upper.hsa_id] == moved
    assert held_in(store)[lower.hsa_id] == lower


def test_parent_and_child_can_change_places(store: DirectoryStore) -> None:
    upper, lower = a_unit("E1", "Ett"), a_unit("E2", "Två", HsaId.parse("SE2321000230-E1"))
    store.apply(added(a_member(), upper, lower), 1)
    turned = (replace(upper, parent=lower.hsa_id), replace(lower, parent=None))

    store.apply([Change(upper, turned[0]), Change(lower, turned[1])], 2)

    assert {held_in(store)[unit.hsa_id] for unit in (upper, lower)} == set(turned)


def test_two_units_under_one_parent_may_have_the_same_name(store: DirectoryStore) -> None:
    units = [a_unit("E1", "Hemtjänsten"), a_unit("E2", "HEMTJÄNSTEN "), a_unit("E3", "Anställda"), a_unit("E4", "x")]
    store.apply(added(a_member(), *units), 1)

    store.apply([Change(units[3], replace(units[3], name="hemtjänsten"))], 2)

    assert set(store.load().entries) == {a_member(), *units[:3], replace(units[3], name="hemtjänsten")}


@pytest.mark.parametrize(
    "name",
    [
        " inledande och avslutande ",
        " ",
        '#1, "Norra" + <Södra>; a=b\\c',
        "ou=x,o=Bodens kommun",
        "Åäö ß ﬁ É e\u0301",
        "a\\2Cb",
    ],
)
def test_every_sign_in_a_name_is_kept(store: DirectoryStore, name: str) -> None:
    unit, below = a_unit("E1", name), a_unit("E2", name, HsaId.parse("SE2321000230-E1"))

    store.apply(added(a_member(), unit, below), 1)

    assert set(store.load().entries) == {a_member(), unit, below}


def test_poll_tells_additions_changes_and_removals_with_their_revision(store: DirectoryStore) -> None:
    kept, changed, gone = a_person("P1"), a_person("P2"), a_person("P3")
    store.apply(added(a_member(), kept, changed, gone), 1)
    cookie = store.load().cookie
    new = a_unit()

    store.apply([Change(None, new), Change(changed, replace(changed, title="läkare")), Change(gone, None)], 2)
    delta = store.poll(cookie)

    assert not delta.complete
    assert (
        {new, replace(changed, title="läkare")} <= set(delta.changed) <= {new, replace(changed, title="läkare"), kept}
    )
    assert set(delta.removed) == {gone.hsa_id}
    assert delta.revision == 2


def test_poll_without_news_is_empty_and_its_cookie_goes_on(store: DirectoryStore) -> None:
    store.apply(added(a_member()), 1)
    first = store.poll(store.load().cookie)

    second = store.poll(first.cookie)
    store.apply(added(a_unit()), 2)
    third = store.poll(second.cookie)

    assert (first.changed, first.removed, second.changed) == ((), (), ())
    assert third.changed == (a_unit(),)


def test_a_cookie_that_the_store_did_not_give_leads_to_everything(store: DirectoryStore) -> None:
    store.apply(added(a_member(), a_unit()), 1)

    delta = store.poll(b"somebody else's")

    assert delta.complete
    assert set(delta.changed) == {a_member(), a_unit()}
    assert delta.revision == 1


def test_a_period_is_kept_to_the_microsecond(store: DirectoryStore) -> None:
    left = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)
    person = a_person(period=Period(None, left))

    store.apply(added(a_member(), person), 1)

    assert held_in(store)[person.hsa_id] == person


def test_what_was_taken_away_is_gone(store: DirectoryStore) -> None:
    county = a_county()
    store.apply(added(*county), 1)

    store.apply([Change(entry, None) for entry in county], 2)

    assert store.load().entries == ()


def test_a_store_that_is_built_in_parts_says_so_until_the_last(store: DirectoryStore) -> None:
    member, unit, person = a_member(), a_unit(), a_person()

    store.build(added(member, unit), follows=0, reached=-3)
    half = store.revision(), store.load().revision
    store.build([Change(unit, replace(unit, name="Ny"))], follows=-3, reached=-3)
    store.build(added(person), follows=-3, reached=7)

    assert half == (-3, -3)
    assert store.revision() == 7
    assert set(store.load().entries) == {member, replace(unit, name="Ny"), person}
    store.apply([], 8)


@pytest.mark.parametrize(("follows", "reached"), [(-1, -1), (-2, -5), (1, 5)])
def test_of_two_who_build_the_later_finds_the_other_there(store: DirectoryStore, follows: int, reached: int) -> None:
    store.build(added(a_member()), follows=0, reached=-3)

    with pytest.raises(StoreOutOfStep):
        store.build(added(a_unit()), follows=follows, reached=reached)
    store.build(added(a_unit()), follows=0, reached=-3)

    assert set(store.load().entries) == {a_member()}, "a part that is done is not done again"


def test_hiding_is_no_change_of_an_entry(store: DirectoryStore) -> None:
    person = a_person()
    store.apply(added(a_member(), a_unit(), person), 1)
    before, cookie = held_in(store), store.load().cookie

    turned = [store.hide(ids) for ids in ((person.hsa_id,), (person.hsa_id,), (), (person.hsa_id,))]

    assert turned == [1, 0, 1, 1]
    assert held_in(store) == before
    delta = store.poll(cookie)
    assert (delta.revision, delta.removed, delta.malformed) == (1, (), ())
    assert {entry.hsa_id: entry for entry in delta.changed}.items() <= before.items()


def test_what_is_hidden_is_changed_moved_and_taken_away_like_everything_else(store: DirectoryStore) -> None:
    upper, lower, person = a_unit("E1", "Övre"), a_unit("E2", "Nedre"), a_person()
    store.apply(added(a_member(), upper, lower, person), 1)
    store.hide([lower.hsa_id, person.hsa_id])
    moved = replace(lower, parent=upper.hsa_id, name="Flyttad")
    archived = replace(person, archived=True, title="chef")

    store.apply([Change(lower, moved), Change(person, archived)], 2)
    between = held_in(store)
    store.apply([Change(archived, None)], 3)

    assert (between[lower.hsa_id], between[person.hsa_id]) == (moved, archived)
    assert set(held_in(store)) == {a_member().hsa_id, upper.hsa_id, lower.hsa_id}


def test_hiding_what_is_not_there_does_nothing(store: DirectoryStore) -> None:
    store.apply(added(a_member()), 1)

    assert store.hide([HsaId.parse("SE2321000230-P404")]) == 0
