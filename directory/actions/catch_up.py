"""Let into the view what stands in journal and store already: others' commits, or our own after a lost answer."""

from directory.actions.desk import Desk
from directory.ports import RecordState
from directory.refusals import StoreOutOfStep

_RECORDS_AT_ONCE = 100


def catch_up(desk: Desk, reached: int) -> None:
    """Take every record up to ``reached``, which the store has. Raises ``StoreOutOfStep`` if the journal lacks one."""
    while desk.view.truth.revision < reached:
        at = desk.view.truth.revision
        for record in desk.journal.records(at, min(_RECORDS_AT_ONCE, reached - at)):
            if record.state is RecordState.PENDING and record.revision is not None:
                desk.journal.mark_applied(record.revision)
            desk.take(record)
        if desk.view.truth.revision == at:
            raise StoreOutOfStep(at, reached)


def take_acknowledged(desk: Desk) -> None:
    """Take every record that the journal says is applied, though the store that serves may lack it still."""
    while records := desk.journal.records(desk.view.truth.revision, _RECORDS_AT_ONCE):
        for record in records:
            if record.state is not RecordState.APPLIED:
                return
            desk.take(record)
