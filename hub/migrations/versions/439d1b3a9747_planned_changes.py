"""planned changes, and registers found by their unit."""

import sqlalchemy as sa
from alembic import op

revision = '439d1b3a9747'
down_revision = '9a5c360f587a'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('directory_plans',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('due_us', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('steps', sa.Text(), nullable=False),
    sa.Column('reorganisation', sa.Boolean(), nullable=False),
    sa.Column('caller', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('planned_at_us', sa.BigInteger(), nullable=False),
    sa.Column('begun_at_us', sa.BigInteger(), nullable=True),
    sa.Column('base_revision', sa.BigInteger(), nullable=True),
    sa.Column('revision', sa.BigInteger(), nullable=True),
    sa.Column('settled_at_us', sa.BigInteger(), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.Column('remedy', sa.Text(), nullable=True),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('request_key', sa.String(length=64), nullable=True),
    sa.Column('fingerprint', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('request_key'),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('directory_plans', schema=None) as batch_op:
        batch_op.create_index('directory_plans_due', ['state', 'due_us'], unique=False)
        batch_op.create_index('directory_plans_in_order', ['due_us', 'id'], unique=False)

    with op.batch_alter_table('authz_blocks', schema=None) as batch_op:
        batch_op.create_index('ix_authz_blocks_unit', ['unit'], unique=False)

    with op.batch_alter_table('authz_care_relationships', schema=None) as batch_op:
        batch_op.create_index('ix_authz_care_relationships_unit', ['unit'], unique=False)

    with op.batch_alter_table('authz_consents', schema=None) as batch_op:
        batch_op.create_index('ix_authz_consents_unit', ['unit'], unique=False)


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
