"""Who comes back has what was written meanwhile, and whatever replication lost or left is mended."""

import signal
from dataclasses import replace

import pytest

from directory.core.changes import Change
from directory.edge.ldap.mirror_watch import Following, MirrorWatch
from directory.edge.ldap.names import SUFFIX
from directory.refusals import StoreRejected
from tests.directory.ldap.foreign_slapd import ForeignSlapd
from tests.directory.ldap.parts import until
from tests.directory.mirrors.parts import NEW, NEWER, Pair, dumped, is_served, reached, stands_in, store_of
from tests.directory.parts import ANNA, CENTRE, ROOM, World, a_person, region


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
