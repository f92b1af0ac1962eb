"""Registers that somebody takes part in the care of a patient at a unit.  (PDL 4 kap. 1 §)"""

from authz.actions.desk import Desk, need_not_over, need_person, need_unit
from authz.core.facts import CareRelationship
from authz.ports import Kind, Row
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


def register_care_relationship(
    desk: Desk, *, patient: PersonalIdentityNumber, person: HsaId, unit: HsaId, period: Period, by: str
) -> Row:
    """Raises ``UnknownStaff`` and ``InvalidPeriod``. Registering twice is fine. An unstated start is now."""
    now = desk.clock.now()
    view = desk.directory()
    need_person(view, person, "/person")
    need_unit(view, unit, "/unit")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    period = period if period.start is not None else Period(now, period.end)
    row = Row(
        Kind.CARE_RELATIONSHIP,
        row_id,
        CareRelationship(row_id, sealed.key, person, unit, period),
        (sealed,),
        by,
        now,
    )
    desk.book.commit([row])
    return row
