"""Stores on the suite's slapd, a second one to build in, and somebody who writes past us."""

from collections.abc import Iterator

import ldap3
import pytest

from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import emptied, running_slapd_somewhere, store_on


@pytest.fixture
def store(slapd: SlapdChild) -> Iterator[LdapStore]:
    made = store_on(slapd)
    yield made
    made.close()


@pytest.fixture
def other_store(slapd: SlapdChild) -> Iterator[LdapStore]:
    """As another process has it."""
    made = store_on(slapd)
    yield made
    made.close()


@pytest.fixture
def others(slapd: SlapdChild) -> Iterator[ldap3.Connection]:
    """Somebody who changes the tree without asking us."""
    connection = over_socket(slapd.ldapi_uri)()
    yield connection
    discard(connection)


@pytest.fixture(scope="session")
def another_slapd() -> Iterator[SlapdChild]:
    with running_slapd_somewhere() as child:
        yield child


@pytest.fixture
def place(another_slapd: SlapdChild) -> SlapdChild:
    """An empty server to build in."""
    return emptied(another_slapd)
