"""The decision once more, as plainly as the law can be read: rule after rule, no index, no combining, no horizon.

An oracle for tests. Written from the rules of the domain alone by somebody who had not read the engine, and it borrows
nothing from ``authz.core`` but the shapes of questions and facts. Keep it so: where it and the engine part, the text
of the law says who is right, and the one that is wrong is mended by that text, never by copying the other.

Boundary: who administers the directory is not read here, nor what an answer obliges to. Of the directory only the
reading of what every employee may see is answered.
"""

from datetime import date

from authz.core.directory_words import SEEN_BY_STAFF
from authz.core.facts import AssignmentInUse, CaseState, CatalogueTask, DischargeCase, Facts, Reader
from authz.core.messages import MessageOrder, Sender
from authz.core.request import (
    Action,
    Application,
    Citizen,
    DirectoryObject,
    Employee,
    Information,
    Message,
    OwnRecord,
    PatientKey,
    Request,
    Task,
)
from authz.core.unknown import UNKNOWN
from tests.authz.oracle.naive_crossing import no_block_hides, some_ground_across_providers
from tests.authz.oracle.naive_delegation import (
    competent_to_delegate,
    never_wider_than_the_delegator,
    own_licence_or_delegation,
    some_right_reaches,
)
from tests.authz.oracle.plainly import Denied, demand, holds, known, today
from vocabulary.capacity import Capacity
from vocabulary.codes import Purpose

PURPOSES_OF_THE_LAW = tuple(Purpose)
ACTIVITY = {Action.READ: "Läsa", Action.PRINT: "Läsa", Action.WRITE: "Skriva", Action.SIGN: "Signera"}


def permits(request: Request, facts: Facts) -> bool:
    return judged(request, facts)[0]


def judged(request: Request, facts: Facts) -> tuple[bool, str]:
    """Permitted or not, and why, in words."""
    try:
        return True, _why_permitted(request, facts)
    except Denied as denied:
        return False, str(denied)


def _why_permitted(request: Request, facts: Facts) -> str:
    # 5.7, step 1: assurance sufficient for the network zone.  (HSLF-FS 2016:40 3 kap. 15 §)
    demand(request.assurance >= facts.policy.lowest_level[request.zone], "the login proves too little for this network")
    if isinstance(request.subject, Citizen):
        return _the_citizen(request, request.subject.patient)
    reader = known(facts.reader, "the reader")
    demand(reader.active, "her HSA-id is not active")
    resource = request.resource
    # Step 2: exactly one current assignment in use.
    in_use = _assignment_in_use(request.subject, facts)
    if isinstance(resource, DirectoryObject):
        return _directory_entry(resource, request.action, reader, facts)
    if isinstance(resource, Application):
        return _application(resource, request.action, reader, in_use, facts)
    if isinstance(resource, Information):
        return _information(request, resource, reader, in_use, facts)
    if isinstance(resource, Task):
        return _task(request, resource, reader, in_use, facts)
    if isinstance(resource, Message):
        return _message(request, resource, reader, in_use, facts)
    raise Denied("an employee has no record of her own here")


# Who asks


def _the_citizen(request: Request, patient: PatientKey) -> str:
    """The patient reads her own record, whatever is blocked in it, and no more.  (PDL 4 kap. 4 § and 5 kap. 5 §)"""
    demand(isinstance(request.resource, OwnRecord | Information), "a citizen asks for her own record only")
    demand(request.patient == patient, "it is another patient's record")
    # To print is to read.
    demand(request.action in (Action.READ, Action.PRINT), "a citizen reads only")
    return "it is her own record"


def _assignment_in_use(subject: Employee, facts: Facts) -> AssignmentInUse:
    demand(subject.assignment is not None, "no assignment was chosen")
    in_use = known(facts.assignment, "the assignment")
    demand(holds(in_use.period, facts.now), "the assignment is not current")
    # A care unit points at exactly one care provider, and the capacity is the provider's.  (4, rule 3; PDL 2 kap. 6 §)
    demand(in_use.provider is not None and in_use.capacity is not None, "the assignment's unit has no provider")
    # An assignment is suppressed whole if its purpose is missing or wrong.  (4, rule 2)
    demand(in_use.purpose in PURPOSES_OF_THE_LAW, "the assignment's purpose is none of the law's")
    demand(subject.capacity in (None, in_use.capacity), "she states another capacity than the one she acts in")
    return in_use


def _purpose(request: Request, in_use: AssignmentInUse, facts: Facts) -> None:
    """The assignment's purpose opens patient data, and a stated one is no other.  (PDL 2 kap. 4 §)"""
    if in_use.capacity is Capacity.SOCIAL_CARE:
        demand(in_use.purpose in facts.policy.social_care_purposes, "social care has no such purpose")
    demand(request.purpose in (None, in_use.purpose), "she states another purpose than the assignment's")


