"""Ends a consent, or annuls one that was registered in error; both stay as history."""

from authz.actions.desk import Desk, end_row
from authz.ports import Kind, Row


def end_consent(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """The patient took it back. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.CONSENT, row_id, by=by, reason=reason)


def annul_consent(desk: Desk, row_id: str, *, by: str, reason: str) -> Row:
    """It never was given. Raises ``UnknownRecord`` and ``AlreadyEnded``."""
    return end_row(desk, Kind.CONSENT, row_id, by=by, reason=reason, annulled=True)
