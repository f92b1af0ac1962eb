"""The naive reading of tasks and delegations.  (PSL 2010:659 6 kap. 3 §; HSF 2017:80 4 kap. 6 §; SOSFS 1997:14)"""

from datetime import UTC, datetime

from authz.core.facts import AssignmentInUse, CatalogueTask, Delegation, Delegator, Facts, InformationPlace, Reader
from authz.core.request import Information, PatientKey
from tests.authz.oracle.plainly import STOCKHOLM, Denied, demand, holds, known
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose
from vocabulary.right import Scope


def own_licence(task: CatalogueTask, reader: Reader) -> None:
    """Whoever has one of the licences that the task requires does it on her own responsibility.  (PSL 4 kap. 4-5 §)"""
    demand(bool(known(reader.licences, "her licences") & task.required_licences), "she has no licence for the task")


def not_restricted(task: CatalogueTask, reader: Reader) -> None:
    """A restriction in the licence register stops the task that it names, whoever handed it over.  (PSL 8 kap.)"""
    demand(task.code not in known(reader.restrictions, "her restrictions"), "her licence is restricted for this task")


def own_licence_or_delegation(
    task: CatalogueTask, patient: PatientKey, reader: Reader, unit_of: AssignmentInUse, facts: Facts
) -> Delegation | None:
    """5.7, step 6. The delegation that the reader acts by, or ``None`` when she acts by a licence of her own."""
    not_restricted(task, reader)
    # An unreadable licence register says neither that she may act alone nor that she acts for somebody else.
    if known(reader.licences, "her licences") & task.required_licences:
        return None
    why = ["she has no licence for the task"]
    for delegation in known(facts.delegations, "delegations"):
        try:
            delegation_stands(delegation, task, patient, reader, unit_of, facts)
        except Denied as fault:
            why.append(f"{delegation.id}: {fault}")
        else:
            return delegation
    raise Denied("; ".join(why))


def delegation_stands(
    delegation: Delegation,
    task: CatalogueTask,
    patient: PatientKey,
    reader: Reader,
    in_use: AssignmentInUse,
    facts: Facts,
) -> None:
    """5.4, sentence by sentence."""
    now = facts.now
    # Personal: one delegator to one recipient; a task from the catalogue.
    demand(delegation.recipient == reader.id, "it is somebody else's delegation")
    demand(delegation.task == task.code, "it is of another task")
    demand(task.delegable, "the task is not delegable")
    # Optionally named patients.
    demand(not delegation.patients or patient in delegation.patients, "it does not name this patient")
    # At most one year or one occasion; one that is written for longer, or without end, is void and not cut.
    demand(at_most_one_year(delegation), "it is written for more than a year")
    demand(holds(delegation.period, now), "it is not current")
    demand(not delegation.spent, "its one occasion has been")
    # The recipient accepts; the chief nurse and the head of operations may veto; revocable at once.
    demand(delegation.accepted, "the recipient has not accepted")
    demand(not delegation.vetoed, "it was vetoed")
    demand(delegation.revoked_at is None or now < delegation.revoked_at, "it was revoked")
    # It lapses when the recipient leaves the unit.
    demand(in_use.unit is not None and in_use.unit in delegation.units, "the recipient is not at the unit")
    # It lapses when the delegator loses licence or assignment.
    delegator = known(delegation.delegator, "the delegator")
    current = current_assignments(delegator, now)
    demand(delegator.active and bool(current), "the delegator has no current assignment")
    # The delegator is formally and actually competent: licence and own right. That she has a licence of her own for
    # the task is also what tells it from one that is delegated onward.
    licences = known(delegator.licences, "the delegator's licences")
    demand(bool(licences & task.required_licences), "the delegator has no licence for the task")
    restrictions = known(delegator.restrictions, "the delegator's restrictions")
    demand(task.code not in restrictions, "the delegator's licence is restricted for this task")
    demand(has_right_to_every_type(task, current), "the delegator may not see what the task needs")
    # Across providers only after the receiving member agreed.
    within = any(assignment.provider == in_use.provider for assignment in current)
    demand(within or delegation.receiving_member_agreed, "the receiving member has not agreed")
    # When responsibility moves, the old unit's delegations for that patient end for the professions that moved; what
    # she is not responsible for any more she cannot hand on anew either.
    for move in known(facts.responsibility_moves, "moves of responsibility"):
        from_there = any(assignment.unit == move.from_unit for assignment in current)
        moved = move.patient == patient and move.at <= now and bool(move.professions & licences)
        demand(not (from_there and moved), "it ended when the responsibility moved")


