"""When the licence register was asked about whom, in SQL: keeps ``directory.ports.LicenceChecks``."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Engine, delete, func, select

from directory.edge.sql.statements import answering, chunks, insert_into
from directory.edge.sql.tables import licence_checks
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlLicenceChecks:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)

    def note(self, ids: Iterable[HsaId], at: datetime, actor: str) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted({hsa_id.key for hsa_id in ids})):
                rows = [{"hsa_id_key": key, "checked_at_us": to_us(at), "actor": actor} for key in keys]
                noting = insert_into(licence_checks, self._engine).values(rows)
                connection.execute(
                    noting.on_conflict_do_update(
                        index_elements=["hsa_id_key"],
                        set_={"checked_at_us": noting.excluded.checked_at_us, "actor": noting.excluded.actor},
                        where=licence_checks.c.checked_at_us < noting.excluded.checked_at_us,
                    )
                )

    def forget(self, ids: Iterable[HsaId]) -> None:
        with answering(), self._engine.begin() as connection:
            for keys in chunks(sorted({hsa_id.key for hsa_id in ids})):
                connection.execute(delete(licence_checks).where(licence_checks.c.hsa_id_key.in_(keys)))

    def of(self, ids: Iterable[HsaId]) -> Mapping[str, datetime]:
        found: dict[str, datetime] = {}
        with answering(), self._reading.connect() as connection:
            for keys in chunks(sorted({hsa_id.key for hsa_id in ids})):
                rows = connection.execute(_CHECKS.where(licence_checks.c.hsa_id_key.in_(keys)))
                found |= {key: from_us(at) for key, at in rows}
        return found

    def all(self) -> Mapping[str, datetime]:
        with answering(), self._reading.connect() as connection:
            return {key: from_us(at) for key, at in connection.execute(_CHECKS)}

    def newest(self) -> datetime | None:
        with answering(), self._reading.connect() as connection:
            at = connection.scalar(select(func.max(licence_checks.c.checked_at_us)))
        return None if at is None else from_us(at)


_CHECKS = select(licence_checks.c.hsa_id_key, licence_checks.c.checked_at_us)
