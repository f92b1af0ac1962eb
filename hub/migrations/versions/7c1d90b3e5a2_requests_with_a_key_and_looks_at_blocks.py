"""requests with a key to the registers, who spoke for the patient, and looks at blocks."""

import sqlalchemy as sa
from alembic import op

revision = '7c1d90b3e5a2'
down_revision = '5e2f7a90c4d8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('authz_requests',
    sa.Column('caller', sa.String(length=300), nullable=False),
    sa.Column('key', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.String(length=64), nullable=False),
    sa.Column('created', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('caller', 'key')
    )
    op.create_index('ix_authz_requests_at_us', 'authz_requests', ['at_us'])
    for register in ('consents', 'blocks'):
        with op.batch_alter_table(f'authz_{register}') as batch_op:
            batch_op.add_column(sa.Column('asked_by', sa.String(length=200), nullable=True))
    op.create_table('authz_block_looks',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('patient_lookup', sa.String(length=80), nullable=False),
    sa.Column('patient_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('provider', sa.String(length=31), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('blocks', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('registered_by', sa.String(length=100), nullable=False),
    sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_by', sa.String(length=100), nullable=True),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('annulled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    for column in ('revision', 'patient_lookup'):
        op.create_index(f'ix_authz_block_looks_{column}', 'authz_block_looks', [column])


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
