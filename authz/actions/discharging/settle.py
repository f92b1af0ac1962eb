"""What is settled in a case beside its messages: the permanent care contact, the consent to a plan, and its end."""

from dataclasses import replace
from typing import Final

from authz.actions.acting_at import acts_at, need_acts_at
from authz.actions.carers import carers_at
from authz.actions.desk import Desk
from authz.actions.discharging.case import ANY_CONCERNED, NOT_CLOSED, need_state, open_case_row, units_of
from authz.actions.telling import commit, done
from authz.core.facts import CaseState, DischargeCase
from authz.core.unknown import UNKNOWN
from authz.ports import End, Row, StaffView
from authz.refusals import InvalidRegistration, NotAllowed, WrongState
from vocabulary.caller import Caller
from vocabulary.capacity import Capacity
from vocabulary.hsa_id import HsaId

OPEN_CARE: Final = "01"


def name_care_contact(desk: Desk, row_id: str, caller: Caller, person: HsaId) -> Row:
    """By a concerned unit or the ward; she is told.  (Lag 2017:612 3 kap. 2 §)

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed``, ``WrongState``, and ``InvalidRegistration`` for somebody
    who does not work in open care at a concerned unit.
    """
    row, case = open_case_row(desk, row_id)
    view = desk.directory()
    need_acts_at(desk, view, caller, units_of(case), ANY_CONCERNED)
    need_state(case, *NOT_CLOSED)
    if not _works_in_open_care(desk, view, person, case):
        raise InvalidRegistration(
            "the permanent care contact works in open care, at a unit that the case concerns", pointer="/person"
        )
    named = row.changed(replace(case, permanent_care_contact=person), done(desk, caller, "care_contact"))
    return commit(desk, named, [person])


def give_plan_consent(desk: Desk, row_id: str, caller: Caller, note: str) -> Row:
    """The patient consents to the individual plan; ``note`` says how and to whom.  (Lag 2017:612 4 kap. 2 §)

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``.
    """
    return _consent(desk, row_id, caller, note, replacing=False)


def withdraw_plan_consent(desk: Desk, row_id: str, caller: Caller, note: str) -> Row:
    """She takes it back. Raises as ``give_plan_consent``."""
    return _consent(desk, row_id, caller, note, replacing=True)


def close_case(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """Nothing more is sent or received. By the ward, or by the permanent care contact herself, after the discharge.

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``.
    """
    row, case = open_case_row(desk, row_id)
    is_contact = caller.person is not None and caller.person == case.permanent_care_contact
    if not is_contact and not acts_at(desk, desk.directory(), caller, {case.ward}):
        raise NotAllowed("the ward, or the permanent care contact herself, closes the case")
    need_state(case, CaseState.DISCHARGED)
    closed = row.changed(replace(case, state=CaseState.CLOSED), done(desk, caller, "closed", reason))
    return commit(desk, closed, carers_at(desk, case.patient, case.concerned_units))


def annul_case(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """It was registered in error and never counted; it stays as history. By the ward.

    Raises ``UnknownRecord``, ``AlreadyEnded``, ``NotAllowed`` and ``WrongState``.
    """
    row, case = open_case_row(desk, row_id)
    need_acts_at(desk, desk.directory(), caller, {case.ward}, "the ward")
    need_state(case, *NOT_CLOSED)
    act = done(desk, caller, "annulled", reason)
    annulled = row.ended(End(act.at, act.by, act.note or act.what, annulled=True), act)
    return commit(desk, annulled, carers_at(desk, case.patient, case.concerned_units))


def _consent(desk: Desk, row_id: str, caller: Caller, note: str, *, replacing: bool) -> Row:
    row, case = open_case_row(desk, row_id)
    need_acts_at(desk, desk.directory(), caller, units_of(case), ANY_CONCERNED)
    need_state(case, *NOT_CLOSED)
    if case.plan_consent is not replacing:
        raise WrongState(
            "the patient has consented already" if case.plan_consent else "there is no consent to withdraw"
        )
    what = "consent_withdrawn" if replacing else "plan_consent"
    changed = row.changed(replace(case, plan_consent=not replacing), done(desk, caller, what, note))
    contact = case.permanent_care_contact
    return commit(desk, changed, [] if contact is None else [contact])


def _works_in_open_care(desk: Desk, view: StaffView, person: HsaId, case: DischargeCase) -> bool:
    found, now = view.delegator(person), desk.clock.now()
    if found is None or not found.active or found.assignments is UNKNOWN:
        return False
    return any(
        held.unit in case.concerned_units
        and held.care_type == OPEN_CARE
        and held.capacity is Capacity.HEALTH_CARE
        and held.period.contains(now)
        for held in found.assignments
    )
