"""What is erased leaves the directory server, too; what is rebuilt from the journal afterwards equals what is left."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from directory import Membership, Unit
from directory.actions.rebuild import rebuild
from directory.core.entries import Assignment, Function
from directory.core.retention import cutoff
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from tests.directory.ldap.parts import a_person, a_unit
from tests.directory.ldap.rebuilding_parts import (
    CARE,
    demand_rebuilt_over_interruptions,
    empty_store,
    with_a_history,
)
from tests.directory.ldap.worlds import but, county_on, dumped
from tests.directory.parts import World, a_retention
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

DECISION = "Arkivmyndigheten, dnr 17"


@pytest.fixture
def world(slapd: SlapdChild) -> Iterator[World]:
    with county_on(slapd) as made:
        yield made


def with_much_that_is_over(world: World, slapd: SlapdChild) -> None:
    """Units that others stood below before they were moved away, of one name with those; their people and functions."""
    over = Period(None, cutoff("unit", world.clock.now()))
    house, office = a_unit("E91", "Gamla huset"), a_unit("E92", "Nya huset")
    inner = Unit(HsaId.parse("SE2321000230-E93"), house.member, house.hsa_id, "Hemtjänsten")
    below = Unit(HsaId.parse("SE2321000230-E94"), house.member, inner.hsa_id, "Rummet")
    other = Unit(HsaId.parse("SE2321000230-E95"), house.member, office.hsa_id, "Hemtjänsten")
    desk = Function(HsaId.parse("SE2321000230-F91"), house.member, house.hsa_id, "Reception")
    gone = a_person("Q90", full_name="Zacharias Zqvint")
    world.change(house, office)
    world.change(inner, below, desk, gone)
    world.change(other, but(CARE, memberships=(*_memberships(CARE), Membership(gone.hsa_id))))
    world.change(replace(inner, parent=office.hsa_id))
    world.change(replace(inner, parent=office.hsa_id, name="Hemtjänsten Syd"))
    world.change(
        but(house, period=over, archived=True),
        but(desk, period=over, archived=True),
        but(gone, period=over, archived=True),
    )


def _memberships(held: object) -> tuple[Membership, ...]:
    assert isinstance(held, Assignment)
    return held.memberships


def test_what_is_erased_is_not_in_the_server_and_the_rest_stands_as_before(world: World, slapd: SlapdChild) -> None:
    with_much_that_is_over(world, slapd)
    before = dumped(slapd)

    a_retention(world, DECISION).carry_out()

    after = dumped(slapd)
    gone = [name for name in before if name not in after]
    assert len(gone) == 3 and all(any(word in name for word in ("Gamla huset", "Q90")) for name in gone)
    assert "Zqvint" not in repr(after)
    assert {name for name in after if after[name] != before[name]} == {
        name for name in before if "hsaCommissionMember" in before[name] and "SE2321000230-A1" in repr(before[name])
    }
    world.directory.poll()
    assert world.directory.drift() == ()


def test_what_is_rebuilt_equals_what_is_left(world: World, slapd: SlapdChild, place: SlapdChild) -> None:
    with_a_history(world, slapd)
    with_much_that_is_over(world, slapd)
    a_retention(world, DECISION).carry_out()

    with empty_store(place) as store:
        reached = rebuild(store, world.journal)

        assert dumped(place) == dumped(slapd)
        assert reached == store.revision() == world.store.revision()


@pytest.mark.parametrize("below", [4, 30, 99])
def test_also_from_a_thinned_journal_and_after_interruptions(
    world: World,
    slapd: SlapdChild,
    place: SlapdChild,
    below: int,
) -> None:
    with_a_history(world, slapd)
    with_much_that_is_over(world, slapd)
    a_retention(world, DECISION).carry_out()
    world.journal.thin(below)

    demand_rebuilt_over_interruptions(world, slapd, place)


def test_a_server_from_before_the_erasure_loses_it_when_it_catches_up(
    world: World,
    slapd: SlapdChild,
    place: SlapdChild,
) -> None:
    with_much_that_is_over(world, slapd)
    with empty_store(place) as store:
        rebuild(store, world.journal)
        a_retention(world, DECISION).carry_out()

        late = world.another(store)
        late.directory.start()

        assert dumped(place) == dumped(slapd)
        assert isinstance(late.store, LdapStore) and late.directory.drift() == ()
