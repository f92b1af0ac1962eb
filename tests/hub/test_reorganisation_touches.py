"""What a reorganisation touches outside the directory is told from the real registers, clients and staff lists."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from authz.core.facts import ApplicationEntry, Block, CareRelationship, Consent, Ground
from authz.core.request import PatientKey
from authz.edge.sql import RegisterStore
from authz.edge.sql.at_units import RegistersAtUnits
from authz.ports import Content, DelegationTerms, End, Kind, Row, SealedPatient
from directory import Unit
from directory.core.effects import Effects, effects_of
from directory.core.reorganisation import Children, CloseUnit, MergeUnits, MoveUnit, Reorganisation, reorganised
from federation.actions.register_client import register_client
from federation.core.client import AuthMethod, Client, GrantType
from federation.edge.sql.clients import SqlClients
from hub.bridges.reorganisation_touches import MOST_IDS, ReorganisationTouches
from hub.bridges.token_names_the_caller import RegisteredApplications
from hub.migrations import upgrade
from sync.core.source import Source
from sync.edge.sql.sources import SqlSources
from tests.directory.parts import ANNA, CARE, CENTRE, EVA, PROVIDER, REGION, ROOM, World, a_county, region
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

PATIENT = SealedPatient(PatientKey("1:patient"), b"sealed")
OTHER = replace(CENTRE, hsa_id=region("E010"), name="Mjölkuddens hälsocentral", public=False)
CLOSE = CloseUnit(CENTRE.hsa_id, Children.CLOSE)


class House:
    def __init__(self, engine: Engine, clock: HeldClock) -> None:
        upgrade(engine)
        self.engine, self.clock = engine, clock
        self.world: World = a_county(engine, clock)
        self.world.change(OTHER)
        self.registers, self.clients, self.sources = RegisterStore(engine), SqlClients(engine), SqlSources(engine)
        self.touches = ReorganisationTouches(RegistersAtUnits(engine), self.clients, self.sources, clock)

    def register(self, kind: Kind, content: Content, *, ended: bool = False) -> None:
        held = () if kind is Kind.DELEGATION else (PATIENT,)
        row = Row(kind, content.id, content, held, "client:svp", self.clock.now())  # type: ignore[union-attr]  # all have
        self.registers.commit([row])
        if ended:
            self.registers.commit([row.ended(End(self.clock.now(), "client:svp", "klart"))])

    def days(self, days: int) -> Period:
        now = self.clock.now()
        return Period(now - timedelta(days=10), now + timedelta(days=days))

    def effects(self, what: Reorganisation) -> Effects:
        snapshot, now = self.world.directory.snapshot(), self.clock.now()
        return effects_of(reorganised(what, snapshot, now), snapshot, now)

    def told(self, what: Reorganisation) -> dict[str, tuple[int | None, tuple[str, ...]]]:
        return {each.kind: (each.count, each.ids) for each in self.touches.of(self.effects(what))}


@pytest.fixture
def house(engine: Engine, clock: HeldClock) -> Iterator[House]:
    yield House(engine, clock)


def a_delegation(house: House, name: str, recipient: HsaId, unit: Unit, days: int = 5) -> DelegationTerms:
    return DelegationTerms(
        name,
        EVA.hsa_id,
        recipient,
        "give_insulin",
        frozenset(),
        frozenset({unit.hsa_id}),
        house.days(days),
        accepted=True,
    )


def fill(house: House) -> None:
    key = PATIENT.key
    for name, unit, days in (("r1", CENTRE, 5), ("r2", ROOM, 5), ("r3", OTHER, 5), ("r4", CENTRE, -1)):
        house.register(Kind.CARE_RELATIONSHIP, CareRelationship(name, key, ANNA.hsa_id, unit.hsa_id, house.days(days)))
    house.register(
        Kind.CARE_RELATIONSHIP, CareRelationship("r5", key, ANNA.hsa_id, CENTRE.hsa_id, house.days(5)), ended=True
    )
    house.register(Kind.CONSENT, Consent("c1", key, CENTRE.hsa_id, None, Ground.CONSENT_3_1, house.days(5)))
    house.register(Kind.BLOCK, Block("b1", key, PROVIDER.hsa_id, CENTRE.hsa_id))
    house.register(Kind.BLOCK, Block("b2", key, PROVIDER.hsa_id, None))
    house.register(Kind.DELEGATION, a_delegation(house, "d1", ANNA.hsa_id, CENTRE))
    house.register(Kind.DELEGATION, a_delegation(house, "d2", ANNA.hsa_id, OTHER))
    house.register(Kind.DELEGATION, a_delegation(house, "d3", region("P999"), CENTRE))
    house.register(Kind.DELEGATION, a_delegation(house, "d4", ANNA.hsa_id, CENTRE, days=-1))


def test_what_stands_in_the_registers_of_a_closed_unit_is_told_by_number_and_id(house: House) -> None:
    fill(house)

    assert house.told(CLOSE) == {
        "care_relationships": (2, ("r1", "r2")),
        "consents": (1, ("c1",)),
        "blocks": (1, ("b1",)),
        "delegations": (1, ("d1",)),
    }


def test_what_goes_along_with_a_merge_and_what_does_not_is_told(house: House) -> None:
    fill(house)

    told = house.told(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id))

    assert told["care_relationships"] == (1, ("r1",))
    assert told["delegations"] == (1, ("d1",))


def test_a_move_within_the_provider_touches_no_register(house: House) -> None:
    fill(house)

    assert house.told(MoveUnit(CENTRE.hsa_id, OTHER.hsa_id)) == {}


def test_nothing_is_told_about_patients(house: House) -> None:
    fill(house)

    assert PATIENT.key not in repr(house.touches.of(house.effects(CLOSE)))


def test_many_are_counted_all_and_named_in_part(house: House) -> None:
    key = PATIENT.key
    for n in range(MOST_IDS + 5):
        relationship = CareRelationship(f"r{n:03d}", key, ANNA.hsa_id, CENTRE.hsa_id, house.days(5))
        house.register(Kind.CARE_RELATIONSHIP, relationship)

    count, ids = house.told(CLOSE)["care_relationships"]

    assert count == MOST_IDS + 5 and len(ids) == MOST_IDS


def a_client(house: House, client_id: str, *assignments: HsaId, roles: frozenset[str] = frozenset()) -> None:
    client = Client(
        client_id=client_id,
        name=client_id,
        auth_method=AuthMethod.SECRET_BASIC,
        grants=frozenset([GrantType.CLIENT_CREDENTIALS]),
        scopes=frozenset(["tillit:pdp"]),
        used_under=frozenset(assignments),
        system_roles=roles,
    )
    register_client(house.clients, client, os.urandom)


def test_applications_whose_policies_name_the_assignments_are_told(house: House) -> None:
    a_client(house, "titthalet", CARE.hsa_id)
    a_client(house, "annan", region("M999"))
    a_client(house, "ingen")

    assert house.told(CLOSE) == {"application": (1, ("titthalet",))}
    assert house.told(MergeUnits((CENTRE.hsa_id,), OTHER.hsa_id)) == {"application": (1, ("titthalet",))}


def test_an_applications_policy_survives_the_database_and_is_what_decisions_read(house: House) -> None:
    a_client(house, "titthalet", CARE.hsa_id, roles=frozenset({"svp;planerare"}))

    found = RegisteredApplications(SqlClients(house.engine)).application("titthalet")

    assert found == ApplicationEntry("titthalet", frozenset({"svp;planerare"}), frozenset({CARE.hsa_id}))


def test_staff_lists_that_lead_to_the_unit_are_told(house: House) -> None:
    house.sources.put(Source("boden-hr", REGION.hsa_id, "Personal", unit_codes={"4410": CENTRE.hsa_id}))
    house.sources.put(Source("annan-hr", REGION.hsa_id, "Personal", unit_codes={"1": OTHER.hsa_id}))

    assert house.told(CLOSE) == {"staff_list": (1, ("boden-hr",))}


def test_a_register_that_cannot_be_read_is_told_and_the_rest_goes_on(house: House) -> None:
    fill(house)
    with house.engine.begin() as connection:
        connection.execute(text("ALTER TABLE authz_consents RENAME TO authz_consents_away"))

    told = house.told(CLOSE)

    assert told["consents"] == (None, ())
    assert told["care_relationships"] == (2, ("r1", "r2"))
