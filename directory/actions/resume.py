"""Bring journal and store together again: after a crash, a lost answer, or with a store that was restored or is empty.

The store says itself which revision it has reached. A pending record that it has is marked applied; one that it has
not is applied now. A store that is further behind gets everything that it lacks, in order; an empty one is built anew
(``rebuild``). A store that is *ahead* of the journal cannot be explained: nothing is done, and an administrator must
restore the journal.
"""

from directory.actions.rebuild import rebuild
from directory.core.changes import rebased
from directory.core.entries import Entry
from directory.ports import DirectoryStore, Journal, JournalRecord, RecordState
from directory.refusals import StoreOutOfStep, StoreRejected

_RECORDS_AT_ONCE = 100


def resume(store: DirectoryStore, journal: Journal) -> None:
    """Afterwards no record is pending and the store has the newest. Doing it twice, or in two processes, is harmless.

    Raises ``StoreUnavailable``, ``JournalUnavailable`` (try again later) and ``StoreOutOfStep``.
    """
    reached, newest = store.revision(), journal.newest()
    if reached > newest:
        raise StoreOutOfStep(newest, reached)
    pending = journal.pending()
    for record in pending:
        if _revision(record) <= reached:
            journal.mark_applied(_revision(record))
    if reached <= 0:
        reached = _built(store, journal)
    if newest == reached:
        return
    if newest == reached + 1 and pending and _applied_as_written(store, pending[-1]):
        journal.mark_applied(newest)
        return
    _apply_all_above(reached, store, journal)


def _built(store: DirectoryStore, journal: Journal) -> int:
    try:
        return rebuild(store, journal)
    except StoreRejected as refusal:
        raise StoreOutOfStep(journal.newest(), 0) from refusal


def _applied_as_written(store: DirectoryStore, record: JournalRecord) -> bool:
    """The ordinary case: the store stands where it stood when the record was written."""
    try:
        store.apply(record.changes, _revision(record))
    except StoreRejected:
        return False
    return True


def _apply_all_above(reached: int, store: DirectoryStore, journal: Journal) -> None:
    """Start each change from what the store really holds, which need not be what the record says."""
    held: dict[str, Entry] = {entry.hsa_id.key: entry for entry in store.load().entries}
    while records := journal.records(reached, _RECORDS_AT_ONCE):
        for record in records:
            revision = _revision(record)
            try:
                store.apply(rebased(record.changes, lambda hsa_id: held.get(hsa_id.key)), revision)
            except StoreRejected as refusal:
                if record.state is not RecordState.PENDING:
                    raise StoreOutOfStep(revision, reached) from refusal
                journal.reject(revision, refusal.description)
                return
            for change in record.changes:
                if change.after is None:
                    held.pop(change.hsa_id.key, None)
                else:
                    held[change.hsa_id.key] = change.after
            journal.mark_applied(revision)
            reached = revision


def _revision(record: JournalRecord) -> int:
    assert record.revision is not None, "only rejected records have none"
    return record.revision
