"""One of the two dies, and reading and writing go on against the other: nothing goes backwards."""

import signal
from dataclasses import replace

import pytest

from directory.core.changes import Change
from directory.core.retention import cutoff
from directory.edge.ldap.refusals import SchemaUnfit
from directory.edge.ldap.servers import Server, Servers
from directory.edge.ldap.store import LdapStore
from directory.refusals import DirectoryUnavailable
from tests.directory.ldap.parts import until
from tests.directory.mirrors.parts import (
    NEW,
    NEWER,
    Pair,
    dumped,
    is_served,
    reached,
    says_revision,
    seconds_unconfirmed,
    stands_in,
    store_of,
    store_on,
)
from tests.directory.parts import ANNA, COUNTY, ROOM, World, a_person, a_retention
from vocabulary.period import Period


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
