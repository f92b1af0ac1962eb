"""Begin: settle what a crash left, load, compare store with journal, announce what nobody is known to have heard."""

from directory.actions.bring_up import bring_up
from directory.actions.catch_up import catch_up
from directory.actions.desk import Desk
from directory.actions.feed import commit_of
from directory.actions.follow_store import sight_of
from directory.actions.resume import resume
from directory.core.snapshot import Snapshot


def start(desk: Desk) -> None:
    """Listeners should listen already. Raises ``DirectoryUnavailable`` and its kinds; then nothing is served."""
    with desk.following, desk.writing:
        if desk.store.is_mirrored:
            held = desk.journal.held()
            desk.begin_with(Snapshot.of(held.entries, held.revision))
            bring_up(desk)
        resume(desk.store, desk.journal)
        asked_at = desk.clock.monotonic_seconds()
        held = desk.journal.held()
        desk.begin_with(Snapshot.of(held.entries, held.revision))
        state = desk.store.load(desk.view.truth.entry)
        unannounced = [commit_of(record) for record in desk.journal.unannounced()]
        for commit in unannounced:
            if commit.revision <= held.revision:
                desk.announcer.owe(commit)
        catch_up(desk, state.revision)
        desk.look(sight_of(state, desk.clock.now()))
        desk.broken = state.malformed
        desk.cookie = state.cookie
        desk.confirm(asked_at)
        desk.announcer.deliver()
