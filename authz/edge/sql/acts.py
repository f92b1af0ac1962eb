"""What was done with each row, and who was told of it: written together with the row."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, and_, insert, select, update

from authz.edge.sql import tables
from authz.edge.sql.translated import translated
from authz.ports import Act, Kind, Notice, Row
from authz.ports.notices import Told
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us

_CHUNK = 5_000
_ASKED_AT_ONCE = 500


def keep_acts(connection: Connection, rows: Sequence[Row], revision: int) -> None:
    """Raises ``IntegrityError`` for a version that was made by somebody else."""
    made = [
        {"kind": str(row.kind), "row_id": row.id, "revision": revision, **_act_columns(row.made_by)} for row in rows
    ]
    for start in range(0, len(made), _CHUNK):
        connection.execute(insert(tables.acts), made[start : start + _CHUNK])


def acts_of(connection: Connection, kind: Kind, row_id: str) -> tuple[Act, ...]:
    table = tables.acts
    found = select(table).where(table.c.kind == str(kind), table.c.row_id == row_id).order_by(table.c.version)
    return tuple(_act(columns) for columns in connection.execute(found).mappings())


def last_acts(connection: Connection, kind: Kind, ids: Sequence[str]) -> dict[str, Act]:
    table, found = tables.acts, dict[str, Act]()
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        some = ids[start : start + _ASKED_AT_ONCE]
        wanted = select(table).where(table.c.kind == str(kind), table.c.row_id.in_(some)).order_by(table.c.version)
        found |= {columns["row_id"]: _act(columns) for columns in connection.execute(wanted).mappings()}
    return found


def keep_notices(connection: Connection, notices: Sequence[Notice], revision: int) -> None:
    """What somebody was told already is not told again."""
    table = tables.notices
    for notice in dict.fromkeys(notices):
        same = (notice.to.key, str(notice.kind), notice.row, notice.what)
        found = select(table.c.revision).where(_is(same))
        if connection.execute(found).first() is None:
            told = dict(zip(("person", "kind", "row_id", "what"), same, strict=True))
            connection.execute(insert(table).values(**told, revision=revision, at_us=to_us(notice.at)))


class SqlNotices:
    """Keeps ``authz.ports.notices.Notices``."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = engine.execution_options(reading=True)

    def of_person(self, person: HsaId, since: int, limit: int) -> tuple[Told, ...]:
        table = tables.notices
        wanted = (
            select(table)
            .where(table.c.person == person.key, table.c.revision > since)
            .order_by(table.c.revision, table.c.kind, table.c.row_id, table.c.what)
        )
        with translated(), self._reading.connect() as connection:
            found = [_told(columns) for columns in connection.execute(wanted.limit(limit + 1)).mappings()]
            if len(found) <= limit:
                return tuple(found)
            # A revision is told whole, so that going on behind it misses nothing.
            last = found[limit - 1].revision
            same = wanted.where(table.c.revision == last)
            whole = [_told(columns) for columns in connection.execute(same).mappings()]
            return (*(one for one in found if one.revision < last), *whole)

    def see(self, person: HsaId, kind: Kind, row_id: str, what: str, at_us: int) -> bool:
        table = tables.notices
        mine = and_(_is((person.key, str(kind), row_id, what)), table.c.seen_at_us.is_(None))
        with translated(), self._writing.begin() as connection:
            return connection.execute(update(table).where(mine).values(seen_at_us=at_us)).rowcount == 1


def _is(same: tuple[str, str, str, str]) -> Any:
    table = tables.notices
    columns = (table.c.person, table.c.kind, table.c.row_id, table.c.what)
    return and_(*(column == value for column, value in zip(columns, same, strict=True)))


def _act_columns(act: Act) -> dict[str, Any]:
    return {
        "version": act.version,
        "what": act.what,
        "by": act.by,
        "at_us": to_us(act.at),
        "note": act.note,
        "level": None if act.level is None else act.level.name,
        "document": act.document,
    }


def _act(columns: RowMapping) -> Act:
    level = columns["level"]
    return Act(
        columns["what"],
        columns["by"],
        from_us(columns["at_us"]),
        columns["note"],
        None if level is None else AssuranceLevel[level],
        columns["document"],
        columns["version"],
    )


def _told(columns: RowMapping) -> Told:
    seen = columns["seen_at_us"]
    notice = Notice(
        HsaId.parse(columns["person"]),
        columns["what"],
        Kind(columns["kind"]),
        columns["row_id"],
        from_us(columns["at_us"]),
    )
    return Told(notice, columns["revision"], None if seen is None else from_us(seen))
