"""what was held before a change."""

import sqlalchemy as sa
from alembic import op

revision = 'c3e08d51b7aa'
down_revision = '5d2c1f7a9e34'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        'directory_changes', sa.Column('is_over_foreign', sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column('directory_changes', sa.Column('held', sa.Text(), nullable=True))
    fill()


def fill() -> None:
    """Until now what the directory held was told by the change before, and nothing was thinned."""
    changes = sa.table('directory_changes', *map(sa.column, ('commit_id', 'hsa_id_key', 'before', 'after', 'held')),
                       sa.column('is_over_foreign', sa.Boolean))
    commits = sa.table('directory_commits', sa.column('id'), sa.column('state'))
    earlier, its_commit, own = changes.alias('earlier'), commits.alias('its_commit'), commits.alias('own')
    held = (
        sa.select(earlier.c.after)
        .select_from(earlier.join(its_commit, earlier.c.commit_id == its_commit.c.id))
        .where(earlier.c.hsa_id_key == changes.c.hsa_id_key, earlier.c.commit_id < changes.c.commit_id,
               its_commit.c.state == 'applied')
        .order_by(earlier.c.commit_id.desc())
        .limit(1)
        .correlate(changes)
        .scalar_subquery()
    )
    applied = sa.select(own.c.id).where(own.c.state == 'applied')
    op.get_bind().execute(
        sa.update(changes)
        .where(changes.c.commit_id.in_(applied), sa.func.coalesce(changes.c.before, '') != sa.func.coalesce(held, ''))
        .values(is_over_foreign=True, held=held)
    )


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
