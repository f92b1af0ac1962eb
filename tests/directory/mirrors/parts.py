"""What stands in each of two servers that mirror each other, and what is served from them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import ldap3

from directory.core.entries import Person
from directory.edge.ldap.connections import discard
from directory.edge.ldap.mirror_watch import Following, MirrorWatch
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.servers import Servers
from directory.edge.ldap.store import LdapStore
from directory.refusals import DirectoryUnavailable
from tests.directory.ldap.foreign_slapd import ForeignSlapd
from tests.directory.ldap.worlds import Dump, dump_in
from tests.directory.parts import World, a_person

NEW, NEWER = a_person("P101", "Nils Nilsson"), a_person("P102", "Nora Nilsson")
Pair = tuple[ForeignSlapd, ForeignSlapd]


@contextmanager
def store_on(servers: Servers) -> Iterator[LdapStore]:
    store = LdapStore(servers, keeps_awake=True)
    yield store
    store.close()


def reached(servers: Iterable[ForeignSlapd]) -> Servers:
    return Servers([server.server(server.by_certificate) for server in servers])


@contextmanager
def store_of(server: ForeignSlapd) -> Iterator[LdapStore]:
    """This very server, past its mirror."""
    store = LdapStore(server.reached_by(server.by_certificate), keeps_awake=True)
    yield store
    store.close()


def stands_in(server: ForeignSlapd) -> set[object]:
    with store_of(server) as store:
        state = store.load()
        assert state.malformed == ()
        return {state.revision, *state.entries}


def is_served(world: World) -> set[object]:
    snapshot = world.directory.snapshot()
    return {snapshot.revision, *snapshot.entries()}


def dumped(server: ForeignSlapd) -> Dump:
    return dump_in(server.tool("slapcat", "-F", str(server.folder / "conf"), "-b", SUFFIX, "-o", "ldif-wrap=no"))


def seconds_unconfirmed(world: World) -> float:
    return world.directory.unconfirmed_for().total_seconds()


def says_revision(server: ForeignSlapd) -> int:
    connection = server.administered()
    connection.search(SUFFIX, "(objectClass=*)", ldap3.BASE, attributes=["tillitRevision"])
    said = int(connection.response[0]["raw_attributes"]["tillitRevision"][0])
    discard(connection)
    return said


def is_level(watch: MirrorWatch) -> bool:
    try:
        return watch.look()[0].following is Following.LEVEL
    except DirectoryUnavailable:
        return False


def changed(world: World, person: Person) -> bool:
    try:
        world.change(person)
    except DirectoryUnavailable:
        return False
    return True


def caught_up(world: World, people: list[Person]) -> bool:
    try:
        world.directory.poll()
    except DirectoryUnavailable:
        return False
    return set(people) <= is_served(world)
