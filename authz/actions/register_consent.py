"""Registers a patient's consent, or another lawful ground, for a unit or one named employee.  (Lag 2022:913 3 kap.)"""

from authz.actions.desk import Desk, need_not_over, need_person, need_unit, read_note
from authz.core.facts import Consent, Ground
from authz.ports import Kind, Row
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


def register_consent(
    desk: Desk,
    *,
    patient: PersonalIdentityNumber,
    unit: HsaId,
    person: HsaId | None,
    ground: Ground,
    period: Period,
    by: str,
    note: str | None = None,
) -> Row:
    """Raises ``UnknownStaff`` and ``InvalidPeriod``. Registering twice is fine. An unstated start is now.

    Whether the ground is lawful for the reader's capacity is judged when it is used.
    """
    now = desk.clock.now()
    view = desk.directory()
    need_unit(view, unit, "/unit")
    if person is not None:
        need_person(view, person, "/person")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    period = period if period.start is not None else Period(now, period.end)
    row = Row(
        Kind.CONSENT,
        row_id,
        Consent(row_id, sealed.key, unit, person, ground, period),
        (sealed,),
        by,
        now,
        note=None if note is None else read_note(note, "/note"),
    )
    desk.book.commit([row])
    return row
