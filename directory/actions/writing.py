"""The turn to write: one at a time in this process, and only when nothing is left unsettled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from directory.actions.catch_up import catch_up
from directory.actions.desk import Desk
from directory.actions.settle import settle
from vocabulary.text import parse_line

REASON_LENGTH = 500
NAME_LENGTH = 200
ABANDONED_AFTER = timedelta(seconds=10)
"""A record that another process has left pending for so long is finished by whoever wants to write next."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Who changes the directory, why, and through which door; each one line of text. Raises ``InvalidValue``."""

    actor: str
    reason: str
    door: str

    @classmethod
    def parse(cls, actor: str, reason: str, door: str) -> "Terms":
        return cls(
            parse_line(actor, max_length=NAME_LENGTH, pointer="/actor"),
            parse_line(reason, max_length=REASON_LENGTH, pointer="/reason"),
            parse_line(door, max_length=NAME_LENGTH, pointer="/door"),
        )


@contextmanager
def turn_to_write(desk: Desk) -> Iterator[None]:
    """Raises ``DirectoryUnavailable`` while an earlier change is unsettled and the store or journal does not answer."""
    if desk.announcer.is_telling():
        raise RuntimeError("a listener must not change the directory: it would wait for itself")
    with desk.writing:
        settle(desk)
        yield


def let_others_in(desk: Desk) -> None:
    """The journal has moved on without us: take what others committed, and finish what one of them abandoned."""
    catch_up(desk, desk.store.revision())
    now = desk.clock.now()
    if any(now - record.at > ABANDONED_AFTER for record in desk.journal.pending()):
        desk.unsettled = True
        settle(desk)
