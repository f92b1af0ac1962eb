"""Carry a checked change set through: journal, store, view, listeners. The one road on which anything is written.

``append`` (pending, durable) → ``apply`` (one transaction that carries the revision) → ``mark_applied`` → view →
listeners → ``mark_announced``. Wherever the power fails, ``resume`` finds from the store's revision how far it came.
"""

from collections.abc import Sequence

from directory.actions.desk import Desk
from directory.actions.feed import commit_of
from directory.actions.settle import settle
from directory.actions.writing import Terms
from directory.core.changes import Change, Commit
from directory.ports import JournalMovedOn, JournalRecord, RecordState
from directory.refusals import (
    DirectoryUnavailable,
    JournalUnavailable,
    OutcomeUnknown,
    StoreOutOfStep,
    StoreRejected,
    StoreUnavailable,
)


def commit(desk: Desk, changes: Sequence[Change], follows: int, terms: Terms) -> Commit:
    """Only inside ``turn_to_write``. Returns when the change stands and the listeners were told.

    Raises ``JournalMovedOn`` (nothing written), ``StoreRejected`` (nothing changed; the journal remembers why), and
    ``OutcomeUnknown``: writing stops until ``settle`` has found out, and finished what the journal has. Where another
    mirror can take the place of the one that was lost, that is tried at once.
    """
    revision = follows + 1
    asked_at, now = desk.clock.monotonic_seconds(), desk.clock.now()
    desk.unsettled = True
    try:
        record = desk.journal.append(
            changes, follows=follows, actor=terms.actor, reason=terms.reason, door=terms.door, at=now
        )
    except JournalMovedOn:
        desk.unsettled = False
        raise
    except JournalUnavailable as lost:
        raise OutcomeUnknown(revision, lost) from lost
    try:
        desk.store.apply(changes, revision)
        desk.journal.mark_applied(revision)
    except StoreRejected as refusal:
        desk.journal.reject(revision, refusal.description)
        desk.unsettled = False
        raise
    except (StoreUnavailable, StoreOutOfStep, JournalUnavailable) as lost:
        if desk.store.is_mirrored:
            return _finished_on_a_mirror(desk, record, lost)
        if isinstance(lost, StoreOutOfStep):
            raise
        raise OutcomeUnknown(revision, lost) from lost
    made = desk.take(record)
    desk.unsettled = False
    desk.confirm(asked_at)
    desk.announcer.deliver()
    return made


def _finished_on_a_mirror(desk: Desk, record: JournalRecord, lost: DirectoryUnavailable) -> Commit:
    """A mirror may be behind what the journal follows from, so that being out of step is no end here either."""
    revision = record.revision
    assert revision is not None, "only rejected records have none"
    try:
        settle(desk)
        found = desk.journal.records(revision - 1, 1)
    except DirectoryUnavailable as still:
        raise OutcomeUnknown(revision, still) from lost
    for one in found:
        if one.state is RecordState.APPLIED and (one.at, one.changes) == (record.at, record.changes):
            return commit_of(one)
    raise OutcomeUnknown(revision, lost) from lost
