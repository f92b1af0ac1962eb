"""The directory's tables. Instants are microseconds since 1970 UTC (``_us``); entries are JSON (``entry_json``)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()

# A rejected record loses its revision, which goes to the next one: hence a key of its own.
commits = Table(
    "directory_commits",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("revision", BigInteger, unique=True),
    Column("state", String(10), nullable=False),
    Column("announced", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("why", Text),
    # The reason in folded case: SQLite folds only A–Z by itself, and both databases must find the same.
    Column("reason_key", Text, nullable=False, server_default=""),
    Index("directory_commits_open", "state", "announced"),
    Index("directory_commits_by_actor", "actor", "revision"),
    Index("directory_commits_by_door", "door", "revision"),
)

changes = Table(
    "directory_changes",
    metadata,
    Column("commit_id", ForeignKey(commits.c.id), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("hsa_id_key", String(31), nullable=False),
    Column("before", Text),
    Column("after", Text),
    # What the entry is and whose, so that history is searched without reading every entry in it.
    Column("kind", String(20), nullable=False, server_default=""),
    Column("member_key", String(31), nullable=False, server_default=""),
    # `before` is what the store held. Where the directory held something else (a foreign write was overwritten or
    # adopted), `held` is that, perhaps nothing: so the past can be told also where what came earlier was thinned.
    Column("is_over_foreign", Boolean, nullable=False, server_default=false()),
    Column("held", Text),
    # Nothing is known any more but that the entry was erased: `before` is `core.retention.bare`.
    Column("is_erased", Boolean, nullable=False, server_default=false()),
    Index("directory_changes_of", "hsa_id_key", "commit_id"),
    Index("directory_changes_of_member", "member_key", "commit_id"),
)

# What follows from all applied records: so that a start need not read the whole journal.
entries = Table(
    "directory_entries",
    metadata,
    Column("hsa_id_key", String(31), primary_key=True),
    Column("entry", Text, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

id_ledger = Table(
    "directory_id_ledger",
    metadata,
    Column("hsa_id_key", String(31), primary_key=True),
    Column("kind", String(20)),
    Column("retired", Boolean, nullable=False),
)

id_serials = Table(
    "directory_id_serials",
    metadata,
    Column("series", String(20), primary_key=True),
    Column("taken", BigInteger, nullable=False),
)

# Requests with an Idempotency-Key: what was asked, and the answer once it was given.
requests = Table(
    "directory_requests",
    metadata,
    Column("caller", String(300), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("base_revision", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("answer", Text),
    Index("directory_requests_age", "at_us"),
)

# Planned changes. What they do (``step_json``), the caller and sealed numbers are JSON.
plans = Table(
    "directory_plans",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("due_us", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("steps", Text, nullable=False),
    Column("reorganisation", Boolean, nullable=False),
    Column("caller", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("planned_at_us", BigInteger, nullable=False),
    Column("begun_at_us", BigInteger),
    Column("base_revision", BigInteger),
    Column("revision", BigInteger),
    Column("settled_at_us", BigInteger),
    Column("why", Text),
    Column("remedy", Text),
    Column("sealed", Text, nullable=False),
    Column("request_key", String(64), unique=True),
    Column("fingerprint", String(64)),
    # Whose it is, so that hers are counted without reading all.
    Column("caller_name", Text, nullable=False, server_default=""),
    Index("directory_plans_due", "state", "due_us"),
    Index("directory_plans_of_caller", "caller_name", "state"),
    Index("directory_plans_in_order", "due_us", "id"),
    sqlite_autoincrement=True,
)

sealed_numbers = Table(
    "directory_sealed_numbers",
    metadata,
    Column("lookup", String(100), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    # When somebody last wanted it kept: what was just kept may be needed by a change that is not made yet.
    Column("kept_at_us", BigInteger, nullable=False, server_default="0"),
)

# What was erased for good, and why. Kept for ever, and names nobody.
erasures = Table(
    "directory_erasures",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("count", Integer, nullable=False),
    Column("law", Text, nullable=False),
    Column("cutoff_us", BigInteger, nullable=False),
    Column("decision", Text, nullable=False),
    Column("revision", BigInteger),
    # Whose it was; empty for what tells of several members at once.
    Column("member_key", String(31), nullable=False, server_default=""),
    UniqueConstraint("revision", "kind", "member_key", name="directory_erasures_once"),
    sqlite_autoincrement=True,
)

# When the licence register was last asked about whom, and who says so.
licence_checks = Table(
    "directory_licence_checks",
    metadata,
    Column("hsa_id_key", String(31), primary_key=True),
    Column("checked_at_us", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Index("directory_licence_checks_age", "checked_at_us"),
)

# Since when each finding of the quality report is known; what is wrong follows from the entries.
findings = Table(
    "directory_findings",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("hsa_id_key", String(31), primary_key=True),
    Column("about", String(200), primary_key=True),
    Column("since_us", BigInteger, nullable=False),
    Column("since_revision", BigInteger, nullable=False),
)
