"""The county in two servers of yours that mirror each other."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from directory.edge.ldap.servers import Servers
from tests.directory.ldap.parts import until
from tests.directory.mirrors.parts import Pair, dumped, reached, store_on
from tests.directory.parts import COUNTY, World, a_world
from tests.parts import HeldClock


@pytest.fixture
def servers(pair: Pair) -> Servers:
    return reached(pair)


@pytest.fixture
def world(pair: Pair, servers: Servers, sqlite: Engine, clock: HeldClock) -> Iterator[World]:
    """The county, written to the first of the two and followed by the second."""
    with store_on(servers) as store:
        made = a_world(sqlite, clock, store)
        made.directory.start()
        made.change(*COUNTY)
        assert until(lambda: dumped(pair[1]) == dumped(pair[0]), seconds=20)
        yield made
