"""One SQL database for all rooms: SQLite embedded, PostgreSQL shared. Makes the engine; holds no tables and no queries.

Convention for the rooms' SQL edges: ``with engine.begin()`` writes; ``with reading.connect()`` reads, where ``reading``
is ``engine.execution_options(reading=True)``. On SQLite a write takes the lock at its start (BEGIN IMMEDIATE), so that
two writers queue instead of failing half-way.
"""

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
WAIT_SECONDS = 1  # for a connection: whoever waits at a page must be told soon that the database is away


def make_engine(url: str) -> Engine:
    """An engine for ``sqlite:///FILE`` or ``postgresql+psycopg://…``; durable at commit in both."""
    if make_url(url).get_backend_name() != "sqlite":
        connect = {"connect_timeout": WAIT_SECONDS}
        return create_engine(url, pool_pre_ping=True, pool_size=10, pool_timeout=WAIT_SECONDS, connect_args=connect)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the begin event below starts every transaction, not the driver
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
