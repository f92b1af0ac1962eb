"""A directory that erases, as a process made to be killed: run as ``python -m tests.directory.erasing_program FOLDER``.

Finishes what an earlier one left and tells as JSON how everything stands; then erases the person whom each line of its
input numbers: she comes, gets another title, and her period is set to have ended long ago.
"""

import secrets
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from directory import Directory
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import metadata
from directory.retention import Decisions, Retention
from hub.database import make_engine
from hub.real_clock import RealClock
from tests.directory.changing_program import tell
from tests.directory.parts import COUNTY, a_person, a_seal, some_registers
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

LONG_AGO = Period(None, datetime(2001, 1, 1, tzinfo=UTC))


def main(folder: Path) -> None:
    child = SlapdChild(folder, None, random_bytes=secrets.token_bytes)
    child.start()
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    metadata.create_all(engine)
    store, journal = LdapStore(over_socket(child.ldapi_uri)), SqlJournal(engine)
    directory = Directory(store, journal, SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), RealClock())
    directory.start()
    retention = Retention(directory, some_registers(engine), Decisions("Regionarkivet dnr 17"))
    if journal.newest() == 0:
        directory.change(COUNTY, actor="test", reason="begin", door="test")
    retention.carry_out()
    tell(found(directory, store, journal, retention, engine) | {"slapd": child.pid})
    for line in sys.stdin:
        come_and_be_over(directory, int(line))
        tell({"begun": int(line)})
        retention.carry_out()
        tell({"done": int(line)})


def come_and_be_over(directory: Directory, number: int) -> None:
    person = a_person(f"Z{number}", f"Zebrina Gallringsson{number}")
    for entry in (person, replace(person, title="chef"), replace(person, title="chef", period=LONG_AGO)):
        directory.change([entry], actor="test", reason=f"round {number}", door="test")


def found(
    directory: Directory, store: LdapStore, journal: SqlJournal, retention: Retention, engine: Engine
) -> dict[str, object]:
    held, state, snapshot = journal.held(), store.load(), directory.snapshot()
    with engine.connect() as connection:
        kept = "\n".join(repr(tuple(row)) for t in metadata.sorted_tables for row in connection.execute(select(t)))
    told = Counter[str]()
    for _, erasure in retention.record(None, 1_000):
        told[erasure.kind] += erasure.count
    there = [_number_of(person.hsa_id) for person in snapshot.people() if "-Z" in str(person.hsa_id)]
    return {
        "there": sorted(there),
        "is_named": "Gallringsson" in kept,
        "erased": told["person"],
        "agree": {entry for entry, _ in held.entries} == set(state.entries) == set(snapshot.entries()),
        "revisions": [held.revision, state.revision, snapshot.revision, journal.newest()],
        "pending": len(journal.pending()),
        "drift": len(directory.drift()),
    }


def _number_of(hsa_id: HsaId) -> int:
    return int(str(hsa_id).partition("-Z")[2])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
