"""Hard days on a real slapd: full, slow, emptied by mistake, many writers. Nothing wrong is served, nothing that was
acknowledged is lost. (That it is killed or stands still is tested with the whole program in ``tests/system``.)"""

import threading
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from sqlalchemy import Engine

from directory import Assignment, Membership, Person
from directory.edge.ldap.connections import discard, over_socket
from directory.edge.ldap.names import BASE
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.refusals import ChangeRefused, DirectoryUnavailable, OutcomeUnknown, RevisionMoved
from tests.directory.ldap.parts import running_slapd, short_folder, store_on
from tests.directory.ldap.slow_line import slow_line
from tests.directory.parts import CARE, COUNTY, World, a_county, a_person, a_world, region
from tests.parts import HeldClock

SMALL, LARGE = 1024**2, 64 * 1024**2


def crowd(round_: int) -> list[Person]:
    return [a_person(f"R{round_:03d}N{n:03d}", f"Person {'lång ' * 20}{n}") for n in range(40)]


def people_in(store: LdapStore) -> set[str]:
    return {str(entry.hsa_id) for entry in store.load().entries if isinstance(entry, Person)}


@pytest.mark.slow
def test_a_full_database_stops_writing_says_so_and_loses_nothing(sqlite: Engine, clock: HeldClock) -> None:
    with short_folder() as folder:
        with running_slapd(folder, max_bytes=SMALL) as child:
            store = store_on(child)
            world = a_county(sqlite, clock, store)
            acknowledged = {str(person.hsa_id) for person in COUNTY if isinstance(person, Person)}
            with pytest.raises(OutcomeUnknown) as full:
                for round_ in range(200):
                    world.change(*crowd(round_))
                    acknowledged |= {str(person.hsa_id) for person in crowd(round_)}
            with pytest.raises(DirectoryUnavailable, match="full"):
                world.change(a_person("X1"))

            assert "full" in full.value.description
            assert world.directory.condition().unsettled
            assert people_in(store) == acknowledged
            assert {str(person.hsa_id) for person in world.directory.snapshot().people()} == acknowledged
            clock.pass_(seconds=60)
            world.directory.poll()
            assert world.directory.unconfirmed_for().total_seconds() == 0
            store.close()
        with running_slapd(folder, max_bytes=LARGE) as child:
            store = store_on(child)
            again = world.another(store)
            again.directory.start()
            pending = {str(person.hsa_id) for person in again.directory.snapshot().people()} - acknowledged
            again.change(a_person("X1"))

            assert people_in(store) == acknowledged | pending | {str(region("X1"))}
            assert len(pending) in (0, 40)
            store.close()


@pytest.mark.slow
def test_a_slow_server_is_waited_for_so_long_and_then_told_as_unavailable(
    sqlite: Engine, clock: HeldClock, slapd: SlapdChild
) -> None:
    with short_folder() as folder, slow_line(folder / "line", _socket_of(slapd)) as line:
        store = LdapStore(over_socket(line.uri))
        world = a_county(sqlite, clock, store)
        before = world.directory.snapshot()

        line.delay_s = 3.0
        with pytest.raises(DirectoryUnavailable):
            world.change(a_person("S1"))
        with pytest.raises(DirectoryUnavailable):
            world.directory.poll()
        clock.pass_(seconds=4)
        slow = world.directory.condition()
        line.delay_s = 0.0
        world.directory.poll()
        world.change(a_person("S2"))

        assert slow.unconfirmed_for.total_seconds() >= 4 and slow.unsettled
        assert before.person(region("P001")) is not None
        assert {str(region("S1")), str(region("S2"))} <= people_in(store)
        assert not world.directory.condition().unsettled
        store.close()


def test_a_subtree_emptied_by_mistake_is_served_on_and_put_back(
    sqlite: Engine, clock: HeldClock, slapd: SlapdChild
) -> None:
    store = store_on(slapd)
    world = a_county(sqlite, clock, store)
    world.change(*crowd(1))
    before = set(store.load().entries)
    connection = over_socket(slapd.ldapi_uri)()
    connection.search(f"ou=Anställda,o=Region Norrbotten,{BASE}", "(objectClass=person)", attributes=["1.1"])
    for found in connection.response:
        connection.delete(found["dn"])
    discard(connection)

    world.directory.poll()
    served = {person.hsa_id for person in world.directory.snapshot().people()}
    drift = world.directory.drift()
    world.directory.revert([each.hsa_id for each in drift], actor="test", reason="raderat av misstag")

    assert len(served) == 42 and region("P001") in served
    assert len(drift) == 42 and not any(each.believed for each in drift)
    assert set(store.load().entries) == before
    assert world.directory.drift() == ()
    store.close()


