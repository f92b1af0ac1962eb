"""reviews of the log."""

import sqlalchemy as sa
from alembic import op

revision = 'a1c7e39b5d20'
down_revision = '5e2f7a90c4d8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('authz_log_samples',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('member', sa.String(length=31), nullable=False),
    sa.Column('from_us', sa.BigInteger(), nullable=True),
    sa.Column('to_us', sa.BigInteger(), nullable=True),
    sa.Column('seed', sa.String(length=64), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=False),
    sa.Column('rules', sa.String(length=200), nullable=False),
    sa.Column('most', sa.Integer(), nullable=False),
    sa.Column('population', sa.Integer(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('registered_by', sa.String(length=100), nullable=False),
    sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_by', sa.String(length=100), nullable=True),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('annulled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('authz_log_reviews',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('sample', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.Column('person', sa.String(length=31), nullable=False),
    sa.Column('assignment', sa.String(length=31), nullable=True),
    sa.Column('unit', sa.String(length=31), nullable=True),
    sa.Column('verdict', sa.String(length=20), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('registered_by', sa.String(length=100), nullable=False),
    sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_by', sa.String(length=100), nullable=True),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('annulled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    for table, above in (('authz_log_samples', 'member'), ('authz_log_reviews', 'sample')):
        for column in ('revision', above):
            op.create_index(f'ix_{table}_{column}', table, [column])


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
