"""The register of endings in SQL, numbered in the order of its commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, insert, select

from federation.core.ending import Ending, EndingKind
from federation.edge.sql import tables
from federation.edge.sql.revisions import current_revision, next_revision
from vocabulary.instants import from_us, to_us

_COUNTER = "endings"


class SqlEndings:
    """Implements the port ``Endings``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def append(self, endings: Sequence[Ending], at: datetime, forget_after: datetime) -> int:
        with self._engine.begin() as connection:
            revision = next_revision(connection, _COUNTER)
            rows = [
                {"revision": revision, "kind": one.kind, "key": one.key, "forget_after_us": to_us(forget_after)}
                for one in dict.fromkeys(endings)
            ]
            connection.execute(insert(tables.endings), rows)
        return revision

    def since(self, revision: int) -> tuple[int, tuple[tuple[Ending, datetime], ...]]:
        row = tables.endings
        with self._reading.connect() as connection:
            reached = current_revision(connection, _COUNTER)
            if reached <= revision:
                return revision, ()
            found = connection.execute(select(row).where(row.c.revision > revision, row.c.revision <= reached)).all()
        return reached, tuple((Ending(EndingKind(one.kind), one.key), from_us(one.forget_after_us)) for one in found)
