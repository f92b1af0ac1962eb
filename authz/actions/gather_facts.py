"""Gathers what one decision may rest on, through the ports. Judges nothing: what cannot be read is ``UNKNOWN``."""

from dataclasses import replace
from datetime import date, datetime

from authz.core.facts import (
    ApplicationEntry,
    AssignmentInUse,
    CatalogueTask,
    Delegation,
    Delegator,
    Facts,
    InformationPlace,
    Patient,
)
from authz.core.policy import Policy
from authz.core.request import (
    Action,
    Application,
    DirectoryObject,
    Employee,
    Information,
    PatientKey,
    Request,
    Task,
)
from authz.core.unknown import UNKNOWN, Unknown
from authz.ports import Applications, DelegationTerms, PatientRecords, Registers, StaffView
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import NumberKind, PersonalIdentityNumber

_NOTHING = PatientRecords({})


def gather_facts(
    request: Request,
    *,
    now: datetime,
    staff: StaffView | Unknown,
    registers: Registers,
    applications: Applications,
    patient: Patient | None,
    policy: Policy,
) -> Facts:
    """Facts for ``request`` at ``now``. Everything of the directory comes from the one view ``staff``."""
    subject, resource = request.subject, request.resource
    if not isinstance(subject, Employee):
        return Facts(now=now, patient=patient, policy=policy)
    person = subject.person
    records = _NOTHING if patient is None else registers.of_patient(patient.key)
    readable = _NOTHING if records is UNKNOWN else records
    facts = Facts(
        now=now,
        reader=UNKNOWN if staff is UNKNOWN else staff.reader(person),
        assignment=_assignment(subject, staff),
        information=_place(resource.unit, staff) if isinstance(resource, Information) else None,
        care_relationships=readable.care_relationships.get(person.key, ()),
        responsibility_moves=readable.responsibility_moves,
        service_recipients=readable.service_recipients,
        consents=readable.consents,
        blocks=readable.blocks,
        lifts=readable.lifts,
        emergencies=readable.emergencies,
        delegations=_delegations(person, staff, registers, now),
        task=_task(request, registers),
        discharge_cases=readable.discharge_cases,
        patient=patient,
        application=_application(resource, applications) if isinstance(resource, Application) else None,
        policy=policy,
    )
    if isinstance(resource, DirectoryObject):
        return _with_entry(facts, request.action, person, resource, staff)
    return _without_registers(facts) if records is UNKNOWN else facts


def _with_entry(
    facts: Facts, action: Action | str, person: HsaId, wanted: DirectoryObject, staff: StaffView | Unknown
) -> Facts:
    if staff is UNKNOWN:
        return replace(facts, colleague=UNKNOWN, entry=UNKNOWN, admin_assignments=UNKNOWN)
    held = staff.admin_assignments(person)
    if wanted.id is None:
        return replace(facts, admin_assignments=held)
    if action is Action.CREATE:
        return replace(facts, entry=staff.below(wanted.id, wanted.kind), admin_assignments=held)
    colleague, entry = staff.colleague(wanted.id), staff.entry(wanted.id, person)
    return replace(facts, colleague=colleague, entry=entry, admin_assignments=held)


def _without_registers(facts: Facts) -> Facts:
    """The same, with everything that is told of the patient unreadable."""
    return replace(
        facts,
        care_relationships=UNKNOWN,
        responsibility_moves=UNKNOWN,
        service_recipients=UNKNOWN,
        consents=UNKNOWN,
        blocks=UNKNOWN,
        lifts=UNKNOWN,
        emergencies=UNKNOWN,
        discharge_cases=UNKNOWN,
    )


def patient_facts(number: PersonalIdentityNumber, key: PatientKey, today: date, child_under_years: int) -> Patient:
    """The patient, and whether she is a child that cannot consent. A reserve number does not tell the age."""
    if number.kind is NumberKind.RESERVE:
        return Patient(key, UNKNOWN)
    digits = number.reveal()
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8]) % 60
    age = today.year - year - ((today.month, today.day) < (month, day))
    return Patient(key, age < child_under_years)


def _assignment(subject: Employee, staff: StaffView | Unknown) -> AssignmentInUse | Unknown | None:
    if subject.assignment is None:
        return None
    return UNKNOWN if staff is UNKNOWN else staff.assignment(subject.assignment, subject.person)


def _place(unit: HsaId | None, staff: StaffView | Unknown) -> InformationPlace | Unknown | None:
    if unit is None:
        return None
    return UNKNOWN if staff is UNKNOWN else staff.place(unit)


def _application(resource: Application, applications: Applications) -> ApplicationEntry | Unknown | None:
    return applications.application(resource.client_id)


def _task(request: Request, registers: Registers) -> CatalogueTask | Unknown | None:
    resource = request.resource
    if isinstance(resource, Task):
        return registers.task(resource.code)
    if isinstance(resource, Information) and resource.task is not None:
        return registers.task(resource.task)
    return None


def _delegations(
    person: HsaId, staff: StaffView | Unknown, registers: Registers, now: datetime
) -> tuple[Delegation, ...] | Unknown:
    terms = registers.delegations_to(person)
    if terms is UNKNOWN:
        return UNKNOWN
    return tuple(_delegation(written, staff, registers, now) for written in terms)


def _delegation(
    written: DelegationTerms, staff: StaffView | Unknown, registers: Registers, now: datetime
) -> Delegation:
    return Delegation(
        id=written.id,
        delegator=_delegator(written, staff, registers, now),
        recipient=written.recipient,
        task=written.task,
        patients=written.patients,
        units=written.units,
        period=written.period,
        accepted=written.accepted and written.signed,
        vetoed=written.vetoed,
        revoked_at=written.revoked_at,
        receiving_member_agreed=written.receiving_member_agreed,
        spent=written.spent,
        version=written.version,
    )


def _delegator(
    written: DelegationTerms, staff: StaffView | Unknown, registers: Registers, now: datetime
) -> Delegator | Unknown:
    """Who gave the delegation, as the directory knows her now. One that is gone from it has nothing left to give."""
    received = registers.delegations_to(written.delegator)
    if staff is UNKNOWN or received is UNKNOWN:
        return UNKNOWN
    found = staff.delegator(written.delegator)
    if found is None:
        return Delegator(written.delegator, None, frozenset(), frozenset(), (), active=False)
    if any(other.task == written.task and _stands(other, now) for other in received):
        return replace(found, holds_by_delegation=True)
    return found


def _stands(written: DelegationTerms, now: datetime) -> bool:
    ended = written.revoked_at is not None and written.revoked_at <= now
    return written.signed and written.accepted and not written.vetoed and not ended and written.period.contains(now)
