"""A data folder's directory server is rebuilt while nothing runs in it: what was is set aside, nothing is lost."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.store import LdapStore
from hub.database import make_engine
from hub.migrations import upgrade
from hub.rebuilding import Rebuilt, rebuild_directory
from hub.settings import Settings
from tests.directory.ldap.parts import a_person, running_slapd, short_folder
from tests.directory.ldap.worlds import COUNTY, Dump, dumped
from tests.directory.parts import a_world
from tests.parts import HeldClock


@pytest.fixture
def settings() -> Iterator[Settings]:
    """A folder in which a directory has lived."""
    with short_folder() as folder:
        made = Settings(data=folder, issuer="http://localhost")
        upgrade(engine := make_engine(made.sql_url))
        with running_slapd(folder) as slapd:
            store = LdapStore(over_socket(slapd.ldapi_uri))
            world = a_world(engine, HeldClock(), store)
            world.directory.start()
            world.change(*COUNTY.values())
            world.change(*(a_person(f"Q{number}") for number in range(700)))
            store.close()
        engine.dispose()
        yield made


def rebuilt(settings: Settings, stop_at: int | None = None) -> Rebuilt:
    def tell(done: int, of: int) -> None:
        if stop_at is not None and done >= stop_at:
            raise KeyboardInterrupt

    with ExitStack() as closing:
        return rebuild_directory(settings, closing, tell)


def content(settings: Settings) -> Dump:
    with running_slapd(settings.data) as slapd:
        return dumped(slapd)


def test_what_is_rebuilt_is_what_was_and_that_is_set_aside(settings: Settings) -> None:
    before = content(settings)

    first, second = rebuilt(settings), rebuilt(settings)

    assert content(settings) == before
    assert (first.revision, first.entries, first.differing) == (2, len(COUNTY) + 700, 0)
    aside = [done.set_aside for done in (first, second)]
    assert aside == [settings.data / "slapd" / f"db.replaced-{number}" for number in (1, 2)]
    assert all(path is not None and (path / "data.mdb").exists() for path in aside)


def test_an_interrupted_rebuilding_is_continued(settings: Settings) -> None:
    before = content(settings)
    with pytest.raises(KeyboardInterrupt):
        rebuilt(settings, stop_at=300)

    done = rebuilt(settings)

    assert (done.differing, done.set_aside) == (0, None), "half of a new one is not set aside"
    assert content(settings) == before
    assert rebuilt(settings).set_aside is not None


def test_a_database_that_was_lost_or_broken_is_rebuilt(settings: Settings) -> None:
    before = content(settings)
    (settings.data / "slapd" / "db" / "data.mdb").write_bytes(b"not a database")

    assert rebuilt(settings).differing == 0
    assert content(settings) == before
