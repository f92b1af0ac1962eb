"""The smaller registers: services, emergencies, the catalogue of tasks, discharge cases, moves of responsibility."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from authz.actions.desk import (
    Desk,
    end_row,
    need_bounded,
    need_not_over,
    need_person,
    need_provider,
    need_unit,
    read_note,
    register_once,
)
from authz.core.facts import CaseState, CatalogueTask, DischargeCase, Emergency, ResponsibilityMove, ServiceRecipient
from authz.core.policy import STRICTEST
from authz.core.request import PatientKey
from authz.ports import Act, EmergencyReview, Kind, Row
from authz.ports.registers import REGISTERED
from authz.refusals import InvalidRegistration
from vocabulary.codes import INFORMATION_TYPES, LICENCES
from vocabulary.hsa_id import HsaId
from vocabulary.period import ALWAYS, Period
from vocabulary.personal_number import PersonalIdentityNumber

MAX_TASK_CODE = 64


def register_service_recipient(
    desk: Desk, *, patient: PersonalIdentityNumber, provider: HsaId, by: str, period: Period = ALWAYS
) -> Row:
    """The patient gets, or is assessed for, the services of a social care provider. Registered twice it is one."""
    now = desk.clock.now()
    need_provider(desk.directory(), provider, "/provider")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = ServiceRecipient(row_id, sealed.key, provider, period)
    return register_once(desk, Row(Kind.SERVICE_RECIPIENT, row_id, content, (sealed,), by, now), period)


def end_service_recipient(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    return end_row(desk, Kind.SERVICE_RECIPIENT, row_id, by=by, reason=reason)


def register_emergency(
    desk: Desk, *, patient: PersonalIdentityNumber, person: HsaId, unit: HsaId, reason: str, period: Period, by: str
) -> Row:
    """An assertion of emergency with its reason and validity, and the review that is owed for it.

    (Lag 2022:913 3 kap. 6 §)
    """
    now = desk.clock.now()
    view = desk.directory()
    need_person(view, person, "/person")
    need_unit(view, unit, "/unit")
    need_bounded(period, "/period")
    need_not_over(period, now, "/period")
    said, act = read_note(reason, "/reason"), Act(REGISTERED, by, now)
    row, review = written_emergency(
        desk, patient=patient, person=person, unit=unit, reason=said, period=period, act=act
    )  # fmt: skip
    desk.book.commit([row, review])
    return row


def written_emergency(
    desk: Desk, *, patient: PersonalIdentityNumber, person: HsaId, unit: HsaId, reason: str, period: Period, act: Act
) -> tuple[Row, Row]:
    """The emergency and its review, to be committed together: none stands without being owed a review."""
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = Emergency(row_id, sealed.key, person, unit, reason, period)
    due = act.at + STRICTEST.emergency_reviewed_within
    review = EmergencyReview(row_id, row_id, sealed.key, person, unit, due)
    return (
        Row(Kind.EMERGENCY, row_id, content, (sealed,), act.by, act.at, act=act),
        Row(Kind.EMERGENCY_REVIEW, row_id, review, (sealed,), act.by, act.at, act=replace(act, what="owed")),
    )


def keep_task(desk: Desk, task: CatalogueTask, *, by: str) -> Row:
    """Put a task into the catalogue, or a new version of it in the place of the one there."""
    if not task.required_licences <= LICENCES or not task.gives_sight_of <= INFORMATION_TYPES:
        raise InvalidRegistration("a task names licences and information types of the code tables")
    if not 1 <= len(task.code) <= MAX_TASK_CODE:
        raise InvalidRegistration(f"a task's code has at most {MAX_TASK_CODE} characters")
    now = desk.clock.now()
    there = desk.book.row(Kind.TASK, task.code)
    if there is None:
        return _commit(desk, Row(Kind.TASK, task.code, replace(task, version=1), (), by, now))
    version = there.version + 1
    changed = replace(
        there, content=replace(task, version=version), registered_by=by, registered_at=now, end=None, version=version
    )
    return _commit(desk, changed)


def open_discharge_case(
    desk: Desk,
    *,
    patient: PersonalIdentityNumber,
    ward: HsaId,
    concerned_units: frozenset[HsaId],
    by: str,
    state: CaseState = CaseState.ADMITTED,
    permanent_care_contact: HsaId | None = None,
    plan_consent: bool = False,
    admitted_at: datetime | None = None,
) -> Row:
    act = Act(REGISTERED, by, desk.clock.now())
    written = written_case(
        desk, patient=patient, ward=ward, concerned_units=concerned_units, act=act, admitted_at=admitted_at
    )  # fmt: skip
    case = written.content
    assert isinstance(case, DischargeCase)
    case = replace(case, state=state, permanent_care_contact=permanent_care_contact, plan_consent=plan_consent)
    return _commit(desk, replace(written, content=case, act=act))


def written_case(
    desk: Desk,
    *,
    patient: PersonalIdentityNumber,
    ward: HsaId,
    concerned_units: frozenset[HsaId],
    act: Act,
    admitted_at: datetime | None,
) -> Row:
    """The case of a patient who has been admitted, to be committed. Raises ``UnknownStaff``."""
    view = desk.directory()
    need_unit(view, ward, "/ward")
    for unit in sorted(concerned_units, key=lambda unit: unit.key):
        need_unit(view, unit, "/concerned_units")
    sealed = desk.sealed(patient)
    row_id = next_id(desk, Kind.DISCHARGE_CASE, sealed.key)
    content = DischargeCase(
        row_id, sealed.key, ward, concerned_units, CaseState.ADMITTED, admitted_at=admitted_at
    )  # fmt: skip
    return Row(Kind.DISCHARGE_CASE, row_id, content, (sealed,), act.by, act.at, act=act)


def next_id(desk: Desk, kind: Kind, patient: PatientKey) -> str:
    """The id of the patient's next row: two who register at once reach for the same, and one of them is refused.

    # INVARIANT (one at a time): what was looked at before registering cannot have changed by the time of the commit.
    """
    number = len(desk.book.rows_of_patient(kind, patient)) + 1
    return sha256(f"{kind}:{patient}:{number}".encode()).hexdigest()[:32]


def register_responsibility_move(
    desk: Desk,
    *,
    patient: PersonalIdentityNumber,
    from_unit: HsaId,
    to_unit: HsaId,
    professions: frozenset[str],
    at: datetime,
    by: str,
) -> Row:
    """Responsibility for nursing moves to another unit at ``at``.  (HSL 12 kap. 1 §)"""
    act = Act(REGISTERED, by, desk.clock.now())
    row = written_move(
        desk, patient=patient, from_unit=from_unit, to_unit=to_unit, professions=professions, at=at, act=act
    )  # fmt: skip
    return _commit(desk, row)


def written_move(
    desk: Desk,
    *,
    patient: PersonalIdentityNumber,
    from_unit: HsaId,
    to_unit: HsaId,
    professions: frozenset[str],
    at: datetime,
    act: Act,
) -> Row:
    """A move, to be committed. Raises ``InvalidRegistration`` and ``UnknownStaff``."""
    if not professions or not professions <= LICENCES:
        raise InvalidRegistration("the professions that move are licence codes", pointer="/professions")
    view = desk.directory()
    need_unit(view, from_unit, "/from_unit")
    need_unit(view, to_unit, "/to_unit")
    sealed = desk.sealed(patient)
    row_id = next_id(desk, Kind.RESPONSIBILITY_MOVE, sealed.key)
    content = ResponsibilityMove(row_id, sealed.key, from_unit, to_unit, professions, at)
    return Row(Kind.RESPONSIBILITY_MOVE, row_id, content, (sealed,), act.by, act.at, act=act)


def _commit(desk: Desk, row: Row) -> Row:
    desk.book.commit([row])
    return row
