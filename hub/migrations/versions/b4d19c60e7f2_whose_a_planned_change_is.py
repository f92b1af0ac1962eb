"""whose a planned change is."""

import json

import sqlalchemy as sa
from alembic import op

revision = 'b4d19c60e7f2'
down_revision = '7e4b0c2d9a61'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('directory_plans', sa.Column('caller_name', sa.Text(), server_default='', nullable=False))
    fill()
    op.create_index('directory_plans_of_caller', 'directory_plans', ['caller_name', 'state'])


def fill() -> None:
    """What earlier versions planned counts for whoever planned it."""
    connection = op.get_bind()
    plans = sa.table('directory_plans', sa.column('caller'), sa.column('caller_name'))
    for (told,) in connection.execute(sa.select(plans.c.caller).distinct()).all():
        caller = json.loads(told)
        name = f"client:{caller['client_id']}" if caller['person'] is None else caller['person']
        connection.execute(sa.update(plans).where(plans.c.caller == told).values(caller_name=name))


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
