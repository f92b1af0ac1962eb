"""What SQLite and PostgreSQL both know but spell in their own dialects; and a database that does not answer."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from sqlalchemy import Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from directory.refusals import JournalUnavailable

T = TypeVar("T")

ROWS_AT_ONCE = 500
"""SQLite takes 32 766 parameters in a statement."""


def insert_into(table: Table, engine: Engine) -> "postgresql.Insert | sqlite.Insert":
    """An insert that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    return postgresql.insert(table) if engine.dialect.name == "postgresql" else sqlite.insert(table)


@contextmanager
def answering() -> Iterator[None]:
    """Turns a database that cannot be reached, is locked or went away into ``JournalUnavailable``."""
    try:
        yield
    except (OperationalError, InterfaceError, NoConnectionFree) as error:
        raise JournalUnavailable("the journal's database does not answer", detail=type(error).__name__) from error


def chunks(items: Iterable[T]) -> Iterator[Sequence[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, ROWS_AT_ONCE)):
        yield chunk
