"""A reorganisation stands in LDAP as in the journal, whatever moves, ends and is made in one transaction."""

import pytest
from sqlalchemy import Engine

from directory.core.reorganisation import (
    END,
    Children,
    CloseUnit,
    MergeUnits,
    MoveUnit,
    Part,
    Reorganisation,
    SplitUnit,
)
from directory.edge.ldap.store import LdapStore
from directory.planning import Proposal
from tests.directory.parts import CENTRE, REGION, ROOM, World, a_county, a_planning, region
from tests.directory.planning_parts import ADA, DUE, until
from tests.directory.reorganising_parts import (
    ADMIN,
    DESK,
    HOUSING,
    LAB_CARE,
    OFFICE,
    OLD_CARE,
    OTHER,
    SOCIAL,
    SOCIAL_CARE,
    THEIRS,
    VIDEO,
)
from tests.parts import HeldClock

MORE = (SOCIAL, OTHER, HOUSING, OFFICE, LAB_CARE, OLD_CARE, SOCIAL_CARE, DESK, VIDEO, ADMIN, THEIRS)
REORGANISATIONS: list[Reorganisation] = [
    MoveUnit(CENTRE.hsa_id, OFFICE.hsa_id),
    MoveUnit(ROOM.hsa_id, REGION.hsa_id),
    MoveUnit(CENTRE.hsa_id, HOUSING.hsa_id, SOCIAL.hsa_id, END),
    MergeUnits((ROOM.hsa_id, CENTRE.hsa_id), OTHER.hsa_id),
    SplitUnit(
        CENTRE.hsa_id, (Part(region("E101"), "Norra", (LAB_CARE.unit, DESK.hsa_id)), Part(region("E102"), "Södra"))
    ),
    CloseUnit(CENTRE.hsa_id, Children.CLOSE),
    CloseUnit(CENTRE.hsa_id, Children.MOVE, OTHER.hsa_id),
]


@pytest.mark.parametrize("what", REORGANISATIONS, ids=lambda what: type(what).__name__)
def test_ldap_says_what_the_journal_says(
    store: LdapStore, engine: Engine, clock: HeldClock, what: Reorganisation
) -> None:
    world: World = a_county(engine, clock, store)
    world.change(*MORE)
    planning = a_planning(world)
    plan, _ = planning.plan(Proposal((what,), DUE, ADA, "omorganisation", {}))
    foreseen = set(planning.moment(DUE).snapshot.entries())
    until(world, DUE)

    planning.carry_out_due()

    held = {entry for entry, _ in world.journal.held().entries}
    done = planning.find(plan.id)
    assert done is not None and done.revision == 3
    assert foreseen == held == set(world.directory.snapshot().entries())
    world.directory.poll()
    assert world.directory.drift() == ()
    anew = world.another()
    anew.directory.start()
    assert set(anew.directory.snapshot().entries()) == held and anew.directory.drift() == ()
