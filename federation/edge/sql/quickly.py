"""Transactions that answer soon or say that they cannot: a person at the login page waits 1.5 s at the most.

The hub's ordinary patience (``hub.database``) is right for jobs and wrong here. How long a new connection may take is
the hub's setting.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from federation.refusals import AccountsUnavailable

PATIENCE_MS = 1_200
UNAVAILABLE = (OperationalError, InterfaceError, NoConnectionFree)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, durable when the block ends. Raises ``AccountsUnavailable`` when the database does not serve."""
    try:
        with engine.connect() as connection, _in_a_hurry(connection), connection.begin():
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
            yield connection
    except UNAVAILABLE as error:
        raise AccountsUnavailable("logins cannot be checked at this moment", detail=str(error)) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """The same for reading, which on SQLite waits for no writer."""
    with writing(engine.execution_options(reading=True)) as connection:
        yield connection


@contextmanager
def _in_a_hurry(connection: Connection) -> Iterator[None]:
    """SQLite waits for a lock as long as its connection says; the connection goes back to the pool as it was."""
    if connection.dialect.name != "sqlite":
        yield
        return
    cursor = connection.connection.cursor()
    try:
        cursor.execute("PRAGMA busy_timeout")
        usual = int(cursor.fetchone()[0])  # type: ignore[index]  # this pragma always answers one row
        cursor.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {usual}")
    finally:
        cursor.close()
