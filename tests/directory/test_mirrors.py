"""Two servers of yours that mirror each other: one dies, and reading and writing go on against the other. Nothing that
was acknowledged is lost, nothing that is served goes backwards, and who comes back catches up.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from threading import Semaphore, Thread

import ldap3
import pytest
from sqlalchemy import Engine

from directory.core.changes import Change
from directory.core.entries import Person
from directory.core.retention import cutoff
from directory.edge.ldap.connections import discard
from directory.edge.ldap.mirror_watch import Following, MirrorWatch
from directory.edge.ldap.names import SUFFIX
from directory.edge.ldap.refusals import SchemaUnfit
from directory.edge.ldap.servers import Server, Servers
from directory.edge.ldap.store import LdapStore
from directory.refusals import DirectoryUnavailable, StoreRejected
from tests.directory.ldap.foreign_slapd import ForeignSlapd, mirrored_slapds
from tests.directory.ldap.parts import until
from tests.directory.ldap.worlds import Dump, dump_in
from tests.directory.parts import ANNA, CENTRE, COUNTY, ROOM, World, a_person, a_retention, a_world, region
from tests.parts import HeldClock
from vocabulary.period import Period

NEW, NEWER = a_person("P101", "Nils Nilsson"), a_person("P102", "Nora Nilsson")
Pair = tuple[ForeignSlapd, ForeignSlapd]


@pytest.fixture
def pair() -> Iterator[Pair]:
    with mirrored_slapds() as both:
        yield both


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


def test_reading_and_writing_go_on_when_the_serving_one_dies(world: World, pair: Pair) -> None:
    pair[0].end(signal.SIGKILL)

    revision = world.change(NEW)
    world.clock.pass_(seconds=3)
    world.directory.poll()

    assert revision == 2
    assert is_served(world) == stands_in(pair[1]) == {2, *COUNTY, NEW}
    assert seconds_unconfirmed(world) == 0
    assert world.directory.drift() == ()


def test_who_only_reads_hears_from_the_other_at_the_next_look(world: World, pair: Pair) -> None:
    pair[0].end(signal.SIGKILL)
    world.clock.pass_(seconds=3)

    world.directory.poll()

    assert seconds_unconfirmed(world) == 0
    assert is_served(world) == {1, *COUNTY}


def test_what_the_dead_one_alone_had_is_written_again_and_was_never_unseen(world: World, pair: Pair) -> None:
    pair[1].end()
    renamed = replace(ROOM, name="Lab")
    world.change(NEW)
    world.change(renamed, replace(ANNA, title=None))
    acknowledged = is_served(world)
    pair[0].end(signal.SIGKILL)
    with pytest.raises(DirectoryUnavailable):
        world.directory.poll()
    assert is_served(world) == acknowledged

    pair[1].start()
    world.directory.poll()

    assert is_served(world) == stands_in(pair[1]) == acknowledged
    assert (world.directory.drift(), seconds_unconfirmed(world)) == ((), 0)
    assert world.change(NEWER) == 4


def test_what_was_erased_while_the_survivor_was_away_is_erased_there_too(world: World, pair: Pair) -> None:
    """Though history does not tell any more what it was."""
    world.change(replace(NEW, period=Period(None, cutoff("person", world.clock.now())), archived=True))
    assert until(lambda: dumped(pair[1]) == dumped(pair[0]), seconds=20)
    pair[1].end()
    a_retention(world, "dnr 17").carry_out()
    pair[0].end(signal.SIGKILL)

    pair[1].start()
    world.directory.poll()

    assert is_served(world) == stands_in(pair[1]) == {3, *COUNTY}
    assert world.directory.drift() == ()
    assert str(NEW.hsa_id) not in str(dumped(pair[1]))


def test_one_that_says_it_has_reached_a_revision_and_has_half_of_it_is_completed(world: World, pair: Pair) -> None:
    pair[1].end()
    world.change(NEW, replace(ANNA, title="barnmorska"))
    pair[0].end(signal.SIGKILL)
    pair[1].start()
    with store_of(pair[1]) as behind:
        behind.apply([Change(ANNA, replace(ANNA, title="barnmorska"))], 2)

    world.directory.poll()

    assert is_served(world) == stands_in(pair[1])
    assert NEW in is_served(world)
    assert world.directory.drift() == ()


def test_what_the_survivor_hides_of_what_it_was_copying_is_found_at_once(world: World, pair: Pair) -> None:
    """slapd tells nobody of what is newer than what it claims to have, and it claims that at the end of its copying."""
    crowd = [a_person(f"P3{number:03d}", "Nils Nilsson") for number in range(600)]
    world.change(*crowd)
    assert until(lambda: says_revision(pair[1]) == 2, seconds=20)
    pair[0].end(signal.SIGKILL)

    assert world.change(NEW) == 3

    world.directory.poll()
    assert is_served(world) == stands_in(pair[1]) == {3, *COUNTY, *crowd, NEW}
    assert world.directory.drift() == ()


def says_revision(server: ForeignSlapd) -> int:
    connection = server.administered()
    connection.search(SUFFIX, "(objectClass=*)", ldap3.BASE, attributes=["tillitRevision"])
    said = int(connection.response[0]["raw_attributes"]["tillitRevision"][0])
    discard(connection)
    return said


def test_what_was_written_past_us_is_still_drift_on_the_other(world: World, pair: Pair) -> None:
    foreign = replace(ANNA, title="hövding")
    with store_of(pair[0]) as past_us:
        past_us.build([Change(ANNA, foreign)], follows=1, reached=1)
    world.directory.poll()
    assert until(lambda: foreign in stands_in(pair[1]), seconds=20)

    pair[0].end(signal.SIGKILL)
    world.change(NEW)
    world.directory.poll()

    assert [drift.store for drift in world.directory.drift()] == [foreign]
    assert foreign in stands_in(pair[1])


def test_without_either_reading_grows_stale_and_writing_is_refused_until_one_is_back(world: World, pair: Pair) -> None:
    for server in pair:
        server.end(signal.SIGKILL)
    world.clock.pass_(seconds=6)

    with pytest.raises(DirectoryUnavailable):
        world.directory.poll()
    with pytest.raises(DirectoryUnavailable):
        world.change(NEW)

    assert seconds_unconfirmed(world) == 6
    assert set(COUNTY) <= is_served(world)
    pair[1].start()
    world.directory.poll()
    assert seconds_unconfirmed(world) == 0
    assert is_served(world) == stands_in(pair[1]) == {2, *COUNTY, NEW}, "it was kept, and is settled"


def test_it_starts_while_one_of_the_two_is_dead(world: World, pair: Pair) -> None:
    pair[0].end(signal.SIGKILL)

    with store_on(reached(pair)) as store:
        again = world.another(store)
        again.directory.start()

        assert is_served(again) == {1, *COUNTY}
        assert again.change(NEW) == 2


def test_who_comes_back_catches_up_and_serves_when_the_other_dies(world: World, pair: Pair) -> None:
    pair[0].end(signal.SIGKILL)
    world.change(NEW)
    world.change(replace(CENTRE, name="Hälsocentralen"))

    pair[0].start()
    assert until(lambda: dumped(pair[0]) == dumped(pair[1]), seconds=20)
    pair[1].end(signal.SIGKILL)

    assert world.change(NEWER) == 4
    world.directory.poll()
    assert is_served(world) == stands_in(pair[0])
    assert {NEW, NEWER} <= is_served(world)


def test_what_was_written_twice_while_it_was_away_stands_once_when_it_is_back(world: World, pair: Pair) -> None:
    """Its own objects of that time are others than those that were written again at its partner, and one of those got
    another name since: replication alone would leave the former beside it."""
    unit = replace(ROOM, hsa_id=region("E101"), name="Ny mottagning")
    pair[1].end()
    world.change(unit, NEW)
    pair[0].end(signal.SIGKILL)
    pair[1].start()
    world.directory.poll()
    world.change(replace(unit, name="Nyare mottagning"), replace(NEW, title="läkare"))

    pair[0].start()
    watch = MirrorWatch(reached(reversed(pair)))
    assert until(lambda: watch.look()[0].following is Following.LEVEL, seconds=30)

    assert dumped(pair[0]) == dumped(pair[1])
    assert stands_in(pair[0]) == is_served(world)


def test_what_replication_lost_is_brought_to_the_mirror(world: World, pair: Pair) -> None:
    """As when it asks in the middle of a transaction: it is told that it has everything up to there."""
    watch = MirrorWatch(reached(pair))
    assert until(lambda: watch.look()[0].following is Following.LEVEL, seconds=20)
    before = dumped(pair[1])
    pair[1].end()
    anna = f"hsaIdentity={ANNA.hsa_id},ou=Anställda,o=Region Norrbotten,l=Norrbottens län,c=SE"
    altered(pair[1], f"dn: {anna}\nchangetype: delete\n")
    away = watch.look()
    pair[1].start()
    lost = dumped(pair[1])

    seen = []
    assert until(lambda: seen.append(watch.look()[0]) or seen[-1].following is Following.LEVEL, seconds=30)

    assert [(each.following, each.revision) for each in away] == [(Following.AWAY, -1)]
    assert sum(each.mended for each in seen) == 1
    assert len(before) - len(lost) == 1
    assert dumped(pair[1]) == before == dumped(pair[0])
    world.directory.poll()
    assert world.directory.drift() == (), "to touch is no change"


def altered(server: ForeignSlapd, ldif: str) -> None:
    """While it does not run, without what it claims to have being altered."""
    file = server.folder / "altered.ldif"
    file.write_text(ldif)
    file.chmod(0o644)
    server.tool("slapmodify", "-F", str(server.folder / "conf"), "-b", SUFFIX, "-l", str(file))


class Writer(Thread):
    """Hires as many people as it is let, one after the other; knows who was acknowledged."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world, self._may = world, Semaphore(0)
        self.acknowledged: list[Person] = []
        self.ending = False

    def run(self) -> None:
        for number in count():
            self._may.acquire()
            if self.ending:
                return
            person = a_person(f"P9{number:04d}", "Nils Nilsson")
            if changed(self._world, person):
                self.acknowledged.append(person)

    def write(self, people: int) -> None:
        self._may.release(people)

    def has(self, acknowledged: int) -> bool:
        return len(self.acknowledged) >= acknowledged

    def end(self) -> None:
        self.ending = True
        self.write(1)
        self.join()


