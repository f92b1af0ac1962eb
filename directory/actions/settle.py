"""Find out what became of a change whose outcome was lost, and finish it."""

from directory.actions.bring_up import bring_up
from directory.actions.catch_up import catch_up
from directory.actions.desk import Desk
from directory.actions.resume import resume


def settle(desk: Desk) -> None:
    """Afterwards nothing is unsettled. Only for who holds ``desk.writing``.

    A mirror is brought up first: what it says that it has reached is not proof that it has it all. Raises
    ``DirectoryUnavailable`` while the outcome cannot be told: nothing may be written then.
    """
    if desk.unsettled:
        if desk.store.is_mirrored:
            bring_up(desk)
        resume(desk.store, desk.journal)
        catch_up(desk, desk.journal.newest())
        desk.unsettled = False
        desk.announcer.deliver()
