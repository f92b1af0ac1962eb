"""Ends a care relationship, or all those of a person who leaves."""

from authz.actions.desk import Desk, end_row, read_note
from authz.core.facts import CareRelationship
from authz.ports import End, Kind, Row
from vocabulary.hsa_id import HsaId


def end_care_relationship(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """Whose it was is told, if somebody else ended it. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    row = desk.book.row(Kind.CARE_RELATIONSHIP, row_id)
    told = (row.content.person,) if row is not None and isinstance(row.content, CareRelationship) else ()
    return end_row(desk, Kind.CARE_RELATIONSHIP, row_id, by=by, reason=reason, told=told)


def end_care_relationships_of(desk: Desk, person: HsaId, *, by: str, reason: str) -> tuple[str, ...]:
    """End every open one of ``person``; gives their ids. Done twice it does nothing the second time."""
    note = read_note(reason, "/reason")
    now = desk.clock.now()
    rows = desk.book.rows_of_person(Kind.CARE_RELATIONSHIP, person)
    ended = [row.ended(End(now, by, note)) for row in rows if row.end is None]
    desk.book.commit(ended)
    return tuple(row.id for row in ended)
