"""Erasing for tests: somebody who left long ago, and what is still written of her anywhere."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from directory import Membership, Person
from directory.core.retention import RULES, cutoff
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.edge.sql.tables import metadata
from tests.directory.parts import CARE, World, a_person, a_retention
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

DECISION = "Arkivmyndigheten, dnr 17"
NUMBER = PersonalIdentityNumber.parse("189001029819")
GONE = a_person("P077", "Zacharias Zqvint", title="Zqvinttitel", mail="zqvint@example.se", telephone="0971-77 77 77")
TRACES = ("Zacharias", "Zqvint", "zqvint", "77 77 77")


def with_somebody_who_left(world: World) -> World:
    """She is hired, changed, holds an assignment with others, and is found to have left long ago, which nobody had
    written down: so all of it is in the journal. Two days pass."""
    world.directory.change([GONE], actor="hr", reason="ny", door="api", numbers={GONE.hsa_id: NUMBER})
    hired = person(world, GONE.hsa_id)
    world.change(replace(hired, title="Zqvinttitel 2"))
    world.change(replace(CARE, memberships=(*CARE.memberships, Membership(GONE.hsa_id))))
    SqlLicenceChecks(world.engine).note([GONE.hsa_id], world.clock.now(), "hosp")
    world.change(
        replace(person(world, GONE.hsa_id), period=Period(None, cutoff("person", world.clock.now())), archived=True)
    )
    world.clock.pass_(seconds=2 * 86_400)
    world.directory.poll()
    return world


def person(world: World, hsa_id: HsaId) -> Person:
    found = world.directory.truth().person(hsa_id)
    assert found is not None
    return found


def pass_years(world: World, years: int) -> None:
    """And a day more."""
    now = world.clock.now()
    world.clock.pass_(seconds=(now.replace(year=now.year + years) - now + timedelta(days=1)).total_seconds())
    world.directory.poll()


def everything_in_sql(world: World) -> str:
    with world.engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(select(table))
        )


def records(world: World) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, erasure in a_retention(world).record(None, 500):
        assert erasure.law == RULES[erasure.kind].law
        found[erasure.kind] = found.get(erasure.kind, 0) + erasure.count
    return found


def started(world: World) -> World:
    world.directory.start()
    return world
