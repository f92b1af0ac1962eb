"""What waits for somebody, found in the registers' tables. Who may know of it the callers judge."""

from sqlalchemy import ColumnElement, Engine, and_, or_

from authz.core.facts import CaseState
from authz.edge.sql.columns import REGISTER_OF
from authz.edge.sql.translated import translated
from authz.ports import Kind, ReviewVerdict, Row
from vocabulary.hsa_id import HsaId


class SqlWorklists:
    """Keeps ``authz.ports.Worklists``."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine.execution_options(reading=True)

    def owed_reviews(self) -> tuple[Row, ...]:
        table = REGISTER_OF[Kind.EMERGENCY_REVIEW].table
        owed = or_(table.c.verdict.is_(None), table.c.verdict == str(ReviewVerdict.UNCLEAR))
        return self._found(Kind.EMERGENCY_REVIEW, owed, "due_us")

    def open_cases(self, unit: HsaId) -> tuple[Row, ...]:
        table = REGISTER_OF[Kind.DISCHARGE_CASE].table
        # Units stand as words, and a unit's id may begin another's: spaces on both sides make the word whole.
        concerns = (" " + table.c.concerned_units + " ").contains(f" {unit.key} ", autoescape=True)
        # Named one by one, so that the index finds the few that are open among all that ever were.
        is_open = table.c.state.in_([str(state) for state in CaseState if state is not CaseState.CLOSED])
        wanted = and_(is_open, or_(table.c.ward == unit.key, concerns))
        return self._found(Kind.DISCHARGE_CASE, wanted, "registered_at_us")

    def disclosures_to(self, unit: HsaId) -> tuple[Row, ...]:
        table = REGISTER_OF[Kind.DISCLOSURE].table
        return self._found(
            Kind.DISCLOSURE, and_(table.c.to_unit == unit.key, table.c.received.is_(False)), "registered_at_us"
        )

    def _found(self, kind: Kind, wanted: ColumnElement[bool], order: str) -> tuple[Row, ...]:
        register = REGISTER_OF[kind]
        table = register.table
        found = table.select().where(wanted, table.c.ended_at_us.is_(None)).order_by(table.c[order], table.c.id)
        with translated(), self._reading.connect() as connection:
            return tuple(register.row(columns) for columns in connection.execute(found).mappings())  # type: ignore[arg-type]  # RowMapping is keyed by column names here.
