"""whose it was that was erased."""

import sqlalchemy as sa
from alembic import op

revision = 'd85a3e6f1c07'
down_revision = 'b4d19c60e7f2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What earlier versions erased went by a decision for all members, and stays recorded as of all."""
    with op.batch_alter_table('directory_erasures', table_kwargs={'sqlite_autoincrement': True}) as erasures:
        erasures.add_column(sa.Column('member_key', sa.String(length=31), server_default='', nullable=False))
        erasures.drop_constraint('directory_erasures_once', type_='unique')
        erasures.create_unique_constraint('directory_erasures_once', ['revision', 'kind', 'member_key'])


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
