"""One slapd for all tests here, as new for each."""

from collections.abc import Iterator

import pytest

from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.foreign_slapd import ForeignSlapd, emptied_foreign, foreign_slapd
from tests.directory.ldap.parts import emptied, running_slapd_somewhere, store_on


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
def slapd(one_slapd: SlapdChild) -> SlapdChild:
    return emptied(one_slapd)


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


@pytest.fixture(scope="session")
def another_slapd() -> Iterator[SlapdChild]:
    with running_slapd_somewhere() as child:
        yield child


@pytest.fixture
def place(another_slapd: SlapdChild) -> SlapdChild:
    """An empty server to build in."""
    return emptied(another_slapd)
