"""Rebuilding from the journal is bounded in each step, and the ledger of ids comes out of it whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import Engine, delete

from directory import Change, Unit
from directory.actions.rebuild import mend_ledger, rebuild
from directory.core.hsa_ids import hsa_id_with, made_from
from directory.edge.memory.store import MemoryStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.tables import id_ledger, id_serials
from directory.refusals import ChangeRefused, StoreOutOfStep
from tests.directory.parts import ANNA, CARE, CENTRE, COUNTY, REGION, ROOM, World, a_county, a_person, region
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId


@pytest.fixture
def world(engine: Engine, clock: HeldClock) -> World:
    return a_county(engine, clock)


class Counting(MemoryStore):
    """Remembers how large each transaction was."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        super().build(changes, follows=follows, reached=reached)
        self.sizes.append(len(changes))


def test_many_changes_become_few_transactions_of_bounded_size(world: World) -> None:
    people = [a_person(f"Q{number:04d}") for number in range(1_100)]
    world.change(*people)
    for number in range(60):
        world.change(a_person("Q0000", title=f"titel {number}"))
    store, told = Counting(), list[tuple[int, int]]()

    reached = rebuild(store, world.journal, lambda done, of: told.append((done, of)))

    assert reached == store.revision() == 62
    assert set(store.load().entries) == {*COUNTY, *people[1:], a_person("Q0000", title="titel 59")}
    assert max(store.sizes) == 500 and len(store.sizes) < 8
    assert told[-1] == (len(COUNTY) + 1_100,) * 2 and sorted(told) == told


def test_a_new_journal_builds_nothing(engine: Engine, clock: HeldClock, world: World) -> None:
    store = Counting()
    world.another(store).directory.start()
    assert store.revision() == 1

    assert rebuild(store, world.journal) == 1
    store.apply([], 2)
    with pytest.raises(StoreOutOfStep):
        rebuild(store, world.journal)


@pytest.mark.parametrize("below", [2, 3, 4, 99])
def test_a_thinned_journal_rebuilds_what_it_holds(world: World, below: int) -> None:
    low, new = replace(ROOM, parent=None, name="Labb"), Unit(region("E0A0"), REGION.hsa_id, ROOM.hsa_id, "Provtagning")
    world.change(replace(CENTRE, name="Nytt"), a_person("Q1"))
    world.change(low, new)
    world.change(replace(new, parent=None), replace(CENTRE, name="Nytt", parent=new.hsa_id))
    wanted = set(world.directory.snapshot().entries())

    world.journal.thin(below)
    store = Counting()
    reached = rebuild(store, world.journal)
    mend_ledger(world.journal, SqlIdLedger(world.engine))

    assert reached == store.revision() == 4
    assert set(store.load().entries) == wanted
    assert SqlIdLedger(world.engine).claim({ANNA.hsa_id: "unit"}) == {ANNA.hsa_id}


@pytest.fixture
def without_ledger(world: World) -> Iterator[World]:
    """A journal that was restored without its ledger. Ids of every kind had been given and used, one taken away."""
    given = world.directory.new_hsa_ids(REGION.hsa_id, "P", 3)
    world.change(*(a_person(str(hsa_id)[13:], "Nils Ny") for hsa_id in given))
    assert isinstance(world.store, MemoryStore)
    world.store.write_past([a_person("P000777", "Inga Insmugglad")])
    world.directory.poll()
    world.directory.revert([region("P000777")], actor="Ada", reason="vem?")
    with world.engine.begin() as connection:
        connection.execute(delete(id_ledger))
        connection.execute(delete(id_serials))
    yield world


def test_a_rebuilt_directory_never_gives_out_an_id_again(without_ledger: World) -> None:
    world = without_ledger
    used = {entry.hsa_id for entry in world.directory.snapshot().entries()} | {region("P000777")}

    rebuild(MemoryStore(), world.journal)
    mend_ledger(world.journal, SqlIdLedger(world.engine))
    reborn = world.another(MemoryStore())
    reborn.directory.start()
    given = [
        hsa_id
        for letters in ("P", "E", "M", "VG", "HM")
        for hsa_id in reborn.directory.new_hsa_ids(REGION.hsa_id, letters, 30)
    ]

    assert len(set(given)) == 150 and not used & set(given)
    with pytest.raises(ChangeRefused, match="used before"):
        reborn.change(a_person("P000777", "Inga Igen"))


def test_ids_go_on_after_the_highest_that_was_used(without_ledger: World) -> None:
    ledger = SqlIdLedger(without_ledger.engine)
    mend_ledger(without_ledger.journal, ledger)
    mend_ledger(without_ledger.journal, ledger)

    assert ledger.take_serials("SE2321000230-P", 1)[0] > 777
    assert ledger.claim({ANNA.hsa_id: "unit", CARE.hsa_id: "assignment"}) == {ANNA.hsa_id}


@pytest.mark.parametrize(("prefix", "letters", "serial"), [("SE2321000230", "P", 1), ("SE2120002767", "VG", 12)])
def test_the_series_of_an_id_is_read_back_from_it(prefix: str, letters: str, serial: int) -> None:
    assert made_from(hsa_id_with(prefix, letters, serial)) == (f"{prefix}-{letters}", serial)


@pytest.mark.parametrize(
    "text", ["SE2321000230-P1", "SE2321000230-X000001", "SE2321000230-P00000000001", "SE2321000230-AB"]
)
def test_an_id_that_is_not_of_our_making_is_of_no_series(text: str) -> None:
    assert made_from(HsaId.parse(text)) is None
