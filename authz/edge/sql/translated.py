"""A database that refuses or does not answer, in the room's own words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from authz.refusals import RegistersUnavailable


@contextmanager
def translated() -> Iterator[None]:
    """Turns whatever the database refuses or does not answer into ``RegistersUnavailable``."""
    try:
        yield
    except (DBAPIError, SQLAlchemyError) as error:
        raise RegistersUnavailable("the registers do not answer", detail=type(error).__name__) from error
