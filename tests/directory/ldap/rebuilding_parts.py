"""Building a directory server anew from the journal, in tests: a history worth it, and a server lost in the middle."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

import ldap3

from directory import Change, Membership
from directory.actions.rebuild import rebuild
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.names import BASE
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.refusals import StoreUnavailable
from tests.directory.ldap.parts import a_person, a_unit, emptied
from tests.directory.ldap.worlds import COUNTY, but, dumped
from tests.directory.parts import World
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

WARD, ANNA, CARE = (COUNTY[HsaId.parse(f"SE2321000230-{suffix}")] for suffix in ("E2", "P1", "A1"))


@contextmanager
def empty_store(place: SlapdChild, kind: type[LdapStore] = LdapStore) -> Iterator[LdapStore]:
    store = kind(over_socket(place.ldapi_uri))
    try:
        yield store
    finally:
        store.close()


class Interrupted(LdapStore):
    """Loses the connection in the given part; what was asked for before is done."""

    at, parts = 0, 0

    def build(self, changes: Sequence[Change], *, follows: int, reached: int) -> None:
        self.parts += 1
        if self.parts == self.at:
            raise StoreUnavailable("the store did not answer")
        super().build(changes, follows=follows, reached=reached)


def demand_rebuilt_over_interruptions(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    """From what is left of the journal ``place`` becomes what ``slapd`` is, also when the line was lost before."""
    for at in range(1, 4):
        with empty_store(emptied(place), Interrupted) as store:
            assert isinstance(store, Interrupted)
            store.at = at
            with suppress(StoreUnavailable):
                rebuild(store, world.journal)
            rebuild(store, world.journal)
            rebuilt, was = (
                sorted(sorted(entry.items()) for entry in dumped(child).values()) for child in (place, slapd)
            )
            assert rebuilt == was, "only which of two units of one name came first may be lost"


def with_a_history(world: World, slapd: SlapdChild) -> None:
    """Units of one name that came, moved and were renamed; people who came and left; a foreign write; an undoing."""
    one, two, three = (a_unit(f"E8{number}", "Hemtjänsten") for number in (1, 2, 3))
    other = a_unit("E90", "Annan förvaltning")
    world.change(one, other)
    world.change(two, three)
    world.change(replace(one, name="Hemtjänsten Norr"))
    world.change(replace(three, parent=other.hsa_id))
    world.change(but(WARD, name="Avdelning 42", parent=other.hsa_id, opening_hours=("6-7#10:00#12:00",)))
    world.change(but(WARD, opening_hours=("6-7#10:00#12:00", "1-5#08:00#17:00")))
    world.change(*(a_person(f"Q{n}", full_name=f"Person Nummer{n}") for n in range(40)))
    for number in range(10):
        world.change(a_person(f"Q{number}", full_name=f"Person Nummer{number}", title=f"titel {number}"))
    world.change(but(ANNA, licences=("BM", "SJ"), period=Period(None, world.clock.now())))
    undone = world.change(but(CARE, memberships=(Membership(ANNA.hsa_id),), name="Annat"))
    world.directory.undo(undone, actor="Ada", reason="fel")
    written_past(slapd, str(HsaId.parse("SE2321000230-Q20")), title="utifrån")
    world.directory.poll()
    world.directory.adopt([HsaId.parse("SE2321000230-Q20")], actor="Ada", reason="rätt")


def written_past(slapd: SlapdChild, hsa_id: str, **values: str) -> None:
    """As somebody with a tool of her own does it."""
    connection = over_socket(slapd.ldapi_uri)()
    connection.search(BASE, f"(hsaIdentity={hsa_id})", attributes=["1.1"])
    changes = {name: [(ldap3.MODIFY_REPLACE, [value])] for name, value in values.items()}
    assert connection.modify(connection.response[0]["dn"], changes)
    connection.unbind()
