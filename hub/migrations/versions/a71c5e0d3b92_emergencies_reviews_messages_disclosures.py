"""reviews of emergency accesses, messages of discharges, disclosures by consent."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = 'a71c5e0d3b92'
down_revision = 'a1c7e39b5d20'
branch_labels = None
depends_on = None

_REVIEWED_WITHIN_US = 7 * 24 * 3600 * 1_000_000
"""As ``Policy.emergency_reviewed_within`` when this step was written."""


def upgrade() -> None:
    _register(
        'emergency_reviews', ('emergency', 'patient_lookup', 'verdict'),
        *_patient(),
        sa.Column('emergency', sa.String(length=64), nullable=False),
        sa.Column('person', sa.String(length=31), nullable=False),
        sa.Column('unit', sa.String(length=31), nullable=False),
        sa.Column('due_us', sa.BigInteger(), nullable=False),
        sa.Column('verdict', sa.String(length=20), nullable=True),
        sa.Column('text', sa.Text(), nullable=True),
    )
    _register(
        'case_messages', ('case',),
        sa.Column('case', sa.String(length=64), nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('from_unit', sa.String(length=31), nullable=False),
        sa.Column('to_units', sa.Text(), nullable=False),
        sa.Column('decision', sa.String(length=64), nullable=False),
        sa.Column('text', sa.Text(), nullable=True),
        sa.Column('expected_discharge', sa.String(length=10), nullable=True),
        sa.Column('meeting_at_us', sa.BigInteger(), nullable=True),
        sa.Column('received_by', sa.Text(), nullable=False),
    )
    _register(
        'disclosures', ('patient_lookup', 'to_unit'),
        *_patient(),
        sa.Column('consent', sa.String(length=64), nullable=False),
        sa.Column('from_unit', sa.String(length=31), nullable=False),
        sa.Column('to_unit', sa.String(length=31), nullable=False),
        sa.Column('information_types', sa.String(length=200), nullable=False),
        sa.Column('decisions', sa.Text(), nullable=False),
        sa.Column('received', sa.Boolean(), nullable=False),
    )
    op.add_column('authz_discharge_cases', sa.Column('admitted_at_us', sa.BigInteger(), nullable=True))
    op.create_index('ix_authz_discharge_cases_state', 'authz_discharge_cases', ['state'])
    _owe_reviews()


def _patient() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column('patient_lookup', sa.String(length=80), nullable=False),
        sa.Column('patient_sealed', sa.LargeBinary(), nullable=False),
    )


def _register(name: str, indexed: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    op.create_table(
        f'authz_{name}',
        sa.Column('id', sa.String(length=64), nullable=False),
        sa.Column('version', sa.Integer(), nullable=False),
        sa.Column('revision', sa.BigInteger(), nullable=False),
        *columns,
        sa.Column('note', sa.Text(), nullable=True),
        sa.Column('registered_by', sa.String(length=100), nullable=False),
        sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
        sa.Column('ended_by', sa.String(length=100), nullable=True),
        sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
        sa.Column('end_reason', sa.Text(), nullable=True),
        sa.Column('annulled', sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )
    for column in ('revision', *indexed):
        op.create_index(f'ix_authz_{name}_{column}', f'authz_{name}', [column])


def _owe_reviews() -> None:
    """Emergency accesses of earlier versions were never reviewed: they are owed a review as well."""
    names = ['id', 'version', 'revision', 'emergency', 'patient_lookup', 'patient_sealed', 'person', 'unit', 'due_us',
             'registered_by', 'registered_at_us', 'annulled']
    reviews = sa.table('authz_emergency_reviews', *(sa.column(name) for name in names))
    old = sa.table('authz_emergencies', *(sa.column(name) for name in (
        'id', 'revision', 'patient_lookup', 'patient_sealed', 'person', 'unit', 'registered_by', 'registered_at_us',
    )))
    owed = sa.select(
        old.c.id, sa.literal(1), old.c.revision, old.c.id, old.c.patient_lookup, old.c.patient_sealed, old.c.person,
        old.c.unit, old.c.registered_at_us + _REVIEWED_WITHIN_US, old.c.registered_by, old.c.registered_at_us,
        sa.false(),
    )
    op.get_bind().execute(sa.insert(reviews).from_select(names, owed))
    acts_names = ['kind', 'row_id', 'version', 'revision', 'what', 'by', 'at_us']
    acts = sa.table('authz_acts', *(sa.column(name) for name in acts_names))
    begun = sa.select(
        sa.literal('emergency_reviews'), old.c.id, sa.literal(1), old.c.revision, sa.literal('owed'),
        old.c.registered_by, old.c.registered_at_us,
    )
    op.get_bind().execute(sa.insert(acts).from_select(acts_names, begun))


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
