"""The schema's steps lead to just the tables that the rooms describe, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from hub.migrations import TABLES, upgrade


def test_steps_lead_to_the_tables_of_the_rooms(engine: Engine) -> None:
    upgrade(engine)

    with engine.connect() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), list(TABLES))
    assert difference == []


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    first = set(inspect(engine).get_table_names())

    upgrade(engine)

    assert set(inspect(engine).get_table_names()) == first
