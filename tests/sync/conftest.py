"""A room of sync over a directory in memory and SQLite."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.database import make_engine
from sync import Source, Sync
from sync.actions.planning import gather
from sync.core.plan import Plan, make_plan
from sync.core.staff_row import clean
from sync.edge.csv.reader import StaffListReader
from sync.edge.sql.runs import SqlRuns
from sync.edge.sql.sources import SqlSources
from sync.edge.sql.tables import metadata
from tests.parts import HeldClock
from tests.sync.register import MemoryRegister, TestSeal, arjeplog_register, arjeplog_source, make_sync
from vocabulary.stockholm import day_of


@pytest.fixture
def register(clock: HeldClock) -> MemoryRegister:
    return arjeplog_register(clock)


@pytest.fixture
def source() -> Source:
    return arjeplog_source()


@pytest.fixture
def sync(register: MemoryRegister, clock: HeldClock, tmp_path: Path) -> Iterator[Sync]:
    engine = make_engine(f"sqlite:///{tmp_path / 'sync.db'}")
    metadata.create_all(engine)
    yield make_sync(register, SqlSources(engine), SqlRuns(engine), clock)
    engine.dispose()


@pytest.fixture
def plan_of(register: MemoryRegister, source: Source, clock: HeldClock) -> Callable[[bytes], Plan]:
    """The plan of a list against the directory as it is, without keeping anything."""

    def plan(content: bytes) -> Plan:
        rows = clean(StaffListReader().read(content, source), TestSeal().lookup, day_of(clock.now()))
        return make_plan(rows, gather(rows, source, register.view()), source, clock.now())

    return plan
