"""Ends an emergency access before its time: by the reader herself. Its review is still owed."""

from authz.actions.desk import Desk, open_row
from authz.actions.telling import commit, done
from authz.core.facts import Emergency
from authz.ports import End, Kind, Row
from authz.refusals import NotAllowed, UnknownRecord
from vocabulary.caller import Caller


def end_emergency_access(desk: Desk, row_id: str, caller: Caller, reason: str) -> Row:
    """Raises ``UnknownRecord``, ``AlreadyEnded`` and ``NotAllowed``."""
    row = open_row(desk, Kind.EMERGENCY, row_id)
    if not isinstance(row.content, Emergency):
        raise UnknownRecord("there is no such record")
    if caller.person != row.content.person:
        raise NotAllowed("whoever registered the emergency access ends it herself, logged in")
    act = done(desk, caller, "ended", reason)
    return commit(desk, row.ended(End(act.at, act.by, act.note or act.what), act), [])
