"""Registers that somebody takes part in the care of a patient at a unit.  (PDL 4 kap. 1 §)"""

from authz.actions.desk import Desk, need_not_over, need_person, need_unit, register_once, since_now
from authz.core.facts import CareRelationship
from authz.ports import Kind, Row
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


def register_care_relationship(
    desk: Desk, *, patient: PersonalIdentityNumber, person: HsaId, unit: HsaId, period: Period, by: str
) -> Row:
    """Raises ``UnknownStaff`` and ``InvalidPeriod``. Registered twice it is one. An unstated start is now."""
    now = desk.clock.now()
    view = desk.directory()
    need_person(view, person, "/person")
    need_unit(view, unit, "/unit")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = CareRelationship(row_id, sealed.key, person, unit, since_now(period, now))
    return register_once(desk, Row(Kind.CARE_RELATIONSHIP, row_id, content, (sealed,), by, now), period)
