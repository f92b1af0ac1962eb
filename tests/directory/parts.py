"""A small fictive county, and a whole directory on a database with a store of the test's choice."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine

from directory import Assignment, CareProvider, Change, Directory, Entry, Member, Membership, Person, Unit
from directory.actions.report_quality import QualityReport
from directory.core.administration import ScopedAdministration
from directory.core.effects import Effects
from directory.core.malformed import Malformed
from directory.edge.memory.store import MemoryStore
from directory.edge.sql.erasures import SqlErasures
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.edge.sql.plans import SqlPlans
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import metadata
from directory.planning import Planning
from directory.ports import Administration, Consequence, Delta, DirectoryStore, JournalRecord, WaitingAtMost
from directory.refusals import JournalUnavailable, StoreRejected, StoreUnavailable
from directory.retention import Decisions, Registers, Retention
from hub.bridges.retention_erases_staff_lists import RetentionErasesStaffLists
from hub.house import quality_report
from hub.sealing import SealKeys
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.tables import metadata as sync_tables
from tests.parts import HeldClock
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.hsa_id import HsaId
from vocabulary.organisation_number import OrganisationNumber

REGION_PREFIX, BODEN_PREFIX = "SE2321000230", "SE2120002767"


def region(suffix: str) -> HsaId:
    return HsaId.parse(f"{REGION_PREFIX}-{suffix}")


def boden(suffix: str) -> HsaId:
    return HsaId.parse(f"{BODEN_PREFIX}-{suffix}")


def a_member(hsa_id: HsaId, name: str) -> Member:
    return Member(
        hsa_id, name, OrganisationNumber.parse(hsa_id.prefix[2:]), (hsa_id.prefix,), "Katalogansvarig",
        "katalog@example.se", "0920-28 40 00", "Box 1\n971 00 Luleå",
    )  # fmt: skip


REGION = a_member(region("HM01"), "Region Norrbotten")
BODEN = a_member(boden("HM01"), "Bodens kommun")
PROVIDER = CareProvider(
    region("VG01"), REGION.hsa_id, "Region Norrbotten", REGION.organisation_number, Capacity.HEALTH_CARE
)
BODENS_PROVIDER = CareProvider(
    boden("VG01"), BODEN.hsa_id, "Bodens kommun", BODEN.organisation_number, Capacity.HEALTH_CARE
)
CENTRE = Unit(
    region("E001"), REGION.hsa_id, None, "Björknäs hälsocentral", PROVIDER.hsa_id, "care_centre", "01",
    municipality_code="2582", municipality_name="Boden", telephone="+46 921 670 00", opening_hours=("1-5#08:00#17:00",),
    public=True,
)  # fmt: skip
ROOM = Unit(region("E002"), REGION.hsa_id, CENTRE.hsa_id, "Laboratoriet", PROVIDER.hsa_id)


def a_person(suffix: str, name: str = "Anna Sundqvist", **fields: object) -> Person:
    given, family = name.split(" ", 1)
    plain = Person(region(suffix), REGION.hsa_id, name, family, given)
    return replace(plain, **fields)  # type: ignore[arg-type] # the test's own choice of fields


ANNA = a_person("P001", title="distriktssköterska", licences=("SJ",), source="hr", source_id="4711")
EVA = a_person("P002", "Eva Skyddad", protected=True)
NEW = a_person("P100", "Nils Ny")
"""Not in the county yet."""
CARE = Assignment(
    region("M001"), REGION.hsa_id, CENTRE.hsa_id, "Vård och behandling", Purpose.CARE, ("Läsa;alla;VE",),
    (Membership(ANNA.hsa_id), Membership(EVA.hsa_id)),
)  # fmt: skip
COUNTY: tuple[Entry, ...] = (REGION, BODEN, PROVIDER, CENTRE, ROOM, ANNA, EVA, CARE)


def added(*entries: Entry) -> list[Change]:
    return [Change(None, entry) for entry in entries]


def a_seal() -> SealKeys:
    return SealKeys({1: (b"l" * 32, b"c" * 32)}, 1, secrets.token_bytes)


@dataclass
class World:
    """A directory and what it stands on, so that a test can look behind it and start it anew."""

    engine: Engine
    clock: HeldClock
    store: DirectoryStore
    directory: Directory
    report: QualityReport = field(init=False)

    def __post_init__(self) -> None:
        self.report = quality_report(self.directory, self.engine, self.clock)

    @property
    def journal(self) -> SqlJournal:
        """The same journal, read past the directory."""
        return SqlJournal(self.engine)

    def another(self, store: DirectoryStore | None = None) -> "World":
        """A second process on the same database and store (or another store), not started."""
        return a_world(self.engine, self.clock, store or self.store)

    def change(self, *entries: Entry, reason: str = "test") -> int:
        return self.directory.change(entries, actor="test", reason=reason, door="test").revision


def a_world(
    engine: Engine, clock: HeldClock, store: DirectoryStore | None = None, journal: SqlJournal | None = None
) -> World:
    metadata.create_all(engine)
    kept = store or MemoryStore()
    directory = Directory(
        kept, journal or SqlJournal(engine), SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), clock
    )
    world = World(engine, clock, kept, directory)
    directory.on_commit(world.report.hear)
    return world


class NothingOutside:
    """A house in which nothing hangs on the directory: keeps ``directory.ports.Consequences``."""

    def of(self, effects: Effects) -> tuple[Consequence, ...]:
        return ()


def a_planning(
    world: World, administration: Administration | None = None, at_most: WaitingAtMost | None = None
) -> Planning:
    plans = SqlPlans(world.engine, at_most)
    return Planning(world.directory, plans, administration or ScopedAdministration(), NothingOutside())


def a_retention(world: World, decision: str | Decisions = "", *, settled_at_once: bool = True) -> Retention:
    """By a joint decision, or by the members' own; staff lists are sync's, on the same database."""
    decisions = Decisions(decision) if isinstance(decision, str) else decision
    registers = some_registers(world.engine, settled_at_once=settled_at_once)
    return Retention(world.directory, registers, decisions, clock_doubt=timedelta.max)


def some_registers(engine: Engine, *, settled_at_once: bool = True) -> Registers:
    sync_tables.create_all(engine)
    lists = RetentionErasesStaffLists(SqlRuns(engine))
    return Registers(SqlPlans(engine), SqlLicenceChecks(engine), SqlErasures(engine), lists, settled_at_once)


def a_county(engine: Engine, clock: HeldClock, store: DirectoryStore | None = None) -> World:
    world = a_world(engine, clock, store)
    world.directory.start()
    world.change(*COUNTY)
    return world


class FaultyStore(MemoryStore):
    """Loses answers on demand: ``fault`` runs before (or after) the next transaction, once."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], None] | None = None
        self.after: Callable[[], None] | None = None
        self.is_away = False
        self.broken: tuple[Malformed, ...] = ()
        self._refusals = 0

    def lose_request(self) -> None:
        self.before = _unavailable

    def lose_answer(self) -> None:
        self.after = _unavailable

    def refuse(self, times: int = 1) -> None:
        self._refusals = times

    def apply(self, changes: Sequence[Change], revision: int) -> None:
        self._be_there()
        if self._refusals:
            self._refusals -= 1
            raise StoreRejected("the store will not have it")
        before, self.before = self.before, None
        after, self.after = self.after, None
        if before is not None:
            before()
        super().apply(changes, revision)
        if after is not None:
            after()

    def poll(self, cookie: bytes) -> Delta:
        return replace(super().poll(cookie), broken=self.broken)

    def revision(self) -> int:
        self._be_there()
        return super().revision()

    def _be_there(self) -> None:
        if self.is_away:
            _unavailable()


