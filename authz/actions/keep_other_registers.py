"""The smaller registers: services, emergencies, the catalogue of tasks, discharge cases, moves of responsibility."""

from dataclasses import replace
from datetime import datetime

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
from authz.ports import Kind, Row
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
    """An assertion of emergency with its reason and validity.  (Lag 2022:913 3 kap. 6 §)"""
    now = desk.clock.now()
    view = desk.directory()
    need_person(view, person, "/person")
    need_unit(view, unit, "/unit")
    need_bounded(period, "/period")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = Emergency(row_id, sealed.key, person, unit, read_note(reason, "/reason"), period)
    return _commit(desk, Row(Kind.EMERGENCY, row_id, content, (sealed,), by, now))


def end_emergency(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    return end_row(desk, Kind.EMERGENCY, row_id, by=by, reason=reason)


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
) -> Row:
    now = desk.clock.now()
    view = desk.directory()
    for unit in (ward, *concerned_units):
        need_unit(view, unit, "/concerned_units")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = DischargeCase(row_id, sealed.key, ward, concerned_units, state, permanent_care_contact, plan_consent)
    return _commit(desk, Row(Kind.DISCHARGE_CASE, row_id, content, (sealed,), by, now))


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
    if not professions or not professions <= LICENCES:
        raise InvalidRegistration("the professions that move are licence codes", pointer="/professions")
    view = desk.directory()
    need_unit(view, from_unit, "/from_unit")
    need_unit(view, to_unit, "/to_unit")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = ResponsibilityMove(row_id, sealed.key, from_unit, to_unit, professions, at)
    return _commit(desk, Row(Kind.RESPONSIBILITY_MOVE, row_id, content, (sealed,), by, desk.clock.now()))


def _commit(desk: Desk, row: Row) -> Row:
    desk.book.commit([row])
    return row
