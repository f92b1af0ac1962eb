"""One server after the other is killed, or two programs write at once: no acknowledged write is lost."""

import signal
from functools import partial
from itertools import count
from threading import Semaphore, Thread

import pytest

from directory.core.entries import Person
from directory.edge.ldap.mirror_watch import MirrorWatch
from directory.edge.ldap.servers import Servers
from tests.directory.ldap.parts import until
from tests.directory.mirrors.parts import Pair, caught_up, changed, is_level, is_served, reached, stands_in, store_on
from tests.directory.parts import World, a_person


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
