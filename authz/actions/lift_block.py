"""Lifts a block for a unit, or one person there, for at most seven days.  (PDL 4 kap. 5 §)"""

from datetime import timedelta

from authz.actions.desk import (
    Desk,
    end_row,
    need_bounded,
    need_not_over,
    need_person,
    need_unit,
    notices_of,
    open_row,
    read_note,
    since_now,
)
from authz.actions.rights import reviewers
from authz.core.facts import Block, Lift, LiftReason
from authz.core.policy import STRICTEST
from authz.ports import Kind, Row
from authz.refusals import BlockOfAnotherProvider, LiftTooLong
from vocabulary.hsa_id import HsaId
from vocabulary.period import Period

TO_BE_REVIEWED = "emergency_lift"
"""What whoever reviews a lift for an emergency is told of it."""


def lift_block(
    desk: Desk,
    block: str,
    *,
    unit: HsaId,
    person: HsaId | None,
    reason: LiftReason,
    text: str,
    period: Period,
    by: str,
    own_provider: HsaId | None = None,
    longest: timedelta = STRICTEST.longest_lift,
) -> Row:
    """``text`` is the officer's words. Raises ``UnknownRecord`` and ``AlreadyEnded`` for the block,
    ``BlockOfAnotherProvider``, ``UnknownStaff``, ``InvalidPeriod`` and ``LiftTooLong``. A lift is no ground.
    An unstated start is now.
    One for an emergency is told to whoever reviews it."""
    blocked = open_row(desk, Kind.BLOCK, block)
    assert isinstance(blocked.content, Block)
    if own_provider is not None and own_provider != blocked.content.provider:
        raise BlockOfAnotherProvider("staff administer blocks of their own care provider only")
    view = desk.directory()
    need_unit(view, unit, "/unit")
    if person is not None:
        need_person(view, person, "/person")
    now = desk.clock.now()
    period = since_now(period, now)
    start, end = need_bounded(period, "/period")
    need_not_over(period, now, "/period")
    if end - start > longest:
        raise LiftTooLong(f"a block is lifted for at most {longest.days} days", pointer="/period")
    note, row_id = read_note(text, "/text"), desk.new_id()
    content = Lift(row_id, block, unit, person, reason, period)
    row = Row(Kind.LIFT, row_id, content, blocked.patients, by, now, note=note)
    told = reviewers(view, blocked.content.provider) if reason is LiftReason.EMERGENCY else ()
    desk.book.commit([row], notices_of(row, told, TO_BE_REVIEWED))
    return row


def end_lift(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.LIFT, row_id, by=by, reason=reason)
