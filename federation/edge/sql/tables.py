"""The federation's tables. Instants are microseconds since the epoch, UTC (``vocabulary.instants``)."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

revisions = Table(
    "federation_revisions",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("revision", BigInteger, nullable=False),
)

clients = Table(
    "federation_clients",
    metadata,
    Column("client_id", String(255), primary_key=True),
    # One document: clients are few and always read whole into memory, never searched by a field.
    Column("document", Text, nullable=False),
)

interactions = Table(
    "federation_interactions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("browser", String(64), nullable=False),
    Column("request", Text, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False, index=True),
)

grants = Table(
    "federation_grants",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("client_id", String(255), nullable=False),
    # HSA-ids compare without case, so they are stored as their key beside the spelling.
    Column("person", String(31), nullable=False),
    Column("person_key", String(31), nullable=False, index=True),
    Column("assignment", String(31)),
    Column("assignment_key", String(31)),
    Column("session", String(64), nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("claims", Text, nullable=False),
    Column("nonce", Text),
    Column("methods", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("authenticated_at_us", BigInteger, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False, index=True),
    Column("ended_at_us", BigInteger),
)

codes = Table(
    "federation_codes",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("grant_id", ForeignKey("federation_grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("redirect_uri", Text, nullable=False),
    Column("code_challenge", String(43), nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("used_at_us", BigInteger),
)

refresh_tokens = Table(
    "federation_refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("grant_id", ForeignKey("federation_grants.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("used_at_us", BigInteger),
)

assertions = Table(
    "federation_assertions",
    metadata,
    Column("client_id", String(255), primary_key=True),
    Column("jti", String(255), primary_key=True),
    Column("until_us", BigInteger, nullable=False, index=True),
)

endings = Table(
    "federation_endings",
    metadata,
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("forget_after_us", BigInteger, nullable=False, index=True),
)

sessions = Table(
    "federation_sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("person", String(31), nullable=False),
    Column("person_key", String(31), nullable=False, index=True),
    Column("methods", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("authenticated_at_us", BigInteger, nullable=False),
    Column("used_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False, index=True),
    Column("assignment", String(31)),
    Column("assignment_chosen_at_us", BigInteger),
    Column("ended_at_us", BigInteger),
)

accounts = Table(
    "federation_accounts",
    metadata,
    Column("person_key", String(31), primary_key=True),
    Column("person", String(31), nullable=False),
    Column("username", String(64), nullable=False),
    # Folding case can lengthen a name, so its key has room for three characters for each.
    Column("username_key", String(192), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("totp_secret", LargeBinary, nullable=False),
    Column("changed_at_us", BigInteger, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

login_attempts = Table(
    "federation_login_attempts",
    metadata,
    Column("interaction", String(64), primary_key=True),
    Column("person", String(31), nullable=False),
    Column("username", String(192), nullable=False),
    Column("proven_at_us", BigInteger, nullable=False, index=True),
    Column("wrong_codes", Integer, nullable=False),
)

login_failures = Table(
    "federation_login_failures",
    metadata,
    Column("counted", String(16), primary_key=True),
    Column("key", String(8), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_us", BigInteger, nullable=False),
)

activations = Table(
    "federation_activations",
    metadata,
    Column("person_key", String(31), primary_key=True),
    Column("person", String(31), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("issued_by", Text, nullable=False),
    Column("issued_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
    Column("browser", String(64), index=True),
    Column("opened_at_us", BigInteger),
    Column("username", String(64)),
    Column("password_hash", Text),
    Column("totp_secret", LargeBinary),
    Column("finished_at_us", BigInteger),
)