def competent_to_delegate(task: CatalogueTask, reader: Reader, in_use: AssignmentInUse) -> None:
    """Whoever signs a delegation is competent herself, and hands on nothing that was handed to her."""
    demand(task.delegable, "the task is not delegable")
    not_restricted(task, reader)
    own_licence(task, reader)
    demand(has_right_to_every_type(task, [in_use]), "she may not see what the task needs")


def at_most_one_year(delegation: Delegation) -> bool:
    """A year of the calendar in Stockholm: from 2 March at ten until 2 March at ten, summer time or not."""
    start, end = delegation.period.start, delegation.period.end
    if start is None or end is None:
        return False
    clock = start.astimezone(STOCKHOLM).replace(tzinfo=None)
    last_day = (clock.month, clock.day) == (2, 29)
    a_year_on = clock.replace(year=clock.year + 1, day=28 if last_day else clock.day)
    # The clock may not show more at the end, and where it shows an hour twice, the first one counts: the strictest
    # reading. (In an hour that does not exist the former is the stricter.)
    first_time = a_year_on.replace(tzinfo=STOCKHOLM, fold=0).astimezone(UTC)
    return end.astimezone(STOCKHOLM).replace(tzinfo=None) <= a_year_on and end.astimezone(UTC) <= first_time


def current_assignments(delegator: Delegator, now: datetime) -> list[AssignmentInUse]:
    """Those in health care, for care: no other makes anybody competent for a task of health care."""
    return [
        assignment
        for assignment in known(delegator.assignments, "the delegator's assignments")
        if holds(assignment.period, now)
        and assignment.provider is not None
        and assignment.capacity is Capacity.HEALTH_CARE
        and assignment.purpose == Purpose.CARE
    ]


def has_right_to_every_type(task: CatalogueTask, assignments: list[AssignmentInUse]) -> bool:
    return all(
        any(
            right.activity == "Läsa" and right.information_type in ("alla", needed)
            for assignment in assignments
            for right in assignment.rights
        )
        for needed in task.gives_sight_of
    )


def never_wider_than_the_delegator(delegation: Delegation, asked: Information, facts: Facts) -> None:
    """The recipient sees nothing that the delegator may not see herself.  (PDL 4 kap. 2 §)"""
    current = current_assignments(known(delegation.delegator, "the delegator"), facts.now)
    place = known(facts.information, "where the information is from")
    demand(
        any(some_right_reaches("Läsa", asked, place, assignment) for assignment in current),
        "the delegator may not see it herself",
    )


def some_right_reaches(activity: str, asked: Information, place: InformationPlace, in_use: AssignmentInUse) -> bool:
    """5.7, step 3: a right matches activity, information type and scope.  (PDL 4 kap. 2 §)"""
    for right in in_use.rights:
        if right.activity != activity:
            continue
        # An unspecified type is covered by `alla` and by no other.
        if right.information_type not in ("alla", asked.information_type):
            continue
        # The own unit is always included.
        if in_use.unit is not None and asked.unit == in_use.unit:
            return True
        # Scopes are not cumulative: each opens its own ring and no other.
        same_provider = place.unit_provider == in_use.provider
        if right.scope == Scope.OWN_PROVIDER and same_provider:
            return True
        if right.scope == Scope.OTHER_PROVIDERS and not same_provider:
            return True
        if right.scope == asked.unit and same_provider:
            return True
    return False
