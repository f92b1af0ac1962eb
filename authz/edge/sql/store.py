"""The registers in SQL: rows in, rows out, one revision for all of them. Memory and decisions are elsewhere."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine, Select, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from authz.core.request import PatientKey
from authz.edge.sql import tables
from authz.edge.sql.acts import acts_of, keep_acts, keep_notices, last_acts
from authz.edge.sql.columns import REGISTER_OF, REGISTERS, Register
from authz.edge.sql.requests import forget_requests, keep_request, need_free, request_of
from authz.edge.sql.translated import translated
from authz.ports import Act, KeptRequest, Kind, Notice, Row
from authz.refusals import ChangedMeanwhile, StandsAlready
from vocabulary.hsa_id import HsaId

_ONLY: Final = 1
_CHUNK: Final = 5_000


class RegisterStore:
    """Every method raises ``RegistersUnavailable`` when the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = engine.execution_options(reading=True)

    def commit(
        self,
        rows: Sequence[Row],
        notices: Sequence[Notice] = (),
        *,
        unless: Callable[[Row], bool] | None = None,
        request: KeptRequest | None = None,
    ) -> int:
        """One transaction; the revision's row is locked first, so that revisions are committed in their order.

        Raises ``ChangedMeanwhile``, ``StandsAlready`` and ``KeyTaken``; with ``RegistersUnavailable`` it is not known
        whether the rows were written.
        """
        with translated():
            try:
                with self._writing.begin() as connection:
                    revision = _next_revision(connection)
                    if request is not None:
                        need_free(connection, request)
                    if unless is not None:
                        _need_none(connection, rows, unless)
                    for kind in dict.fromkeys(row.kind for row in rows):
                        _write(connection, REGISTER_OF[kind], [row for row in rows if row.kind is kind], revision)
                    keep_acts(connection, rows, revision)
                    keep_notices(connection, notices, revision)
                    if request is not None:
                        keep_request(connection, request)
                    return revision
            except IntegrityError:
                raise ChangedMeanwhile("a row with this id exists already") from None

    def revision(self) -> int:
        with translated(), self._reading.connect() as connection:
            return _revision(connection)

    def changed_since(self, revision: int, take: Callable[[Row], None]) -> int:
        """Hand over every row that changed after ``revision``, and give the revision now.

        Some rows may be newer than that revision, none is missing. With 0, every row there is; streamed.
        """
        with translated(), self._reading.connect() as connection:
            now = _revision(connection)
            if now > revision:
                for register in REGISTERS:
                    found = register.table.select().where(register.table.c.revision > revision)
                    for row in _rows(connection, register, found):
                        take(row)
            return now

    def row(self, kind: Kind, row_id: str) -> Row | None:
        register = REGISTER_OF[kind]
        return next(iter(self._read(register, register.table.select().where(register.table.c.id == row_id))), None)

    def rows_under(self, kind: Kind, above: str) -> tuple[Row, ...]:
        register = REGISTER_OF[kind]
        assert register.above is not None
        return self._read(register, register.table.select().where(register.table.c[register.above] == above))

    def last_acts(self, kind: Kind, ids: Collection[str]) -> Mapping[str, Act]:
        with translated(), self._reading.connect() as connection:
            return last_acts(connection, kind, sorted(ids))

    def history(self, kind: Kind, row_id: str) -> tuple[Act, ...]:
        with translated(), self._reading.connect() as connection:
            return acts_of(connection, kind, row_id)

    def rows_of_patient(self, kind: Kind, patient: PatientKey) -> tuple[Row, ...]:
        register = REGISTER_OF[kind]
        return self._read(register, register.table.select().where(register.table.c.patient_lookup == patient))

    def rows_of_person(self, kind: Kind, person: HsaId) -> tuple[Row, ...]:
        register = REGISTER_OF[kind]
        named = or_(*(register.table.c[column] == person.key for column in register.people))
        return self._read(register, register.table.select().where(named))

    def request(self, caller: str, key: str) -> KeptRequest | None:
        with translated(), self._reading.connect() as connection:
            return request_of(connection, caller, key)

    def forget_requests(self, before: datetime) -> int:
        """Forget the keys of requests that were answered before; how many."""
        with translated(), self._writing.begin() as connection:
            return forget_requests(connection, before)

    def _read(self, register: Register, found: "Select[tuple[object, ...]]") -> tuple[Row, ...]:
        table = register.table
        with translated(), self._reading.connect() as connection:
            return tuple(_rows(connection, register, found.order_by(table.c.registered_at_us, table.c.id)))


def _need_none(connection: Connection, rows: Sequence[Row], unless: Callable[[Row], bool]) -> None:
    """Raises ``StandsAlready`` for a row of the same register and patient that has not ended and matches."""
    for row in rows:
        if row.version == 1:
            register = REGISTER_OF[row.kind]
            table = register.table
            standing = and_(table.c.patient_lookup == row.patients[0].key, table.c.ended_at_us.is_(None))
            found = table.select().where(standing).order_by(table.c.registered_at_us, table.c.id)
            for other in list(_rows(connection, register, found)):
                if unless(other):
                    raise StandsAlready(other.id)


def _rows(connection: Connection, register: Register, found: "Select[tuple[object, ...]]") -> Iterator[Row]:
    for columns in connection.execute(found.execution_options(yield_per=_CHUNK)).mappings():
        yield register.row(columns)  # type: ignore[arg-type]  # RowMapping is keyed by column names here.


def _revision(connection: Connection) -> int:
    return connection.execute(select(tables.revision.c.revision)).scalar() or 0


def _next_revision(connection: Connection) -> int:
    table = tables.revision
    bump = update(table).where(table.c.id == _ONLY).values(revision=table.c.revision + 1).returning(table.c.revision)
    made = connection.execute(bump).scalar()
    if made is None:
        connection.execute(insert(table).values(id=_ONLY, revision=1))
        return 1
    return int(made)


def _write(connection: Connection, register: Register, rows: Sequence[Row], revision: int) -> None:
    table = register.table
    new = [register.values(row, revision) for row in rows if row.version == 1]
    for start in range(0, len(new), _CHUNK):
        connection.execute(insert(table), new[start : start + _CHUNK])
    for row in rows:
        if row.version > 1:
            at_the_version_before = and_(table.c.id == row.id, table.c.version == row.version - 1)
            done = connection.execute(update(table).where(at_the_version_before).values(register.values(row, revision)))
            if done.rowcount != 1:
                raise ChangedMeanwhile("somebody else changed the row first")
