"""The SQL schema's history: one numbered step per change, applied at start, the same on SQLite and PostgreSQL.

A new step: change the tables of a room, then ``.venv/bin/python -m hub.migrations "what changes"`` and read what it
wrote. A test holds the steps and the rooms' tables equal.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData
from sqlalchemy.exc import OperationalError

from authz.edge.sql.tables import metadata as authz
from directory.edge.sql.tables import metadata as directory
from federation.edge.sql.tables import metadata as federation
from sync.edge.sql.tables import metadata as sync
from vocabulary.refusals import Refusal

TABLES: tuple[MetaData, ...] = (directory, authz, federation, sync)


class DatabaseUnreachable(Refusal):
    """The program cannot start: its database does not answer, or does not let us in."""

    code = "database_unreachable"


def upgrade(engine: Engine, until: str = "head") -> None:
    """Bring the database to the newest step, or to the one named. Two programs that start at once on one PostgreSQL
    wait for each other. Raises ``DatabaseUnreachable``."""
    with _connected(engine) as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.upgrade(configuration, until)


def _connected(engine: Engine) -> Connection:
    try:
        return engine.connect()
    except OperationalError as error:
        place = engine.url.render_as_string(hide_password=True)
        raise DatabaseUnreachable(
            f"the database {place} (`database_url` in the settings) lets nobody in: see that it runs, and that name, "
            f"password and database are right: {str(error.orig).partition(chr(10))[0]}"
        ) from error


def write_step(engine: Engine, message: str) -> None:
    """Write a new step from the difference between ``engine``'s schema and the rooms' tables."""
    with engine.connect() as connection:
        configuration = _configuration()
        configuration.attributes["connection"] = connection
        command.revision(configuration, message, autogenerate=True)


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent))
    configuration.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    configuration.set_main_option("path_separator", "os")
    return configuration
