"""Registers an emergency access: by the reader herself, in health care, with a reason, for a day at the most.

It opens nothing by itself: each decision judges it.  (Lag 2022:913 3 kap. 6 §)
"""

from datetime import datetime

from authz.actions.acting_at import need_herself_at, unit_of
from authz.actions.desk import Desk, need_not_over, read_note
from authz.actions.emergencies.reviewers import heads_of_operations
from authz.actions.keep_other_registers import written_emergency
from authz.actions.telling import commit, done
from authz.core.policy import STRICTEST
from authz.ports import Row
from authz.refusals import EmergencyInSocialCare, EmergencyTooLong
from vocabulary.caller import Caller
from vocabulary.capacity import Capacity
from vocabulary.period import Period
from vocabulary.personal_number import PersonalIdentityNumber


def register_emergency_access(
    desk: Desk, caller: Caller, *, patient: PersonalIdentityNumber, reason: str, until: datetime
) -> Row:
    """From now ``until``, at the unit of her assignment in use. The head of operations is told; a review is owed.

    Raises ``NotAllowed``, ``EmergencyInSocialCare``, ``EmergencyTooLong``, ``InvalidPeriod``,
    ``PersonalNumberInText`` and ``InvalidValue``.
    """
    now, view = desk.clock.now(), desk.directory()
    person, held = need_herself_at(desk, view, caller, None, "a unit of health care")
    if held.capacity is not Capacity.HEALTH_CARE:
        raise EmergencyInSocialCare(
            "emergency access does not exist in social care: log in with an assignment in health care, or ask a "
            "colleague there"
        )
    longest = STRICTEST.longest_emergency
    if until > now + longest:
        hours = int(longest.total_seconds() // 3600)
        raise EmergencyTooLong(
            f"an emergency access lasts at most {hours} hours; register another one if it is still needed then",
            pointer="/to",
        )
    if until < now:
        until = now  # Said in the words of an ended period, not of an impossible one.
    period = Period(now, until)
    need_not_over(period, now, "/to")
    act = done(desk, caller, "registered")
    row, review = written_emergency(
        desk,
        patient=patient,
        person=person,
        unit=unit_of(held),
        reason=read_note(reason, "/reason"),
        period=period,
        act=act,
    )
    return commit(desk, row, heads_of_operations(view, unit_of(held)), [review])
