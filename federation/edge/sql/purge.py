"""Remove what has lost all meaning. Run now and then by the hub; nothing depends on when."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete

from federation.edge.sql import tables
from vocabulary.instants import to_us

# A grant is kept a day past its end, so that a late reuse of its code or refresh tokens is still recognised.
KEPT_GRANTS = timedelta(days=1)


def purge_expired(engine: Engine, now: datetime) -> None:
    now_us = to_us(now)
    with engine.begin() as connection:
        connection.execute(delete(tables.interactions).where(tables.interactions.c.expires_at_us <= now_us))
        connection.execute(delete(tables.assertions).where(tables.assertions.c.until_us <= now_us))
        connection.execute(delete(tables.endings).where(tables.endings.c.forget_after_us <= now_us))
        kept_from_us = to_us(now - KEPT_GRANTS)
        connection.execute(delete(tables.grants).where(tables.grants.c.expires_at_us <= kept_from_us))
