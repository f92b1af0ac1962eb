"""Registers a patient's consent, or another lawful ground, for a unit or one named employee.  (Lag 2022:913 3 kap.)"""

from authz.actions.desk import Desk, need_not_over, need_person, need_unit, read_note, register_once, since_now
from authz.core.facts import Consent, Ground
from authz.ports import Kind, Row
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber

MOST_OF_A_NAME = 200


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
    represented_by: str | None = None,
) -> Row:
    """Raises ``UnknownStaff`` and ``InvalidPeriod``. Registered twice it is one. An unstated start is now.
    ``represented_by`` is name and role of a lawful representative who spoke for the patient.

    Whether the ground is lawful for the reader's capacity is judged when it is used.
    """
    now = desk.clock.now()
    view = desk.directory()
    need_unit(view, unit, "/unit")
    if person is not None:
        need_person(view, person, "/person")
    need_not_over(period, now, "/period")
    sealed, row_id = desk.sealed(patient), desk.new_id()
    content = Consent(row_id, sealed.key, unit, person, ground, since_now(period, now))
    row = Row(
        Kind.CONSENT,
        row_id,
        content,
        (sealed,),
        by,
        now,
        note=None if note is None else read_note(note, "/note"),
        asked_by=None if represented_by is None else read_note(represented_by, "/represented_by", MOST_OF_A_NAME),
    )
    return register_once(desk, row, period)