def test_twelve_writers_on_one_entry_lose_nothing(engine: Engine, clock: HeldClock, slapd: SlapdChild) -> None:
    """Three processes with four threads each, each adding its own member to the same assignment again and again."""
    stores = [store_on(slapd) for _ in range(3)]
    first = a_county(engine, clock, stores[0])
    worlds = [first, *(a_world(engine, clock, store) for store in stores[1:])]
    for world in worlds[1:]:
        world.directory.start()
    writers = [a_person(f"W{n:02d}") for n in range(12)]
    first.change(*writers)
    for world in worlds[1:]:
        world.directory.poll()
    failures: list[BaseException] = []
    done: list[str] = []

    def write(world: World, person: Person) -> None:
        while True:
            snapshot = world.directory.snapshot()
            held = snapshot.assignment(CARE.hsa_id)
            assert held is not None
            wanted = replace(held, memberships=(*held.memberships, Membership(person.hsa_id)))
            try:
                world.directory.change(
                    [wanted], actor=str(person.hsa_id), reason="r", door="d", expected_revision=snapshot.revision
                )
            except RevisionMoved:
                continue
            except DirectoryUnavailable:
                _look_again(world)
                continue
            except (ChangeRefused, AssertionError) as failure:
                failures.append(failure)
                return
            done.append(person.hsa_id.key)
            return

    threads = [threading.Thread(target=write, args=(worlds[n % 3], person)) for n, person in enumerate(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for world in worlds:
        world.directory.poll()

    assert failures == [] and len(done) == 12
    for world in worlds:
        held = world.directory.snapshot().assignment(CARE.hsa_id)
        assert held is not None
        assert {m.person for m in held.memberships} == {m.person for m in (*CARE.memberships, *map(_member, writers))}
    (in_ldap,) = (e for e in stores[0].load().entries if isinstance(e, Assignment))
    assert len(in_ldap.memberships) == len(CARE.memberships) + 12
    revisions = [record.revision for record in first.journal.records(0, 1000)]
    assert revisions == list(range(1, len(revisions) + 1))
    for store in stores:
        store.close()


def test_of_two_creators_of_one_id_one_succeeds(engine: Engine, clock: HeldClock, slapd: SlapdChild) -> None:
    stores = [store_on(slapd), store_on(slapd)]
    first = a_county(engine, clock, stores[0])
    second = a_world(engine, clock, stores[1])
    second.directory.start()
    begun = threading.Barrier(2)
    outcomes: dict[str, str] = {}

    def create(world: World, name: str) -> None:
        snapshot = world.directory.snapshot()
        begun.wait()
        try:
            world.directory.change(
                [a_person("NEW1", name)], actor=name, reason="r", door="d", expected_revision=snapshot.revision
            )
            outcomes[name] = "made"
        except (RevisionMoved, ChangeRefused, DirectoryUnavailable):
            outcomes[name] = "refused"

    threads = [
        threading.Thread(target=create, args=(world, name))
        for world, name in ((first, "Anna Första"), (second, "Eva Andra"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for world in (first, second):
        world.directory.poll()

    assert sorted(outcomes.values()) == ["made", "refused"]
    (winner,) = (name for name, outcome in outcomes.items() if outcome == "made")
    for world in (first, second):
        found = world.directory.snapshot().person(region("NEW1"))
        assert found is not None and found.full_name == winner
    for store in stores:
        store.close()


def test_ids_given_to_many_at_once_in_two_processes_are_all_different(engine: Engine, clock: HeldClock) -> None:
    first = a_county(engine, clock)
    second = first.another()
    second.directory.start()
    given: list[str] = []

    def take(world: World) -> None:
        given.extend(str(hsa_id) for hsa_id in world.directory.new_hsa_ids(CARE.member, "P", 25))

    threads = [threading.Thread(target=take, args=((first, second)[n % 2],)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(given) == len(set(given)) == 300


def _member(person: Person) -> Membership:
    return Membership(person.hsa_id)


def _look_again(world: World) -> None:
    try:
        world.directory.poll()
    except DirectoryUnavailable:
        return


def _socket_of(child: SlapdChild) -> Path:
    return Path(unquote(child.ldapi_uri.removeprefix("ldapi://")))
