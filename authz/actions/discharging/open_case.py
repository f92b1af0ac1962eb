"""Opens a discharge case: at the ward that has admitted the patient, with the units that her discharge concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from authz.actions.acting_at import in_use, need_acts_at
from authz.actions.carers import carers_at
from authz.actions.desk import Desk, need_unit
from authz.actions.discharging.case import NOT_CLOSED, need_state, open_case_row
from authz.actions.keep_other_registers import written_case
from authz.actions.telling import commit, done
from authz.core.facts import DischargeCase
from authz.ports import Kind, Row
from authz.refusals import AlreadyRegistered, InvalidPeriod, InvalidRegistration
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber

MOST_UNITS: Final = 20
IN_PATIENT: Final = "02"


@dataclass(frozen=True, slots=True)
class Admission:
    patient: PersonalIdentityNumber
    ward: HsaId
    concerned_units: frozenset[HsaId]
    admitted_at: datetime


def open_case(desk: Desk, caller: Caller, admission: Admission) -> Row:
    """Raises ``NotAllowed``, ``UnknownStaff``, ``InvalidRegistration``, ``InvalidPeriod`` for an admission that is to
    come, and ``AlreadyRegistered`` where the patient has an open case at the ward."""
    now, view = desk.clock.now(), desk.directory()
    need_acts_at(desk, view, caller, {admission.ward}, "the ward")
    held = in_use(desk, view, caller)
    if held is not None and held.care_type != IN_PATIENT:
        raise InvalidRegistration("a discharge case is opened by a ward of in-patient care", pointer="/ward")
    _need_units(admission.ward, admission.concerned_units)
    if admission.admitted_at > now:
        raise InvalidPeriod("the patient has not been admitted yet", pointer="/admitted_at")
    row = written_case(
        desk,
        patient=admission.patient,
        ward=admission.ward,
        concerned_units=admission.concerned_units,
        act=done(desk, caller, "registered"),
        admitted_at=admission.admitted_at,
    )
    for other in desk.book.rows_of_patient(Kind.DISCHARGE_CASE, row.patients[0].key):
        there = other.content
        if not isinstance(there, DischargeCase) or other.end is not None:
            continue
        if there.state in NOT_CLOSED and there.ward == admission.ward:
            raise AlreadyRegistered(
                f"the patient has an open case at this ward, `{other.id}`: go on with it, or close it first",
                pointer="/ward",
            )
    return commit(desk, row, carers_at(desk, row.patients[0].key, admission.concerned_units))


def change_concerned_units(desk: Desk, row_id: str, caller: Caller, units: frozenset[HsaId]) -> Row:
    """The case concerns these units from now on. By the ward. Raises ``UnknownRecord``, ``AlreadyEnded``,
    ``NotAllowed``, ``WrongState``, ``UnknownStaff`` and ``InvalidRegistration``."""
    row, case = open_case_row(desk, row_id)
    view = desk.directory()
    need_acts_at(desk, view, caller, {case.ward}, "the ward")
    need_state(case, *NOT_CLOSED)
    _need_units(case.ward, units)
    for unit in units:
        need_unit(view, unit, "/units")
    changed = row.changed(_with(case, units), done(desk, caller, "units_changed"))
    return commit(desk, changed, carers_at(desk, case.patient, units - case.concerned_units))


def _need_units(ward: HsaId, units: Collection[HsaId]) -> None:
    if not 1 <= len(units) <= MOST_UNITS:
        raise InvalidRegistration(f"a case concerns 1 to {MOST_UNITS} units", pointer="/concerned_units")
    if ward in units:
        raise InvalidRegistration("the ward is not one of the concerned units", pointer="/concerned_units")


def _with(case: DischargeCase, units: frozenset[HsaId]) -> DischargeCase:
    """Without the care contact where her unit is no longer concerned: she is chosen anew."""
    return DischargeCase(
        case.id, case.patient, case.ward, units, case.state,
        case.permanent_care_contact if case.concerned_units <= units else None,
        case.plan_consent, case.admitted_at,
    )  # fmt: skip
