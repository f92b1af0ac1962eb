"""what was erased for good, and when a sealed number was kept."""

import sqlalchemy as sa
from alembic import op

revision = '7e4b0c2d9a61'
down_revision = '439d1b3a9747'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'directory_erasures',
        sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
        sa.Column('at_us', sa.BigInteger(), nullable=False),
        sa.Column('kind', sa.String(length=20), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('law', sa.Text(), nullable=False),
        sa.Column('cutoff_us', sa.BigInteger(), nullable=False),
        sa.Column('decision', sa.Text(), nullable=False),
        sa.Column('revision', sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('revision', 'kind', name='directory_erasures_once'),
        sqlite_autoincrement=True,
    )
    op.add_column('directory_changes', sa.Column('is_erased', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        'directory_sealed_numbers', sa.Column('kept_at_us', sa.BigInteger(), server_default='0', nullable=False)
    )


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
