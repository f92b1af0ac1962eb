"""The tables of sync. Instants are microseconds (``vocabulary.instants``); documents are JSON, plans compressed."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

sources = Table(
    "sync_sources",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("member", String(31), nullable=False),
    Column("name", String(200), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("unit_codes", Text, nullable=False),
    Column("delimiter", String(1)),
    Column("version", Integer, nullable=False),
)

runs = Table(
    "sync_runs",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("source", String(40), nullable=False),
    Column("member", String(31), nullable=False),
    Column("state", String(12), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("counts", Text, nullable=False),
    Column("leavers", Text, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("created_us", BigInteger, nullable=False),
    Column("changed_us", BigInteger, nullable=False),
    Column("base_revision", BigInteger),
    Column("revision", BigInteger),
    Column("why", Text),
    Column("plan", LargeBinary, nullable=False),
    Column("kept_rows", LargeBinary),
)

Index("sync_runs_newest", runs.c.created_us, runs.c.id)
Index("sync_runs_of_source", runs.c.source, runs.c.created_us)
Index("sync_runs_by_state", runs.c.state)
