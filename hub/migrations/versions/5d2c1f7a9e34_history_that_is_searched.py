"""history that is searched."""

import sqlalchemy as sa
from alembic import op

revision = '5d2c1f7a9e34'
down_revision = '62d70c6c0fda'
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1_000


def upgrade() -> None:
    # Columns with a default are added in place: SQLite would otherwise make both tables anew.
    op.add_column('directory_commits', sa.Column('reason_key', sa.Text(), server_default='', nullable=False))
    op.create_index('directory_commits_by_actor', 'directory_commits', ['actor', 'revision'])
    op.create_index('directory_commits_by_door', 'directory_commits', ['door', 'revision'])
    op.add_column('directory_changes', sa.Column('kind', sa.String(length=20), server_default='', nullable=False))
    op.add_column('directory_changes', sa.Column('member_key', sa.String(length=31), server_default='', nullable=False))
    fill()
    op.drop_index('directory_changes_of', 'directory_changes')
    op.create_index('directory_changes_of', 'directory_changes', ['hsa_id_key', 'commit_id'])
    op.create_index('directory_changes_of_member', 'directory_changes', ['member_key', 'commit_id'])


def fill() -> None:
    """What earlier versions wrote gets its kind, member and folded reason."""
    connection = op.get_bind()
    said = "coalesce(after, before)"
    if connection.dialect.name == 'postgresql':
        kind, member = f"{said}::json->>'entry'", f"{said}::json->>'member'"
    else:
        kind, member = f"json_extract({said}, '$.entry')", f"json_extract({said}, '$.member')"
    connection.execute(sa.text(
        f"UPDATE directory_changes SET kind = {kind}, member_key = upper(coalesce({member}, hsa_id_key))"
    ))
    commits = sa.table('directory_commits', sa.column('id'), sa.column('reason'), sa.column('reason_key'))
    last = 0
    while rows := connection.execute(
        sa.select(commits.c.id, commits.c.reason).where(commits.c.id > last).order_by(commits.c.id).limit(ROWS_AT_ONCE)
    ).all():
        connection.execute(
            sa.update(commits).where(commits.c.id == sa.bindparam('key')).values(reason_key=sa.bindparam('folded')),
            [{'key': key, 'folded': reason.casefold()} for key, reason in rows],
        )
        last = rows[-1][0]


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
