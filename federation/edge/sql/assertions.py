"""Client assertions that have been presented, in SQL: many in one transaction, since each commit waits for the disk."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.dialects import postgresql, sqlite

from federation.edge.sql import tables
from federation.ports import UsedAssertion
from vocabulary.instants import to_us


class SqlAssertions:
    """Implements the port ``Assertions``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._dialect = postgresql if engine.dialect.name == "postgresql" else sqlite

    def use(self, presented: Sequence[UsedAssertion]) -> list[bool]:
        if not presented:
            return []
        # Sorted, so that two nodes with the same keys never wait for each other in a circle.
        unique = sorted({(one.client_id, one.jti): one for one in presented}.items())
        rows = [{"client_id": client_id, "jti": jti, "until_us": to_us(one.until)} for (client_id, jti), one in unique]
        table = tables.assertions
        statement = self._dialect.insert(table).on_conflict_do_nothing().returning(table.c.client_id, table.c.jti)
        with self._engine.begin() as connection:
            taken = connection.execute(statement, rows).all()
        new = {(row.client_id, row.jti) for row in taken}
        answers = []
        for one in presented:
            key = (one.client_id, one.jti)
            answers.append(key in new)
            new.discard(key)  # the second of the same batch is a replay
        return answers
