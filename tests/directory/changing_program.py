"""A whole directory as a process of its own, made to be killed: run as ``python -m tests.directory.changing_program``.

Starts slapd and the journal in the folder given, tells as JSON how it found them, then makes the change that each line
of its input numbers. A round sets one title on every person, adds a person who comes to hold an assignment, and
renames a unit, in one change.
"""

import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from directory import Assignment, Directory, Entry, Membership, Snapshot
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import metadata
from hub.database import make_engine
from hub.real_clock import RealClock
from tests.directory.parts import CARE, CENTRE, COUNTY, a_person, a_seal, region
from vocabulary.hsa_id import HsaId

CROWD = [a_person(f"C{serial:03d}", f"Person Nummer{serial}", title="runda 0") for serial in range(60)]


def main(folder: Path) -> None:
    child = SlapdChild(folder, None, random_bytes=secrets.token_bytes)
    child.start()
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    metadata.create_all(engine)
    store, journal = LdapStore(over_socket(child.ldapi_uri)), SqlJournal(engine)
    directory = Directory(store, journal, SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), RealClock())
    directory.start()
    if journal.newest() == 0:
        directory.change([*COUNTY, *CROWD], actor="test", reason="begin", door="test")
    tell(found(directory, store, journal) | {"slapd": child.pid, "in_ldap": holders_by_search(child.ldapi_uri)})
    for line in sys.stdin:
        directory.change(wanted(int(line), directory.snapshot()), actor="test", reason=f"round {line}", door="test")
        tell({"done": int(line)})


def wanted(number: int, now: Snapshot) -> Sequence[Entry]:
    people = [replace(person, title=f"runda {number}") for person in CROWD]
    newcomer = a_person(f"N{number}", f"Ny Person{number}")
    held = care(now)
    joined = replace(held, memberships=(*held.memberships, Membership(newcomer.hsa_id)))
    return [*people, newcomer, joined, replace(CENTRE, name=f"Hälsocentral {number}")]


def care(snapshot: Snapshot) -> Assignment:
    held = snapshot.assignment(CARE.hsa_id)
    assert held is not None
    return held


def newcomers(ids: Sequence[HsaId]) -> list[int]:
    return sorted(int(str(each).partition("-N")[2]) for each in ids if "-N" in str(each))


def holders_by_search(ldapi_uri: str) -> list[int]:
    """The newcomers who hold the assignment, as an indexed search shows it: not the way on which we load."""
    connection = over_socket(ldapi_uri)()
    connection.search("c=SE", f"(hsaIdentity={CARE.hsa_id})", attributes=["hsaCommissionMember"])
    (entry,) = connection.response
    held = (value.decode().partition("#")[0] for value in entry["raw_attributes"]["hsaCommissionMember"])
    return newcomers([HsaId.parse(hsa_id) for hsa_id in held])


def found(directory: Directory, store: LdapStore, journal: SqlJournal) -> dict[str, object]:
    held, state, snapshot = journal.held(), store.load(), directory.snapshot()
    told = {entry for entry, _ in held.entries}
    centre = snapshot.unit(CENTRE.hsa_id)
    people = (snapshot.person(person.hsa_id) for person in CROWD)
    there = newcomers([person.hsa_id for person in snapshot.people()])
    return {
        "titles": sorted({str(person.title) for person in people if person is not None}),
        "centre": None if centre is None else centre.name,
        "newest": max(there, default=0),
        "there": there,
        "holders": newcomers([held.person for held in care(snapshot).memberships]),
        "agree": told == set(state.entries) == set(snapshot.entries()),
        "revisions": [held.revision, state.revision, snapshot.revision, journal.newest()],
        "pending": len(journal.pending()),
        "drift": len(directory.drift()),
        "region": snapshot.member(region("HM01")) is not None,
    }


def tell(message: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
