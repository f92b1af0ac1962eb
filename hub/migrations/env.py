"""Runs alembic's steps on the connection that ``hub.migrations`` hands over."""

from alembic import context
from sqlalchemy import Connection, text

from hub.migrations import TABLES

_ADVISORY_LOCK = 7_411_105  # any number, the same for every Tillit


def _run(connection: Connection) -> None:
    # SQLite's writers queue by themselves (BEGIN IMMEDIATE); PostgreSQL's are told to.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_lock({_ADVISORY_LOCK})"))
        connection.commit()
    try:
        context.configure(connection=connection, target_metadata=list(TABLES), render_as_batch=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    finally:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_unlock({_ADVISORY_LOCK})"))
            connection.commit()


_run(context.config.attributes["connection"])
