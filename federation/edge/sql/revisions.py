"""Counters that grow by one with each commit, in the order of the commits: how one node sees what another changed."""

from sqlalchemy import Connection, Insert, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from federation.edge.sql import tables


def next_revision(connection: Connection, name: str) -> int:
    """Takes the counter's row lock until the commit, so that nobody can see revision n + 1 before n."""
    made = connection.execute(insert_or_nothing(connection, tables.revisions).values(name=name, revision=0))
    made.close()
    row = tables.revisions
    reached: int = connection.execute(
        update(row).where(row.c.name == name).values(revision=row.c.revision + 1).returning(row.c.revision)
    ).scalar_one()
    return reached


def current_revision(connection: Connection, name: str) -> int:
    row = tables.revisions
    return connection.execute(select(row.c.revision).where(row.c.name == name)).scalar() or 0


def insert_or_nothing(connection: Connection, table: Table) -> Insert:
    """``INSERT … ON CONFLICT DO NOTHING`` in the words of the connection's database."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made: Insert = dialect.insert(table).on_conflict_do_nothing()
    return made
