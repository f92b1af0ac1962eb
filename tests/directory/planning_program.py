"""A directory with planned changes as a process of its own, made to be killed while it carries one out.

Run as ``python -m tests.directory.planning_program FOLDER``. Takes up what an earlier one has begun and tells as JSON
how everything stands, then plans and carries out the change that each line of its input numbers: one title on every
person, a new person who comes to hold an assignment, and a new name of a unit.
"""

import secrets
import sys
from datetime import timedelta
from pathlib import Path

from directory import Directory
from directory.core.administration import ScopedAdministration
from directory.core.steps import Amend, Assign, Create, Step
from directory.edge.ldap.connections import over_socket
from directory.edge.ldap.slapd_child import SlapdChild
from directory.edge.ldap.store import LdapStore
from directory.edge.sql.id_ledger import SqlIdLedger
from directory.edge.sql.journal import SqlJournal
from directory.edge.sql.plans import SqlPlans
from directory.edge.sql.sealed_numbers import SqlSealedNumbers
from directory.edge.sql.tables import metadata
from directory.planning import Planning, Proposal
from directory.ports import PlanQuery
from hub.database import make_engine
from hub.real_clock import RealClock
from tests.directory.changing_program import CROWD, found, holders_by_search, tell
from tests.directory.parts import CARE, CENTRE, COUNTY, NothingOutside, a_person, a_seal
from tests.directory.planning_parts import ADA

SOON = timedelta(milliseconds=100)


def main(folder: Path) -> None:
    child = SlapdChild(folder, None, random_bytes=secrets.token_bytes)
    child.start()
    engine = make_engine(f"sqlite:///{folder / 'tillit.db'}")
    metadata.create_all(engine)
    store, journal, clock = LdapStore(over_socket(child.ldapi_uri)), SqlJournal(engine), RealClock()
    directory = Directory(store, journal, SqlIdLedger(engine), SqlSealedNumbers(engine), a_seal(), clock)
    directory.start()
    if journal.newest() == 0:
        directory.change([*COUNTY, *CROWD], actor="test", reason="begin", door="test")
    planning = Planning(directory, SqlPlans(engine), ScopedAdministration(), NothingOutside())
    while planning.foreseen().plans:
        planning.carry_out_due()
    doors = [record.door for record in journal.records(0, 10_000)]
    plans = [
        {"id": plan.id, "state": plan.state, "commits": doors.count(plan.door), "reason": plan.reason, "why": plan.why}
        for plan in planning.listed(PlanQuery(), None, 1_000)
    ]
    there = {"slapd": child.pid, "in_ldap": holders_by_search(child.ldapi_uri), "plans": plans}
    tell(found(directory, store, journal) | there)
    for line in sys.stdin:
        number = int(line)
        plan, _ = planning.plan(Proposal(steps(number), clock.now() + SOON, ADA, f"runda {number}", {}))
        while (planned := planning.find(plan.id)) is not None and planned.settled_at is None:
            planning.carry_out_due()
        tell({"done": number, "state": None if planned is None else planned.state})


def steps(number: int) -> tuple[Step, ...]:
    titles = tuple(Amend(person.hsa_id, (("title", f"runda {number}"),)) for person in CROWD)
    newcomer = a_person(f"N{number}", f"Ny Person{number}")
    name = Amend(CENTRE.hsa_id, (("name", f"Hälsocentral {number}"),))
    return (*titles, Create(newcomer), Assign(CARE.hsa_id, newcomer.hsa_id), name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
