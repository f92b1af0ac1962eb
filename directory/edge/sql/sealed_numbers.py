"""Sealed personal numbers in SQL: keeps ``directory.ports.SealedNumbers``."""

from collections.abc import Mapping

from sqlalchemy import Engine, select

from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import sealed_numbers


class SqlSealedNumbers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def keep(self, sealed: Mapping[str, bytes]) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(sealed)):
                rows = [{"lookup": key, "sealed": sealed[key]} for key in keys]
                keeping = insert_into(sealed_numbers, self._engine).values(rows)
                connection.execute(
                    keeping.on_conflict_do_update(index_elements=["lookup"], set_={"sealed": keeping.excluded.sealed})
                )

    def sealed(self, lookup: str) -> bytes | None:
        with answering(), self._reading.connect() as connection:
            return connection.scalar(select(sealed_numbers.c.sealed).where(sealed_numbers.c.lookup == lookup))
