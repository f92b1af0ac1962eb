"""A directory with planned changes as a process of its own, made to be killed while it carries one out.

Run as ``python -m tests.directory.planning_program FOLDER``. Takes up what an earlier one has begun and tells as JSON
how everything stands, then plans and carries out the change that each line of its input numbers: one title on every
person, a new person who comes to hold an assignment, and a new name of a unit.
"""

import sys
from datetime import timedelta
from pathlib import Path

from directory.core.administration import ScopedAdministration
from directory.core.steps import Amend, Assign, Create, Step
from directory.edge.sql.plans import SqlPlans
from directory.planning import Planning, Proposal
from directory.ports import PlanQuery
from hub.real_clock import RealClock
from tests.directory.changing_program import CROWD, found
from tests.directory.own_process import started_in, tell
from tests.directory.parts import CARE, CENTRE, COUNTY, NothingOutside, a_person
from tests.directory.planning_parts import ADA

SOON = timedelta(milliseconds=100)


def main(folder: Path) -> None:
    own, clock = started_in(folder, [*COUNTY, *CROWD]), RealClock()
    planning = Planning(own.directory, SqlPlans(own.engine), ScopedAdministration(), NothingOutside())
    while planning.foreseen().plans:
        planning.carry_out_due()
    doors = [record.door for record in own.journal.records(0, 10_000)]
    plans = [
        {"id": plan.id, "state": plan.state, "commits": doors.count(plan.door), "reason": plan.reason, "why": plan.why}
        for plan in planning.listed(PlanQuery(), None, 1_000)
    ]
    tell(found(own) | {"plans": plans})
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
