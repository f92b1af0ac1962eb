"""Sealed personal numbers in SQL: keeps ``directory.ports.SealedNumbers``."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Engine, delete, select

from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import sealed_numbers
from vocabulary.instants import to_us


class SqlSealedNumbers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def keep(self, sealed: Mapping[str, bytes], at: datetime) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(sealed)):
                rows = [{"lookup": key, "sealed": sealed[key], "kept_at_us": to_us(at)} for key in keys]
                keeping = insert_into(sealed_numbers, self._engine).values(rows)
                anew = {"sealed": keeping.excluded.sealed, "kept_at_us": keeping.excluded.kept_at_us}
                connection.execute(keeping.on_conflict_do_update(index_elements=["lookup"], set_=anew))

    def sealed(self, lookup: str) -> bytes | None:
        with answering(), self._reading.connect() as connection:
            return connection.scalar(select(sealed_numbers.c.sealed).where(sealed_numbers.c.lookup == lookup))

    def kept_before(self, at: datetime) -> frozenset[str]:
        old = select(sealed_numbers.c.lookup).where(sealed_numbers.c.kept_at_us < to_us(at))
        with answering(), self._reading.connect() as connection:
            return frozenset(connection.scalars(old))

    def erase(self, lookups: Iterable[str], kept_before: datetime) -> int:
        count, old = 0, sealed_numbers.c.kept_at_us < to_us(kept_before)
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(lookups)):
                count += connection.execute(
                    delete(sealed_numbers).where(sealed_numbers.c.lookup.in_(keys), old)
                ).rowcount
        return count
