"""A step in the life of a row is written down and told of: who did it, how surely she was logged in, and who hears."""

from collections.abc import Iterable, Sequence

from authz.actions.desk import Desk, read_note
from authz.ports import Act, Notice, Row
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId


def done(desk: Desk, caller: Caller, what: str, note: str | None = None, document: str | None = None) -> Act:
    said = None if note is None else read_note(note, "/reason")
    level = None if caller.person is None else caller.level
    return Act(what, caller.name, desk.clock.now(), said, level, document)


def commit(desk: Desk, row: Row, told: Iterable[HsaId], beside: Sequence[Row] = ()) -> Row:
    """Write the row, and those ``beside`` it, and tell everybody in ``told`` of its act, but for who did it."""
    act = row.made_by
    notices = [
        Notice(person, act.what, row.kind, row.id, act.at) for person in dict.fromkeys(told) if str(person) != act.by
    ]
    desk.book.commit([row, *beside], notices)
    return row
