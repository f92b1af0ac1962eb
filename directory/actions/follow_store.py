"""Look at what happened in the store since the last look: other processes' commits come in, and foreign writes show.

Called every few hundred milliseconds. What the journal knows is taken from the journal; what then still differs was
written past us and is drift (``core.view`` says what is served of it).
"""

from contextlib import suppress
from datetime import datetime

from directory.actions.catch_up import catch_up
from directory.actions.desk import Desk
from directory.actions.settle import settle
from directory.actions.writing import ABANDONED_AFTER
from directory.core.view import Sight
from directory.ports import Delta, RecordState, StoreState
from directory.refusals import DirectoryUnavailable, StoreOutOfStep, StoreReplaced


def follow_store(desk: Desk) -> None:
    """One look. Raises ``DirectoryUnavailable`` and its kinds: then nothing is confirmed; the last view is served."""
    with desk.following:
        _settle_if_nobody_writes(desk)
        try:
            _look(desk)
        except StoreReplaced:
            _bring_up_if_nobody_writes(desk)
            _look(desk)


def _look(desk: Desk) -> None:
    before = desk.view.truth.revision
    asked_at = desk.clock.monotonic_seconds()
    delta = desk.store.poll(desk.cookie)
    if delta.revision < before:
        desk.unsettled = desk.unsettled or desk.store.is_mirrored  # A mirror is brought up at the next look.
        raise StoreOutOfStep(before, delta.revision)
    catch_up(desk, delta.revision)
    desk.look(sight_of(delta, desk.clock.now()))
    desk.broken = delta.broken
    desk.cookie = delta.cookie
    if not _others_are_ahead(desk):
        desk.confirm(asked_at)
    desk.announcer.deliver()


def sight_of(seen: Delta | StoreState, at: datetime) -> Sight:
    unreadable = {bad.hsa_id: bad.problem for bad in seen.malformed if bad.hsa_id is not None and not bad.served}
    if isinstance(seen, StoreState):
        return Sight(seen.revision, at, seen.entries, complete=True, unreadable=unreadable)
    return Sight(seen.revision, at, seen.changed, seen.removed, seen.complete, unreadable)


def _settle_if_nobody_writes(desk: Desk) -> None:
    """A store that takes no writes (its disk is full) can still be read: what is served is then confirmed by its own
    revision, and only writing waits."""
    if desk.unsettled and desk.writing.acquire(blocking=False):
        try:
            with suppress(DirectoryUnavailable):
                settle(desk)
        finally:
            desk.writing.release()


def _bring_up_if_nobody_writes(desk: Desk) -> None:
    if not desk.writing.acquire(blocking=False):
        raise StoreReplaced("another server serves the directory since; whoever writes now will find out")
    try:
        desk.unsettled = True
        settle(desk)
    finally:
        desk.writing.release()


def _others_are_ahead(desk: Desk) -> bool:
    """Whether more was acknowledged than the mirror that serves us shows: another process writes to its partner.

    Replication brings it within seconds. What it has not brought for long is taken from the journal, at the next look.
    """
    if not desk.store.is_mirrored:
        return False
    newer = [r for r in desk.journal.records(desk.view.truth.revision, 1) if r.state is RecordState.APPLIED]
    if newer and desk.clock.now() - newer[0].at > ABANDONED_AFTER:
        desk.unsettled = True
    return bool(newer)
