"""The ledger of ids in SQL: keeps ``directory.ports.IdLedger``. Rows are never taken away."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine, func, select, true

from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import id_ledger, id_serials
from vocabulary.hsa_id import HsaId


class SqlIdLedger:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def take_serials(self, series: str, count: int) -> range:
        taking = insert_into(id_serials, self._engine).values(series=series, taken=count)
        taking = taking.on_conflict_do_update(index_elements=["series"], set_={"taken": id_serials.c.taken + count})
        with answering(), self._engine.begin() as connection:
            taken = connection.execute(taking.returning(id_serials.c.taken)).scalar_one()
        return range(taken - count + 1, taken + 1)

    def reserve(self, ids: Iterable[HsaId]) -> frozenset[HsaId]:
        by_key = {hsa_id.key: hsa_id for hsa_id in ids}
        new: set[HsaId] = set()
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(by_key)):
                rows = [{"hsa_id_key": key, "kind": None, "retired": False} for key in keys]
                reserving = insert_into(id_ledger, self._engine).values(rows).on_conflict_do_nothing()
                found = connection.scalars(reserving.returning(id_ledger.c.hsa_id_key))
                new.update(by_key[key] for key in found)
        return frozenset(new)

    def claim(self, ids: Mapping[HsaId, str]) -> frozenset[HsaId]:
        by_key = {hsa_id.key: (hsa_id, kind) for hsa_id, kind in ids.items()}
        refused: set[HsaId] = set()
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(by_key)):
                rows = [{"hsa_id_key": key, "kind": by_key[key][1], "retired": False} for key in keys]
                claiming = insert_into(id_ledger, self._engine).values(rows)
                known = func.coalesce(id_ledger.c.kind, claiming.excluded.kind)
                connection.execute(claiming.on_conflict_do_update(index_elements=["hsa_id_key"], set_={"kind": known}))
                held = select(id_ledger).where(id_ledger.c.hsa_id_key.in_(keys))
                for key, kind, retired in connection.execute(held):
                    if retired or kind != by_key[key][1]:
                        refused.add(by_key[key][0])
        return frozenset(refused)

    def retire(self, ids: Iterable[HsaId]) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted(hsa_id.key for hsa_id in ids)):
                rows = [{"hsa_id_key": key, "kind": None, "retired": True} for key in keys]
                retiring = insert_into(id_ledger, self._engine).values(rows)
                connection.execute(
                    retiring.on_conflict_do_update(index_elements=["hsa_id_key"], set_={"retired": true()})
                )
