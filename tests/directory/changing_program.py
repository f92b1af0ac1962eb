"""A whole directory as a process of its own, made to be killed: run as ``python -m tests.directory.changing_program``.

Starts slapd and the journal in the folder given, tells as JSON how it found them, then makes the change that each line
of its input numbers. A round sets one title on every person, adds a person who comes to hold an assignment, and
renames a unit, in one change.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from directory import Assignment, Entry, Membership, Snapshot
from directory.edge.ldap.connections import over_socket
from tests.directory.own_process import OwnDirectory, started_in, tell
from tests.directory.parts import CARE, CENTRE, COUNTY, a_person, region
from vocabulary.hsa_id import HsaId

CROWD = [a_person(f"C{serial:03d}", f"Person Nummer{serial}", title="runda 0") for serial in range(60)]


def main(folder: Path) -> None:
    own = started_in(folder, [*COUNTY, *CROWD])
    directory = own.directory
    tell(found(own))
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


def found(own: OwnDirectory) -> dict[str, object]:
    snapshot = own.directory.snapshot()
    centre = snapshot.unit(CENTRE.hsa_id)
    people = (snapshot.person(person.hsa_id) for person in CROWD)
    there = newcomers([person.hsa_id for person in snapshot.people()])
    return own.agreement() | {
        "slapd": own.slapd.pid,
        "in_ldap": holders_by_search(own.slapd.ldapi_uri),
        "titles": sorted({str(person.title) for person in people if person is not None}),
        "centre": None if centre is None else centre.name,
        "newest": max(there, default=0),
        "there": there,
        "holders": newcomers([held.person for held in care(snapshot).memberships]),
        "region": snapshot.member(region("HM01")) is not None,
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
