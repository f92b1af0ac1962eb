"""Registers a delegation as it was signed and accepted.  (PSL 6 kap. 3 §, HSF 2017:80 4 kap. 6 §, SOSFS 1997:14)

Boundary: the offer, its acceptance, the vetoes and the occasions are another story; this is the written paper.
"""

from dataclasses import dataclass
from datetime import datetime

from authz.actions.desk import Desk, need_bounded, need_not_over, need_person, need_unit
from authz.core.delegated import lasts_at_most
from authz.core.policy import STRICTEST
from authz.core.unknown import UNKNOWN
from authz.ports import DelegationTerms, Kind, Row, StaffView
from authz.refusals import (
    DelegationTooLong,
    DelegationToSelf,
    DelegatorNotCompetent,
    InvalidRegistration,
    NotAccepted,
    RegistersUnavailable,
    TaskNotDelegable,
    UnknownTask,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


@dataclass(frozen=True, slots=True)
class SignedDelegation:
    """``units`` are the recipient's units that the paper is for: she loses it by leaving them. No ``patients`` means
    no limit to named ones."""

    delegator: HsaId
    recipient: HsaId
    task: str
    units: frozenset[HsaId]
    period: Period
    patients: tuple[PersonalIdentityNumber, ...] = ()
    accepted: bool = True
    receiving_member_agreed: bool = False


def register_delegation(desk: Desk, signed: SignedDelegation, *, by: str) -> Row:
    """Raises ``UnknownTask``, ``TaskNotDelegable``, ``DelegationToSelf``, ``DelegatorNotCompetent``, ``NotAccepted``,
    ``DelegationTooLong``, ``InvalidPeriod``, ``InvalidRegistration`` and ``UnknownStaff``."""
    now = desk.clock.now()
    if signed.delegator == signed.recipient:
        raise DelegationToSelf("nobody delegates to herself", pointer="/recipient")
    if not signed.accepted:
        raise NotAccepted("the recipient has not accepted the delegation", pointer="/accepted")
    if not signed.units:
        raise InvalidRegistration("a delegation names the recipient's unit", pointer="/units")
    _need_at_most_a_year(signed.period)
    need_not_over(signed.period, now, "/period")
    view = desk.directory()
    need_person(view, signed.recipient, "/recipient")
    for unit in signed.units:
        need_unit(view, unit, "/units")
    _need_competent(desk, view, signed, now)
    row_id = desk.new_id()
    patients = tuple(desk.sealed(number) for number in signed.patients)
    content = DelegationTerms(
        row_id,
        signed.delegator,
        signed.recipient,
        signed.task,
        frozenset(patient.key for patient in patients),
        signed.units,
        signed.period,
        accepted=True,
        receiving_member_agreed=signed.receiving_member_agreed,
    )
    row = Row(Kind.DELEGATION, row_id, content, patients, by, now)
    desk.book.commit([row])
    return row


def _need_at_most_a_year(period: Period) -> None:
    if not lasts_at_most(STRICTEST.longest_delegation_years, *need_bounded(period, "/period")):
        raise DelegationTooLong("a delegation lasts at most one year", pointer="/period")


def _need_competent(desk: Desk, view: StaffView, signed: SignedDelegation, now: datetime) -> None:
    need_person(view, signed.delegator, "/delegator")
    task, delegator = desk.registers.task(signed.task), view.delegator(signed.delegator)
    if task is UNKNOWN:
        raise RegistersUnavailable("the catalogue of tasks cannot be read now")
    if task is None:
        raise UnknownTask("the task is not in the catalogue", pointer="/task")
    if not task.delegable:
        raise TaskNotDelegable("the task may not be delegated", pointer="/task")
    if delegator is None or delegator.licences is UNKNOWN or delegator.restrictions is UNKNOWN:
        raise DelegatorNotCompetent("the delegator's licence cannot be confirmed", pointer="/delegator")
    if delegator.licences.isdisjoint(task.required_licences) or task.code in delegator.restrictions:
        raise DelegatorNotCompetent("the delegator has no licence for the task", pointer="/delegator")
    held = () if delegator.assignments is UNKNOWN else delegator.assignments
    if not any(one.period.contains(now) for one in held):
        raise DelegatorNotCompetent("the delegator has no current assignment", pointer="/delegator")
