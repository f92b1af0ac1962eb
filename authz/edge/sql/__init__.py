"""The registers in a relational database (SQLite, PostgreSQL). Knows no rules; memory is ``authz.edge.memory``."""

from authz.edge.sql.store import RegisterStore
from authz.edge.sql.tables import metadata

__all__ = ["RegisterStore", "metadata"]
