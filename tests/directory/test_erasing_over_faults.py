"""Wherever erasing stops, the next call finishes it, and what cannot be erased holds up nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from directory.core.retention import cutoff
from directory.edge.sql.erasures import SqlErasures
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.licence_checks import SqlLicenceChecks
from directory.refusals import DirectoryUnavailable, JournalUnavailable
from directory.retention import Decisions, Registers, Retention
from tests.directory.erasing_parts import (
    DECISION,
    GONE,
    TRACES,
    everything_in_sql,
    records,
    started,
    with_somebody_who_left,
)
from tests.directory.parts import REGION, World, a_person, a_retention, faulty, some_registers
from vocabulary.period import Period


def test_what_the_store_does_not_let_go_holds_up_nothing_else(world: World) -> None:
    with_somebody_who_left(world)
    other = a_person("P078", "Yngve Yngvesson", period=Period(None, cutoff("person", world.clock.now())))
    world.change(other)
    faulty(world).refuse(times=3)

    a_retention(world, DECISION).carry_out()

    left = {person.hsa_id for person in world.directory.truth().people()} & {GONE.hsa_id, other.hsa_id}
    assert len(left) <= 1
    a_retention(world, DECISION).carry_out()
    assert not {person.hsa_id for person in world.directory.truth().people()} & {GONE.hsa_id, other.hsa_id}


class Died(Exception):
    """The process is gone at this point: what was done before is done, and nothing after."""


class DyingErasures(SqlErasures):
    dies = False

    def note(self, made: Any) -> None:
        if self.dies:
            raise Died
        super().note(made)


class DyingChecks(SqlLicenceChecks):
    def forget(self, ids: Any) -> None:
        raise Died


def _lose_request(world: World, registers: Registers) -> Registers:
    faulty(world).lose_request()
    return registers


def _lose_answer(world: World, registers: Registers) -> Registers:
    faulty(world).lose_answer()
    return registers


def _die_before_the_record(world: World, registers: Registers) -> Registers:
    dying = DyingErasures(world.engine)
    dying.dies = True
    return replace(registers, erasures=dying)


def _die_before_the_checks(world: World, registers: Registers) -> Registers:
    return replace(registers, licence_checks=DyingChecks(world.engine))


@pytest.mark.parametrize("fault", [_lose_request, _lose_answer, _die_before_the_record, _die_before_the_checks])
def test_wherever_it_stops_the_next_call_finishes(world: World, fault: Callable[[World, Registers], Registers]) -> None:
    with_somebody_who_left(world)
    stopped = Retention(world.directory, fault(world, some_registers(world.engine)), Decisions(DECISION))

    with pytest.raises((Died, DirectoryUnavailable, JournalUnavailable)):
        stopped.carry_out()
    again = started(world.another())
    a_retention(again, DECISION).carry_out()

    assert [trace for trace in TRACES if trace in everything_in_sql(again)] == []
    assert records(again) == {"person": 1, "membership": 1, "sealed_number": 1}
    assert SqlLicenceChecks(world.engine).of([GONE.hsa_id]) == {}
    assert GONE.hsa_id in SqlIdLedger(world.engine).claim({GONE.hsa_id: "person"})


def test_what_was_erased_before_a_crash_is_recorded_by_the_decision_that_it_was_erased_by(world: World) -> None:
    """Also where another decision stands in the settings by then."""
    with_somebody_who_left(world)
    dying = _die_before_the_record(world, some_registers(world.engine))
    stopped = Retention(world.directory, dying, Decisions(own={REGION.hsa_id: DECISION}))

    with pytest.raises(Died):
        stopped.carry_out()
    again = started(world.another())
    a_retention(again, "Gemensamma arkivnämnden, dnr 1").carry_out()

    told = {erasure.kind: (erasure.member, erasure.decision) for _, erasure in a_retention(again).record(None, 9)}
    assert told["person"] == told["membership"] == (REGION.hsa_id, DECISION)
    assert told["sealed_number"] == (None, "Gemensamma arkivnämnden, dnr 1")
