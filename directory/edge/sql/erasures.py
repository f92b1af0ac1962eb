"""The record of what was erased for good, in SQL: keeps ``directory.ports.Erasures``. Rows are never taken away."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Engine, func, select

from directory.edge.sql.statements import answering, insert_into
from directory.edge.sql.tables import erasures
from directory.ports import Erasure
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlErasures:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def note(self, made: Iterable[Erasure]) -> None:
        rows = [
            {
                "at_us": to_us(each.at),
                "kind": each.kind,
                "count": each.count,
                "law": each.law,
                "cutoff_us": to_us(each.cutoff),
                "decision": each.decision,
                "revision": each.revision,
                "member_key": "" if each.member is None else each.member.key,
            }
            for each in made
        ]
        if rows:
            with answering(), self._engine.begin() as connection:
                connection.execute(insert_into(erasures, self._engine).values(rows).on_conflict_do_nothing())

    def reached(self) -> int:
        with answering(), self._reading.connect() as connection:
            return connection.scalar(select(func.max(erasures.c.revision))) or 0

    def listed(self, below: int | None, limit: int) -> tuple[tuple[int, Erasure], ...]:
        wanted = select(erasures).order_by(erasures.c.id.desc()).limit(limit)
        if below is not None:
            wanted = wanted.where(erasures.c.id < below)
        with answering(), self._reading.connect() as connection:
            return tuple((row["id"], _erasure(row)) for row in connection.execute(wanted).mappings())


def _erasure(row: Mapping[Any, Any]) -> Erasure:
    at, cutoff = from_us(row["at_us"]), from_us(row["cutoff_us"])
    member = HsaId.parse(row["member_key"]) if row["member_key"] else None
    return Erasure(at, row["kind"], row["count"], row["law"], cutoff, row["decision"], row["revision"], member)
