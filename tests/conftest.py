"""Parts that the whole suite shares: a clock held still, and one server of each kind, as new for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from directory.edge.ldap.slapd_child import SlapdChild
from hub.database import make_engine
from tests.directory.ldap.foreign_slapd import ForeignSlapd, emptied_foreign, foreign_slapd, mirrored_slapds
from tests.directory.ldap.parts import emptied, running_slapd_somewhere
from tests.parts import HeldClock, Postgres, running_postgres
from tests.system_parts import canary, system  # noqa: F401 # fixtures: found here by every test


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    """An empty database of the one kind, for tests whose subject is elsewhere."""
    made = make_engine(f"sqlite:///{tmp_path / 'tillit.db'}")
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def one_slapd() -> Iterator[SlapdChild]:
    with running_slapd_somewhere() as child:
        yield child


@pytest.fixture(scope="session")
def one_foreign_slapd() -> Iterator[ForeignSlapd]:
    with foreign_slapd() as server:
        yield server


@pytest.fixture
def server(one_foreign_slapd: ForeignSlapd) -> ForeignSlapd:
    """A server that is not ours."""
    return emptied_foreign(one_foreign_slapd)


@pytest.fixture
def pair() -> Iterator[tuple[ForeignSlapd, ForeignSlapd]]:
    """Two servers that are not ours and mirror each other."""
    with mirrored_slapds() as both:
        yield both


@pytest.fixture
def slapd(one_slapd: SlapdChild) -> SlapdChild:
    return emptied(one_slapd)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database, once on each engine that we promise to run on."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tillit.db'}"
    else:
        url = request.getfixturevalue("postgres").new_database()
    made = make_engine(url)
    yield made
    made.dispose()