def faulty(world: World) -> FaultyStore:
    """The world's store, where it is one that fails on demand."""
    assert isinstance(world.store, FaultyStore)
    return world.store


def agree(world: World) -> bool:
    """Whether store, journal and snapshot say the same."""
    held, state = world.journal.held(), world.store.load()
    told = {entry for entry, _ in held.entries}
    served = world.directory.snapshot()
    return (
        told == set(state.entries) == set(served.entries())
        and held.revision == state.revision == served.revision == world.journal.newest()
        and world.journal.pending() == ()
    )


def _unavailable() -> None:
    raise StoreUnavailable("the store did not answer")


class FaultyJournal(SqlJournal):
    """Loses the answer to the next ``append`` or ``mark_applied``; what was asked for is done."""

    lost: str | None = None

    def append(
        self, changes: Sequence[Change], *, follows: int, actor: str, reason: str, door: str, at: datetime
    ) -> JournalRecord:
        record = super().append(changes, follows=follows, actor=actor, reason=reason, door=door, at=at)
        self._lose("append")
        return record

    def mark_applied(self, revision: int) -> None:
        super().mark_applied(revision)
        self._lose("mark_applied")

    def _lose(self, verb: str) -> None:
        if self.lost == verb:
            self.lost = None
            raise JournalUnavailable("the answer was lost")
