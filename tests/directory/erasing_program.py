"""A directory that erases, as a process made to be killed: run as ``python -m tests.directory.erasing_program FOLDER``.

Finishes what an earlier one left and tells as JSON how everything stands; then erases the person whom each line of its
input numbers: she comes, gets another title, and her period is set to have ended long ago.
"""

import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from directory import Directory
from directory.edge.sql.tables import metadata
from directory.retention import Decisions, Retention
from tests.directory.own_process import OwnDirectory, started_in, tell
from tests.directory.parts import COUNTY, a_person, some_registers
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

LONG_AGO = Period(None, datetime(2001, 1, 1, tzinfo=UTC))


def main(folder: Path) -> None:
    own = started_in(folder, COUNTY)
    directory, engine = own.directory, own.engine
    retention = Retention(directory, some_registers(engine), Decisions("Regionarkivet dnr 17"))
    retention.carry_out()
    tell(found(own, retention))
    for line in sys.stdin:
        come_and_be_over(directory, int(line))
        tell({"begun": int(line)})
        retention.carry_out()
        tell({"done": int(line)})


def come_and_be_over(directory: Directory, number: int) -> None:
    person = a_person(f"Z{number}", f"Zebrina Gallringsson{number}")
    for entry in (person, replace(person, title="chef"), replace(person, title="chef", period=LONG_AGO)):
        directory.change([entry], actor="test", reason=f"round {number}", door="test")


def found(own: OwnDirectory, retention: Retention) -> dict[str, object]:
    people = own.directory.snapshot().people()
    with own.engine.connect() as connection:
        kept = "\n".join(repr(tuple(row)) for t in metadata.sorted_tables for row in connection.execute(select(t)))
    told = Counter[str]()
    for _, erasure in retention.record(None, 1_000):
        told[erasure.kind] += erasure.count
    there = [_number_of(person.hsa_id) for person in people if "-Z" in str(person.hsa_id)]
    return own.agreement() | {
        "slapd": own.slapd.pid,
        "there": sorted(there),
        "is_named": "Gallringsson" in kept,
        "erased": told["person"],
    }


def _number_of(hsa_id: HsaId) -> int:
    return int(str(hsa_id).partition("-Z")[2])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
