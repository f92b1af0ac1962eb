"""What every delegation must be when it is written.  (PSL 6 kap. 3 §; SOSFS 1997:14; HSF 2017:80 4 kap. 6 §)"""

from dataclasses import dataclass
from datetime import datetime

from authz.actions.desk import Desk, need_bounded, need_not_over, need_person, need_unit
from authz.core.delegated import lasts_at_most
from authz.core.facts import CatalogueTask
from authz.core.policy import STRICTEST
from authz.core.unknown import UNKNOWN
from authz.ports import DelegationTerms, SealedPatient, StaffView
from authz.refusals import (
    DelegationTooLong,
    DelegationToSelf,
    DelegatorNotCompetent,
    InvalidRegistration,
    RegistersUnavailable,
    TaskNotDelegable,
    UnknownTask,
)
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

MOST_PATIENTS = 200


@dataclass(frozen=True, slots=True)
class Written:
    """``units`` are the recipient's units that it is for: she loses it by leaving them. No ``patients`` means no limit
    to named ones. ``once`` is for a single occasion within the period."""

    delegator: HsaId
    recipient: HsaId
    task: str
    units: frozenset[HsaId]
    period: Period
    patients: tuple[PersonalIdentityNumber, ...] = ()
    once: bool = False
    renews: str | None = None


def need_sound(desk: Desk, written: Written) -> StaffView:
    """Raises ``UnknownTask``, ``TaskNotDelegable``, ``DelegationToSelf``, ``DelegatorNotCompetent``,
    ``DelegationTooLong``, ``InvalidPeriod``, ``InvalidRegistration`` and ``UnknownStaff``."""
    now = desk.clock.now()
    if written.delegator == written.recipient:
        raise DelegationToSelf("nobody delegates to herself", pointer="/recipient")
    if not written.units:
        raise InvalidRegistration("a delegation names the recipient's unit", pointer="/units")
    if len(written.patients) > MOST_PATIENTS:
        raise InvalidRegistration(f"a delegation names at most {MOST_PATIENTS} patients", pointer="/patients")
    _need_at_most_a_year(written.period)
    need_not_over(written.period, now, "/period")
    view = desk.directory()
    need_person(view, written.recipient, "/recipient")
    for unit in written.units:
        need_unit(view, unit, "/units")
    _need_competent(desk, view, written, now)
    return view


def terms_of(
    row_id: str,
    written: Written,
    patients: tuple[SealedPatient, ...],
    view: StaffView,
    now: datetime,
    *,
    signed: bool,
    accepted: bool,
) -> DelegationTerms:
    return DelegationTerms(
        row_id,
        written.delegator,
        written.recipient,
        written.task,
        frozenset(patient.key for patient in patients),
        written.units,
        written.period,
        accepted=accepted,
        signed=signed,
        needs_agreement=_crosses(view, written, now),
        once=written.once,
        renews=written.renews,
    )


def catalogue_task(desk: Desk, code: str) -> CatalogueTask:
    """Raises ``UnknownTask`` and ``RegistersUnavailable``."""
    task = desk.registers.task(code)
    if task is UNKNOWN:
        raise RegistersUnavailable("the catalogue of tasks cannot be read now")
    if task is None:
        raise UnknownTask("the task is not in the catalogue", pointer="/task")
    return task


def _crosses(view: StaffView, written: Written, now: datetime) -> bool:
    """Whether some of the recipient's units belong to a provider that the delegator does not work for now."""
    delegator = view.delegator(written.delegator)
    if delegator is None or delegator.assignments is UNKNOWN:
        return True
    own = {held.provider for held in delegator.assignments if held.period.contains(now)}
    places = (view.place(unit) for unit in written.units)
    return any(place is None or place.unit_provider not in own for place in places)


def _need_at_most_a_year(period: Period) -> None:
    if not lasts_at_most(STRICTEST.longest_delegation_years, *need_bounded(period, "/period")):
        raise DelegationTooLong("a delegation lasts at most one year", pointer="/period")


def _need_competent(desk: Desk, view: StaffView, written: Written, now: datetime) -> None:
    need_person(view, written.delegator, "/delegator")
    task, delegator = catalogue_task(desk, written.task), view.delegator(written.delegator)
    if not task.delegable:
        raise TaskNotDelegable("the task may not be delegated", pointer="/task")
    if delegator is None or delegator.licences is UNKNOWN or delegator.restrictions is UNKNOWN:
        raise DelegatorNotCompetent("the delegator's licence cannot be confirmed", pointer="/delegator")
    if delegator.licences.isdisjoint(task.required_licences) or task.code in delegator.restrictions:
        raise DelegatorNotCompetent("the delegator has no licence for the task", pointer="/delegator")
    held = () if delegator.assignments is UNKNOWN else delegator.assignments
    if not any(one.period.contains(now) for one in held):
        raise DelegatorNotCompetent("the delegator has no current assignment", pointer="/delegator")
