"""The registers' tables. No row is ever deleted; a change writes the next version over the row and marks its end, and
what was done with each row is kept in ``authz_acts``.

Patients stand as the seal's look-up hash and ciphertext. Instants are microseconds (``vocabulary.instants``), HSA-ids
upper case, sets are words with a space between. ``revision`` is the registers' revision at the row's last change.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from authz.ports import Kind, PackState

metadata = MetaData()

_HSA_ID = String(31)
_ID = String(64)


def _register(kind: Kind, *columns: Column[Any], patient: bool = True, indexes: tuple[str, ...] = ()) -> Table:
    sealed = (
        Column("patient_lookup", String(80), nullable=False),
        Column("patient_sealed", LargeBinary, nullable=False),
    )
    table = Table(
        f"authz_{kind}",
        metadata,
        Column("id", _ID, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("revision", BigInteger, nullable=False),
        *(sealed if patient else ()),
        *columns,
        Column("note", Text),
        Column("registered_by", String(100), nullable=False),
        Column("registered_at_us", BigInteger, nullable=False),
        Column("ended_by", String(100)),
        Column("ended_at_us", BigInteger),
        Column("end_reason", Text),
        Column("annulled", Boolean, nullable=False),
    )
    for name in ("revision", *(("patient_lookup",) if patient else ()), *indexes):
        Index(f"ix_{table.name}_{name}", table.c[name])
    return table


def _period() -> tuple[Column[Any], Column[Any]]:
    return Column("from_us", BigInteger), Column("to_us", BigInteger)


revision = Table(
    "authz_revision",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)

acts = Table(
    "authz_acts",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("row_id", _ID, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("what", String(20), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("note", Text),
    Column("level", String(10)),
    Column("document", String(64)),
)
Index("ix_authz_acts_revision", acts.c.revision)

notices = Table(
    "authz_notices",
    metadata,
    Column("person", _HSA_ID, primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("row_id", _ID, primary_key=True),
    Column("what", String(20), primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("seen_at_us", BigInteger),
)
Index("ix_authz_notices_person_revision", notices.c.person, notices.c.revision)

requests = Table(
    "authz_requests",
    metadata,
    Column("caller", String(300), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("row_id", _ID, nullable=False),
    Column("created", Boolean, nullable=False),
)
Index("ix_authz_requests_at_us", requests.c.at_us)

care_relationships = _register(
    Kind.CARE_RELATIONSHIP,
    Column("person", _HSA_ID, nullable=False),
    Column("unit", _HSA_ID, nullable=False),
    *_period(),
    indexes=("person", "unit"),
)
service_recipients = _register(
    Kind.SERVICE_RECIPIENT,
    Column("provider", _HSA_ID, nullable=False),
    *_period(),
)
consents = _register(
    Kind.CONSENT,
    Column("unit", _HSA_ID, nullable=False),
    Column("person", _HSA_ID),
    Column("ground", String(40), nullable=False),
    *_period(),
    Column("asked_by", String(200)),
    indexes=("person", "unit"),
)
blocks = _register(
    Kind.BLOCK,
    Column("provider", _HSA_ID, nullable=False),
    Column("unit", _HSA_ID),
    Column("first_day", String(10)),
    Column("last_day", String(10)),
    Column("excepted", String(100), nullable=False),
    *_period(),
    Column("asked_by", String(200)),
    indexes=("unit",),
)
lifts = _register(
    Kind.LIFT,
    Column("block", _ID, nullable=False),
    Column("unit", _HSA_ID, nullable=False),
    Column("person", _HSA_ID),
    Column("reason", String(40), nullable=False),
    *_period(),
    indexes=("person", "block"),
)
emergencies = _register(
    Kind.EMERGENCY,
    Column("person", _HSA_ID, nullable=False),
    Column("unit", _HSA_ID, nullable=False),
    Column("reason", Text, nullable=False),
    *_period(),
    indexes=("person",),
)
delegations = _register(
    Kind.DELEGATION,
    Column("patients", Text, nullable=False),
    Column("delegator", _HSA_ID, nullable=False),
    Column("recipient", _HSA_ID, nullable=False),
    Column("task", String(64), nullable=False),
    Column("units", Text, nullable=False),
    *_period(),
    Column("accepted", Boolean, nullable=False),
    Column("vetoed", Boolean, nullable=False),
    Column("receiving_member_agreed", Boolean, nullable=False),
    Column("spent", Boolean, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("needs_agreement", Boolean, nullable=False),
    Column("once", Boolean, nullable=False),
    Column("renews", _ID),
    patient=False,
    indexes=("delegator", "recipient"),
)
tasks = _register(
    Kind.TASK,
    Column("code", String(64), nullable=False),
    Column("delegable", Boolean, nullable=False),
    Column("required_licences", String(200), nullable=False),
    Column("gives_sight_of", String(200), nullable=False),
    Column("signing_level", String(10), nullable=False),
    Column("name", String(200), nullable=False),
    patient=False,
)
discharge_cases = _register(
    Kind.DISCHARGE_CASE,
    Column("ward", _HSA_ID, nullable=False),
    Column("concerned_units", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("permanent_care_contact", _HSA_ID),
    Column("plan_consent", Boolean, nullable=False),
    Column("admitted_at_us", BigInteger),
    indexes=("state",),
)
responsibility_moves = _register(
    Kind.RESPONSIBILITY_MOVE,
    Column("from_unit", _HSA_ID, nullable=False),
    Column("to_unit", _HSA_ID, nullable=False),
    Column("professions", String(200), nullable=False),
    Column("at_us", BigInteger, nullable=False),
)
delegation_reports = _register(
    Kind.DELEGATION_REPORT,
    Column("patients", Text, nullable=False),
    Column("delegation", _ID, nullable=False),
    Column("weight", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    patient=False,
    indexes=("delegation",),
)
block_looks = _register(
    Kind.BLOCK_LOOK,
    Column("provider", _HSA_ID, nullable=False),
    Column("reason", String(40), nullable=False),
    Column("blocks", Text, nullable=False),
)
log_samples = _register(
    Kind.LOG_SAMPLE,
    Column("member", _HSA_ID, nullable=False),
    *_period(),
    Column("seed", String(64), nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("rules", String(200), nullable=False),
    Column("most", Integer, nullable=False),
    Column("population", Integer, nullable=False),
    patient=False,
    indexes=("member",),
)
log_reviews = _register(
    Kind.LOG_REVIEW,
    Column("sample", _ID, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("why", String(200), nullable=False),
    Column("person", _HSA_ID, nullable=False),
    Column("assignment", _HSA_ID),
    Column("unit", _HSA_ID),
    Column("verdict", String(20)),
    patient=False,
    indexes=("sample",),
)
emergency_reviews = _register(
    Kind.EMERGENCY_REVIEW,
    Column("emergency", _ID, nullable=False),
    Column("person", _HSA_ID, nullable=False),
    Column("unit", _HSA_ID, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("verdict", String(20)),
    Column("text", Text),
    indexes=("emergency", "verdict"),
)
case_messages = _register(
    Kind.CASE_MESSAGE,
    Column("case", _ID, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("from_unit", _HSA_ID, nullable=False),
    Column("to_units", Text, nullable=False),
    Column("decision", String(64), nullable=False),
    Column("text", Text),
    Column("expected_discharge", String(10)),
    Column("meeting_at_us", BigInteger),
    Column("received_by", Text, nullable=False),
    patient=False,
    indexes=("case",),
)
disclosures = _register(
    Kind.DISCLOSURE,
    Column("consent", _ID, nullable=False),
    Column("from_unit", _HSA_ID, nullable=False),
    Column("to_unit", _HSA_ID, nullable=False),
    Column("information_types", String(200), nullable=False),
    Column("decisions", Text, nullable=False),
    Column("received", Boolean, nullable=False),
    indexes=("to_unit",),
)
policy_packs = _register(
    Kind.POLICY_PACK,
    Column("space", String(64), nullable=False),
    Column("number", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("document", Text, nullable=False),
    Column("state", String(20), nullable=False),
    patient=False,
)
Index("ix_authz_policy_packs_space_number", policy_packs.c.space, policy_packs.c.number, unique=True)
# INVARIANT (one active version): two that are activated at once would both decide, so the database lets only one be.
_ACTIVE = policy_packs.c.state == PackState.ACTIVE.value
Index(
    "ix_authz_policy_packs_one_active",
    policy_packs.c.space,
    unique=True,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