@pytest.mark.slow
def test_no_acknowledged_write_is_lost_when_one_after_the_other_is_killed_while_writing(
    world: World, servers: Servers, pair: Pair
) -> None:
    watch, writer = MirrorWatch(servers), Writer(world)
    writer.start()
    try:
        for killed in (*pair, *pair):
            held = len(writer.acknowledged)
            writer.write(60)
            assert until(partial(writer.has, held + 20), seconds=30)
            killed.end(signal.SIGKILL)
            assert until(partial(writer.has, held + 50), seconds=30)
            killed.start()
            assert until(partial(is_level, watch), seconds=60)
    finally:
        writer.end()

    assert until(partial(is_level, watch), seconds=60)
    world.directory.poll()
    assert set(writer.acknowledged) <= is_served(world)
    assert stands_in(pair[0]) == stands_in(pair[1]) == is_served(world)
    assert world.directory.drift() == ()


def is_level(watch: MirrorWatch) -> bool:
    try:
        return watch.look()[0].following is Following.LEVEL
    except DirectoryUnavailable:
        return False


def test_two_programs_of_which_each_sees_another_server_lose_nothing(world: World, pair: Pair) -> None:
    people = [a_person(f"P2{number:02d}", "Nils Nilsson") for number in range(6)]
    with store_on(reached(reversed(pair))) as store:
        other = world.another(store)
        other.directory.start()

        for person, by in zip(people, (world, other) * 3, strict=True):
            assert until(partial(changed, by, person), seconds=20)

        for each in (world, other):
            assert until(partial(caught_up, each, people), seconds=20)
            assert each.directory.drift() == ()


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


