"""Ends a consent, or annuls one that was registered in error; both stay as history."""

from authz.actions.desk import Desk, end_row
from authz.core.facts import Consent
from authz.ports import Kind, Row
from vocabulary.hsa_id import HsaId


def end_consent(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """The patient took it back. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.CONSENT, row_id, by=by, reason=reason, told=_named(desk, row_id))


def annul_consent(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """It never was given. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.CONSENT, row_id, by=by, reason=reason, annulled=True, told=_named(desk, row_id))


def _named(desk: Desk, row_id: str) -> tuple[HsaId | None, ...]:
    """The one employee whom the consent was for, if it was for one."""
    row = desk.book.row(Kind.CONSENT, row_id)
    return (row.content.person,) if row is not None and isinstance(row.content, Consent) else ()
