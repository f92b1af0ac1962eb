"""What stands in the registers at certain units, or between certain people: counts and ids, never a patient.

For whoever weighs a reorganisation. Boundary: reads past the memory that decisions read; nothing is decided by this.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import ColumnElement, Engine, and_, func, or_, select

from authz.edge.sql.columns import REGISTER_OF
from authz.edge.sql.translated import translated
from authz.ports import Kind
from vocabulary.hsa_id import HsaId
from vocabulary.instants import to_us

_CHUNK: Final = 500
AT_UNIT: Final = (Kind.CARE_RELATIONSHIP, Kind.CONSENT, Kind.BLOCK, Kind.LIFT, Kind.EMERGENCY)
"""The registers whose rows name one unit."""


@dataclass(frozen=True, slots=True)
class Standing:
    """``ids`` are at most as many as were asked for."""

    count: int
    ids: tuple[str, ...]


class RegistersAtUnits:
    """Every verb raises ``RegistersUnavailable`` when the database does not answer."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine.execution_options(reading=True)

    def at_units(self, kind: Kind, units: Collection[HsaId], at: datetime, most: int) -> Standing:
        """What has not ended at ``at`` and names one of ``units``; ``kind`` is of ``AT_UNIT``."""
        table = REGISTER_OF[kind].table
        found = Standing(0, ())
        with translated(), self._reading.connect() as connection:
            for keys in _chunks(sorted(unit.key for unit in units)):
                wanted = and_(table.c.unit.in_(keys), *_stands(kind, at))
                count = connection.execute(select(func.count()).where(wanted)).scalar_one()
                ids = connection.scalars(select(table.c.id).where(wanted).order_by(table.c.id).limit(most))
                found = Standing(found.count + count, (*found.ids, *ids)[:most])
        return found

    def delegations(self, recipients: Collection[HsaId], units: Collection[HsaId], at: datetime, most: int) -> Standing:
        """Delegations that have not ended at ``at`` to one of ``recipients`` for work at one of ``units``."""
        table, left = REGISTER_OF[Kind.DELEGATION].table, {unit.key for unit in units}
        found: list[str] = []
        with translated(), self._reading.connect() as connection:
            for keys in _chunks(sorted(person.key for person in recipients)):
                wanted = and_(table.c.recipient.in_(keys), *_stands(Kind.DELEGATION, at))
                rows = connection.execute(select(table.c.id, table.c.units).where(wanted).order_by(table.c.id))
                found += (row.id for row in rows if not left.isdisjoint(row.units.split()))
        return Standing(len(found), tuple(found[:most]))


def _stands(kind: Kind, at: datetime) -> Iterator[ColumnElement[bool]]:
    table = REGISTER_OF[kind].table
    yield table.c.ended_at_us.is_(None)
    yield or_(table.c.to_us.is_(None), table.c.to_us > to_us(at))


def _chunks(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    remaining = iter(keys)
    while chunk := list(islice(remaining, _CHUNK)):
        yield chunk
