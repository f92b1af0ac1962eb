"""the policy packs of dependent applications."""

import sqlalchemy as sa
from alembic import op

revision = '3b9f06d1c85e'
down_revision = 'a71c5e0d3b92'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('authz_policy_packs',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('space', sa.String(length=64), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('registered_by', sa.String(length=100), nullable=False),
    sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_by', sa.String(length=100), nullable=True),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('annulled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_authz_policy_packs_revision', 'authz_policy_packs', ['revision'])
    op.create_index('ix_authz_policy_packs_space_number', 'authz_policy_packs', ['space', 'number'], unique=True)
    active = sa.text("state = 'active'")
    op.create_index(
        'ix_authz_policy_packs_one_active', 'authz_policy_packs', ['space'], unique=True,
        sqlite_where=active, postgresql_where=active,
    )


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
