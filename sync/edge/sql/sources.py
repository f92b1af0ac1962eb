"""Sources in SQL. Keeps the promise of ``sync.ports.Sources``."""

import json
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update
from sqlalchemy.exc import IntegrityError

from sync.core.source import Source
from sync.edge.sql.tables import sources
from vocabulary.hsa_id import HsaId


class SqlSources:
    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, engine.execution_options(reading=True)

    def find(self, source_id: str) -> Source | None:
        with self._reading.connect() as connection:
            found = connection.execute(select(sources).where(sources.c.id == source_id)).one_or_none()
        return None if found is None else _source(found)

    def all(self) -> tuple[Source, ...]:
        with self._reading.connect() as connection:
            return tuple(_source(row) for row in connection.execute(select(sources).order_by(sources.c.id)))

    def put(self, source: Source) -> bool:
        values = {
            "member": str(source.member),
            "name": source.name,
            "mapping": json.dumps(dict(source.mapping)),
            "unit_codes": json.dumps({code: str(unit) for code, unit in source.unit_codes.items()}),
            "delimiter": source.delimiter,
            "version": source.version,
        }
        try:
            with self._engine.begin() as connection:
                if source.version == 1:
                    connection.execute(insert(sources).values(id=source.id, **values))
                    return True
                before = (sources.c.id == source.id) & (sources.c.version == source.version - 1)
                return connection.execute(update(sources).where(before).values(**values)).rowcount == 1
        except IntegrityError:
            return False


def _source(row: Row[Any]) -> Source:
    return Source(
        row.id,
        HsaId.parse(row.member),
        row.name,
        json.loads(row.mapping),
        {code: HsaId.parse(unit) for code, unit in json.loads(row.unit_codes).items()},
        row.delimiter,
        row.version,
    )
