"""A whole house erases what one municipality has decided about, in the directory and of staff lists, and no more."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.archive_authorities import UnknownMember
from hub.house import House, open_house
from hub.settings import Settings
from sync.core.run import Run, RunState
from tests.demo_program import demo_folder
from tests.directory.parts import ANNA, BODEN, COUNTY, NEW, REGION, a_person, boden
from tests.parts import HeldClock
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

BODENS = "Arkivnämnden i Boden, dnr 17"
HERS = replace(a_person("P1", "Zelma Zqvist"), hsa_id=boden("P1"), member=BODEN.hsa_id)


def opened(folder: Path, clock: HeldClock, closing: ExitStack, **decisions: str) -> House:
    own = {name.replace("_", "-"): decision for name, decision in decisions.items()}
    settings = Settings(data=folder, issuer="http://localhost:8000", retention_decisions=own)
    return open_house(settings, clock, closing)


def a_preview(house: House, member: HsaId, clock: HeldClock) -> None:
    run = Run(
        f"of-{member}", "hr", member, RunState.PREVIEWED, "d" * 64, {}, frozenset(), "Ada", clock.now(), clock.now()
    )
    house.sync.runs.add(run, {"steps": [{"name": "Zelma Zqvist"}]}, None, forget_rows_before=clock.now())


@pytest.mark.slow
@pytest.mark.law("Arkivlag (1990:782) 8 §")
def test_what_one_member_has_decided_about_goes_and_all_else_stays(clock: HeldClock) -> None:
    with demo_folder() as folder:
        with ExitStack() as closing:
            house = opened(folder, clock, closing)
            over = Period(None, clock.now())
            house.directory.change([*COUNTY, HERS, NEW], actor="test", reason="begin", door="test")
            gone = [replace(HERS, period=over), replace(NEW, period=over)]
            house.directory.change(gone, actor="test", reason="left", door="test")
            a_preview(house, BODEN.hsa_id, clock)
            a_preview(house, REGION.hsa_id, clock)
        clock.pass_(seconds=timedelta(days=366 * 10).total_seconds())
        with ExitStack() as closing:
            house = opened(folder, clock, closing, SE2120002767_HM01=BODENS)
            house.directory.change([replace(ANNA, title="x")], actor="test", reason="time passes", door="test")

            house.retention.carry_out()

            truth, runs = house.directory.truth(), house.sync.runs.newest(None, 9, None)
            assert (truth.person(HERS.hsa_id), [run.member for run in runs]) == (None, [REGION.hsa_id])
            assert truth.person(NEW.hsa_id) is not None
            record = [(made.kind, made.member, made.decision) for _, made in house.retention.record(None, 9)]
            assert record == [("staff_list_preview", BODEN.hsa_id, BODENS), ("person", BODEN.hsa_id, BODENS)]
        with ExitStack() as closing, pytest.raises(UnknownMember, match="retention_decisions"):
            opened(folder, clock, closing, SE2120002767_HM99=BODENS)
