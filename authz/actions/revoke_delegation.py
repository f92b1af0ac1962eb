"""Ends a delegation at once: revoked by somebody, or lapsed because the delegator or the recipient left.  (5.4)"""

from authz.actions.desk import Desk, end_row, read_note
from authz.ports import End, Kind, Row
from vocabulary.hsa_id import HsaId


def revoke_delegation(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """By the delegator, the chief nurse or the head of operations. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.DELEGATION, row_id, by=by, reason=reason)


def lapse_delegations_of(desk: Desk, person: HsaId, *, by: str, reason: str) -> tuple[str, ...]:
    """Every open delegation that ``person`` gave or received lapses now; gives their ids.

    For a leaver. Done twice it does nothing the second time.
    """
    note = read_note(reason, "/reason")
    now = desk.clock.now()
    rows = desk.book.rows_of_person(Kind.DELEGATION, person)
    lapsed = [row.ended(End(now, by, f"lapsed: {note}")) for row in rows if row.end is None]
    desk.book.commit(lapsed)
    return tuple(row.id for row in lapsed)
