"""What is built anew from the journal alone is the directory server's content as it was: names, values, their order."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import ldap3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory import Change, Entry, Membership
from directory.actions.rebuild import rebuild
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.names import BASE
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.refusals import StoreOutOfStep, StoreUnavailable
from tests.directory.ldap.parts import a_member, a_person, a_unit, emptied
from tests.directory.ldap.worlds import COUNTY, but, county_on, dumped
from tests.directory.parts import World
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

WARD, ANNA, CARE = (COUNTY[HsaId.parse(f"SE2321000230-{suffix}")] for suffix in ("E2", "P1", "A1"))


@pytest.fixture
def world(slapd: SlapdChild) -> Iterator[World]:
    with county_on(slapd) as made:
        yield made


@contextmanager
def empty_store(place: SlapdChild, kind: type[LdapStore] = LdapStore) -> Iterator[LdapStore]:
    store = kind(over_socket(place.ldapi_uri))
    try:
        yield store
    finally:
        store.close()


def with_a_history(world: World, slapd: SlapdChild) -> None:
    """Units of one name that came, moved and were renamed; people who came and left; a foreign write; an undoing."""
    one, two, three = (a_unit(f"E8{number}", "Hemtjänsten") for number in (1, 2, 3))
    other = a_unit("E90", "Annan förvaltning")
    world.change(one, other)
    world.change(two, three)
    world.change(replace(one, name="Hemtjänsten Norr"))
    world.change(replace(three, parent=other.hsa_id))
    world.change(but(WARD, name="Avdelning 42", parent=other.hsa_id, opening_hours=("6-7#10:00#12:00",)))
    world.change(but(WARD, opening_hours=("6-7#10:00#12:00", "1-5#08:00#17:00")))
    world.change(*(a_person(f"Q{n}", full_name=f"Person Nummer{n}") for n in range(40)))
    for number in range(10):
        world.change(a_person(f"Q{number}", full_name=f"Person Nummer{number}", title=f"titel {number}"))
    world.change(but(ANNA, licences=("BM", "SJ"), period=Period(None, world.clock.now())))
    undone = world.change(but(CARE, memberships=(Membership(ANNA.hsa_id),), name="Annat"))
    world.directory.undo(undone, actor="Ada", reason="fel")
    written_past(slapd, str(HsaId.parse("SE2321000230-Q20")), title="utifrån")
    world.directory.poll()
    world.directory.adopt([HsaId.parse("SE2321000230-Q20")], actor="Ada", reason="rätt")


def written_past(slapd: SlapdChild, hsa_id: str, **values: str) -> None:
    """As somebody with a tool of her own does it."""
    connection = over_socket(slapd.ldapi_uri)()
    connection.search(BASE, f"(hsaIdentity={hsa_id})", attributes=["1.1"])
    changes = {name: [(ldap3.MODIFY_REPLACE, [value])] for name, value in values.items()}
    assert connection.modify(connection.response[0]["dn"], changes)
    connection.unbind()


def test_what_is_rebuilt_equals_what_was(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    with_a_history(world, slapd)

    with empty_store(place) as store:
        reached = rebuild(store, world.journal)

        assert dumped(place) == dumped(slapd)
        assert reached == store.revision() == world.store.revision()


def test_an_empty_store_is_rebuilt_at_start_and_served(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    with_a_history(world, slapd)
    wanted = set(world.directory.snapshot().entries())
    anna = world.directory.snapshot().person(ANNA.hsa_id)
    assert anna is not None
    world.journal.append(
        [Change(anna, replace(anna, title="på väg"))], follows=world.journal.newest(),
        actor="another", reason="killed", door="api", at=world.clock.now(),
    )  # fmt: skip

    with empty_store(place) as store:
        reborn = world.another(store)
        reborn.directory.start()

        assert reborn.directory.drift() == () and world.journal.pending() == ()
        changed = {entry for entry in wanted if entry.hsa_id != ANNA.hsa_id}
        assert set(reborn.directory.snapshot().entries()) == {*changed, replace(anna, title="på väg")}


@pytest.mark.parametrize("below", [3, 7, 12, 99])
def test_from_a_thinned_journal_too(world: World, slapd: SlapdChild, place: SlapdChild, below: int) -> None:
    with_a_history(world, slapd)
    world.journal.thin(below)

    for at in range(1, 4):
        with empty_store(emptied(place), Interrupted) as store:
            assert isinstance(store, Interrupted)
            store.at = at
            with suppress(StoreUnavailable):
                rebuild(store, world.journal)
            rebuild(store, world.journal)
            rebuilt, was = (
                sorted(sorted(entry.items()) for entry in dumped(child).values()) for child in (place, slapd)
            )
            assert rebuilt == was, "only which of two units of one name came first may be lost"


class Interrupted(LdapStore):
    """Loses the connection in the given part; what was asked for before is done."""

    at, parts = 0, 0

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        self.parts += 1
        if self.parts == self.at:
            raise StoreUnavailable("the store did not answer")
        super().build(changes, follows=follows, reached=reached)


def test_wherever_it_is_interrupted_it_is_continued_to_the_same_end(
    world: World, slapd: SlapdChild, place: SlapdChild
) -> None:
    with_a_history(world, slapd)
    whole = dumped(slapd)
    parts = 0
    for at in range(1, 100):
        with empty_store(emptied(place), Interrupted) as store:
            assert isinstance(store, Interrupted)
            store.at = at
            try:
                rebuild(store, world.journal)
            except StoreUnavailable:
                assert store.revision() <= 0, "half a store never says that it is whole"
                rebuild(store, world.journal)
            else:
                parts = store.parts
            assert dumped(place) == whole
        if parts:
            break

    assert parts > 5


def test_two_who_build_at_once_build_one(slapd: SlapdChild, place: SlapdChild, tmp_path: Path) -> None:
    reached: list[int] = []
    together = threading.Barrier(2)

    with county_on(slapd, url=f"sqlite:///{tmp_path / 'tillit.db'}") as world:
        with_a_history(world, slapd)

        def build() -> None:
            with empty_store(place) as store:
                together.wait()
                reached.append(rebuild(store, world.journal))

        threads = [threading.Thread(target=build) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert reached == [world.journal.newest()] * 2
        assert dumped(place) == dumped(slapd)


def test_a_store_that_holds_something_already_is_nobodys_to_build(world: World, place: SlapdChild) -> None:
    with empty_store(place) as store:
        store.apply([], 1)
        world.change(a_unit("E90"))

        with pytest.raises(StoreOutOfStep):
            rebuild(store, world.journal)


def test_what_stands_there_already_and_is_not_the_journals_shows_as_drift(
    world: World, slapd: SlapdChild, place: SlapdChild
) -> None:
    foreign, ours = a_unit("E77", "Främmande"), but(ANNA, title="utifrån")
    with empty_store(place) as store:
        store.build([Change(None, each) for each in (a_member(), foreign, ours)], follows=0, reached=0)
        rebuild(store, world.journal)
        reborn = world.another(store)
        reborn.directory.start()

        assert [drift.hsa_id for drift in reborn.directory.drift()] == [foreign.hsa_id]
        assert dumped(place).items() >= dumped(slapd).items()


UNITS = [a_unit(f"E9{number}", "Ett") for number in range(4)]


@st.composite
def tree(draw: st.DrawFn) -> list[Entry]:
    """Some of four units, each with a name that others have, at a place where others stand."""
    found: list[Entry] = []
    for unit in draw(st.lists(st.sampled_from(UNITS), min_size=1, unique=True)):
        parent = draw(st.sampled_from([None, *(other.hsa_id for other in UNITS if other is not unit)]))
        found.append(replace(unit, name=draw(st.sampled_from(["Ett", "Två", "ETT"])), parent=parent))
    return found


@settings(max_examples=12, deadline=None)
@given(st.lists(tree(), min_size=2, max_size=6))
def test_any_history_of_names_and_places_is_rebuilt_the_same(
    one_slapd: SlapdChild, another_slapd: SlapdChild, steps: list[list[Entry]]
) -> None:
    with county_on(emptied(one_slapd)) as world, empty_store(emptied(another_slapd)) as store:
        world.change(*UNITS)
        for entries in steps:
            if not world.directory.problems(entries):
                world.change(*entries)

        rebuild(store, world.journal)

        assert dumped(another_slapd) == dumped(one_slapd)