def _care_relationship(request: Request, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> None:
    """The reader takes part in the care of this patient, at the unit of her assignment.  (PDL 4 kap. 1 §)"""
    patient = known(request.patient, "the patient")
    for relationship in known(facts.care_relationships, "care relationships"):
        if relationship.patient != patient or relationship.person != reader.id or relationship.unit != in_use.unit:
            continue
        if not holds(relationship.period, facts.now):
            continue
        ended = False
        # When responsibility moves to special housing, the old unit's relationship ends at that instant for the
        # professions that moved.  (HSL 12 kap. 1 §)
        for move in known(facts.responsibility_moves, "moves of responsibility"):
            if move.patient != patient or move.from_unit != in_use.unit or move.at > facts.now:
                continue
            if relationship.period.start is not None and relationship.period.start > move.at:
                continue
            if known(reader.licences, "her licences") & move.professions:
                ended = True
        if not ended:
            return
    raise Denied("she takes no part in the care of this patient")


# Patient information


def _information(request: Request, asked: Information, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> str:
    demand(request.action in ACTIVITY, "patient information is read, written, signed and printed")
    patient = known(request.patient, "the patient")
    _purpose(request, in_use, facts)
    # Where the information is from must be known, and the unit must be the stated provider's.
    unit, provider = known(asked.unit, "its unit"), known(asked.provider, "its provider")
    place = known(facts.information, "where the information is from")
    demand(place.unit == unit and place.unit_provider == provider, "the unit is not that provider's")
    own_unit, own_provider = in_use.unit == unit, in_use.provider == provider
    # Step 3: a right matches.  (PDL 4 kap. 2 §)
    demand(some_right_reaches(ACTIVITY[request.action], asked, place, in_use), "no right of hers reaches it")
    # Data from insurance-medical investigations are never visible to another unit.  (PDL 4 kap. 2 §)
    demand(own_unit or not asked.investigation, "another unit's insurance-medical investigation")
    # Step 4: the care relationship, or the purpose's own need.  (PDL 4 kap. 1 §)
    if in_use.purpose == Purpose.CARE:
        _care_relationship(request, reader, in_use, facts)
    # Step 5: inside one provider, or a ground across providers; then blocks.
    ground = "it is her own unit's" if own_unit else "it is her own provider's"
    if not own_provider:
        demand(request.action in (Action.READ, Action.PRINT), "across providers there is reading only")
        demand(in_use.purpose == Purpose.CARE, "across providers there is care only")
        ground = some_ground_across_providers(request, reader, in_use, place, facts)
    no_block_hides(asked, patient, reader, in_use, facts)
    # Step 6: what is read in the name of a task needs the task, and no more than the task needs.
    if asked.task is not None:
        _in_the_name_of_a_task(request, asked, patient, reader, in_use, facts)
    _plan_needs_consent(request, asked, patient, facts)
    return ground


def _in_the_name_of_a_task(
    request: Request, asked: Information, patient: PatientKey, reader: Reader, in_use: AssignmentInUse, facts: Facts
) -> None:
    """Sight follows only for that task and patient and the task's types.  (PSL 6 kap. 3 §; PDL 4 kap. 2 §)"""
    demand(in_use.capacity is Capacity.HEALTH_CARE, "a task of health care is not done in social care")
    demand(in_use.purpose == Purpose.CARE, "tasks are for care")
    task = known(facts.task, "the task")
    delegation = own_licence_or_delegation(task, patient, reader, in_use, facts)
    # Whoever has the licence sees what her own rights reach; it is the delegation that gives no more than the task.
    if delegation is not None:
        demand(asked.information_type in task.gives_sight_of, "the task does not need it")
        demand(request.action in (Action.READ, Action.PRINT), "a delegation gives sight, and nothing to write")
        never_wider_than_the_delegator(delegation, asked, facts)


def _plan_needs_consent(request: Request, asked: Information, patient: PatientKey, facts: Facts) -> None:
    """While a discharge is open the plan is written only with the patient's consent.  (Lag 2017:612 4 kap. 2 §)"""
    if request.action not in (Action.WRITE, Action.SIGN) or asked.information_type != "vpo":
        return
    _every_open_case_has_consent(patient, facts)


def _every_open_case_has_consent(patient: PatientKey, facts: Facts) -> None:
    for case in known(facts.discharge_cases, "discharge cases"):
        if case.patient == patient and case.state is not CaseState.CLOSED:
            demand(case.plan_consent, f"she has not consented to the plan in {case.id}")


# Tasks


def _task(request: Request, asked: Task, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> str:
    """Licence or delegation, in health care, for care, of a patient in whose care one takes part.  (5.4; 5.7)"""
    demand(in_use.capacity is Capacity.HEALTH_CARE, "a task of health care is not done in social care")
    _purpose(request, in_use, facts)
    demand(in_use.purpose == Purpose.CARE, "tasks are for care")
    task = known(facts.task, "the task")
    demand(task.code == asked.code, "it is another task")
    if request.action is Action.SIGN and request.patient is None:
        _sign(task, request, reader, in_use)
        return "she may delegate it for whomever"
    patient = known(request.patient, "the patient")
    _care_relationship(request, reader, in_use, facts)
    if request.action is Action.PERFORM:
        delegation = own_licence_or_delegation(task, patient, reader, in_use, facts)
        return "by her own licence" if delegation is None else f"by the delegation {delegation.id}"
    demand(request.action is Action.SIGN, "a task is performed, or its delegation signed")
    _sign(task, request, reader, in_use)
    return "she may delegate it"


def _sign(task: CatalogueTask, request: Request, reader: Reader, in_use: AssignmentInUse) -> None:
    """Formally and actually competent, and logged in as surely as the task asks."""
    demand(request.assurance >= task.signing_level, "the login is not sure enough to sign for this task")
    competent_to_delegate(task, reader, in_use)


# Discharge messages


def _message(request: Request, asked: Message, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> str:
    """Each kind goes from one sender to the units that the case concerns.  (Lag 2017:612, in force 2018-01-01)"""
    demand(today(facts.now) >= date(2018, 1, 1), "the law is not in force yet")
    _purpose(request, in_use, facts)
    demand(in_use.purpose == Purpose.CARE, "messages are for care")
    patient = known(request.patient, "the patient")
    order = known(facts.policy.messages.get(asked.kind), "such a kind of message")
    sending = request.action is Action.SEND
    demand(sending or request.action in (Action.RECEIVE, Action.READ, Action.PRINT), "a message is sent or received")
    if sending:
        _care_relationship(request, reader, in_use, facts)
    cases = [
        case
        for case in known(facts.discharge_cases, "discharge cases")
        if case.patient == patient and case.state is not CaseState.CLOSED and asked.case in (None, case.id)
    ]
    if not sending:
        demand(any(in_use.unit in case.concerned_units for case in cases), "no current case concerns her unit")
        return "the case concerns her unit"
    hers = [case for case in cases if _is_sender(order, case, reader, in_use)]
    demand(bool(hers), "she is not the sender in any current case")
    if order.needs_ready:
        # A message that names no case may be about any of them.
        ready = all(case.state is not CaseState.ADMITTED for case in cases)
        demand(ready, "the doctor has not judged the patient ready")
    if order.needs_plan_consent:
        _every_open_case_has_consent(patient, facts)
    return "she is the sender"


def _is_sender(order: MessageOrder, case: DischargeCase, reader: Reader, in_use: AssignmentInUse) -> bool:
    if order.sender is Sender.WARD:
        # The in-patient ward that has the patient.  (5.5; care type 02)
        return in_use.unit == case.ward and in_use.care_type == "02"
    # The permanent care contact in person, from a concerned unit in open care.  (4 kap. 1 §; care type 01)
    contact = reader.id == case.permanent_care_contact
    return contact and in_use.unit in case.concerned_units and in_use.care_type == "01"


# Applications and the directory


def _application(asked: Application, action: Action, reader: Reader, in_use: AssignmentInUse, facts: Facts) -> str:
    """A system role or an assignment that the application's policy names."""
    demand(action is Action.USE, "an application is used")
    entry = known(facts.application, "the application")
    demand(entry.client_id == asked.client_id, "it is another application")
    named = bool(reader.system_roles & entry.system_roles) or in_use.id in entry.assignments
    demand(named, "the application names neither her role nor her assignment")
    return "the application names her"


def _directory_entry(asked: DirectoryObject, action: Action, reader: Reader, facts: Facts) -> str:
    """A protected person's entry is for herself and for whoever has that right.  (HSA 5; OSL 21 kap. 3 §)"""
    demand(action is Action.READ and asked.classes <= SEEN_BY_STAFF, "administration is not read here")
    demand(facts.entry is not UNKNOWN, "the directory could not be read")
    if facts.colleague is None:
        known(facts.entry, "the entry")
    else:
        colleague = known(facts.colleague, "the colleague")
        hers_to_see = colleague.id == reader.id or reader.may_see_protected
        demand(not colleague.protected or hers_to_see, "no such entry")
    return "every employee may see it"