def test_nothing_of_an_aborted_transaction_reaches_the_mirror(world: World, pair: Pair) -> None:
    before = dumped(pair[1])
    refused = a_person("P103", "Nils Nilsson", number_lookup="no look-up value")
    with store_of(pair[0]) as store:
        for _ in range(20):
            with pytest.raises(StoreRejected):
                store.apply([Change(None, NEW), Change(ANNA, replace(ANNA, title="x")), Change(None, refused)], 2)

    world.change(NEWER)

    assert until(lambda: dumped(pair[0]) == dumped(pair[1]), seconds=20)
    assert dumped(pair[1]).keys() - before.keys() == {
        f"hsaIdentity={NEWER.hsa_id},ou=Anställda,o=Region Norrbotten,l=Norrbottens län,c=SE"
    }


def test_one_that_is_not_as_it_must_be_does_not_take_over(pair: Pair) -> None:
    asked = []

    def admit(server: Server) -> None:
        asked.append(server.name)
        raise SchemaUnfit("it is not as it must be")

    store = LdapStore(Servers([server.server() for server in pair], admit=admit), keeps_awake=True)
    store.load()
    pair[0].end(signal.SIGKILL)

    with pytest.raises(DirectoryUnavailable):
        store.load()
    assert asked == [pair[1].url]
    store.close()
