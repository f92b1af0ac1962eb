"""what was done with each row of the registers."""

import sqlalchemy as sa
from alembic import op

revision = '5e2f7a90c4d8'
down_revision = 'd85a3e6f1c07'
branch_labels = None
depends_on = None

_REGISTERS = (
    'care_relationships', 'service_recipients', 'consents', 'blocks', 'lifts', 'emergencies', 'delegations', 'tasks',
    'discharge_cases', 'responsibility_moves',
)


def upgrade() -> None:
    op.create_table('authz_acts',
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('by', sa.String(length=100), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('level', sa.String(length=10), nullable=True),
    sa.Column('document', sa.String(length=64), nullable=True),
    sa.PrimaryKeyConstraint('kind', 'row_id', 'version')
    )
    op.create_index('ix_authz_acts_revision', 'authz_acts', ['revision'])
    op.create_table('authz_notices',
    sa.Column('person', sa.String(length=31), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.String(length=64), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('at_us', sa.BigInteger(), nullable=False),
    sa.Column('seen_at_us', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('person', 'kind', 'row_id', 'what')
    )
    op.create_index('ix_authz_notices_person_revision', 'authz_notices', ['person', 'revision'])
    with op.batch_alter_table('authz_delegations') as batch_op:
        for name, default in (('signed', sa.true()), ('needs_agreement', sa.false()), ('once', sa.false())):
            batch_op.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=default))
        batch_op.add_column(sa.Column('renews', sa.String(length=64), nullable=True))
    with op.batch_alter_table('authz_tasks') as batch_op:
        batch_op.add_column(sa.Column('signing_level', sa.String(length=10), nullable=False, server_default='LOA2'))
        batch_op.add_column(sa.Column('name', sa.String(length=200), nullable=False, server_default=''))
    op.create_table('authz_delegation_reports',
    sa.Column('id', sa.String(length=64), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('revision', sa.BigInteger(), nullable=False),
    sa.Column('patients', sa.Text(), nullable=False),
    sa.Column('delegation', sa.String(length=64), nullable=False),
    sa.Column('weight', sa.String(length=20), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('acknowledged', sa.Boolean(), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('registered_by', sa.String(length=100), nullable=False),
    sa.Column('registered_at_us', sa.BigInteger(), nullable=False),
    sa.Column('ended_by', sa.String(length=100), nullable=True),
    sa.Column('ended_at_us', sa.BigInteger(), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('annulled', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    for column in ('delegation', 'revision'):
        op.create_index(f'ix_authz_delegation_reports_{column}', 'authz_delegation_reports', [column])
    for register in _REGISTERS:
        fill(register)


def fill(register: str) -> None:
    """What earlier versions did with a row, as far as the row still tells."""
    rows = sa.table(
        f'authz_{register}',
        *(sa.column(name) for name in (
            'id', 'version', 'revision', 'note', 'registered_by', 'registered_at_us', 'ended_by', 'ended_at_us',
            'end_reason', 'annulled',
        )),
    )
    acts = sa.table(
        'authz_acts', *(sa.column(name) for name in ('kind', 'row_id', 'version', 'revision', 'what', 'by', 'at_us', 'note'))
    )
    names = ['kind', 'row_id', 'version', 'revision', 'what', 'by', 'at_us', 'note']
    kind = sa.literal(register)
    has_ended = rows.c.ended_at_us.is_not(None)
    first = sa.case((has_ended, sa.literal(1)), else_=rows.c.version)
    begun = sa.select(
        kind, rows.c.id, first, rows.c.revision, sa.literal('registered'), rows.c.registered_by,
        rows.c.registered_at_us, rows.c.note,
    )
    how = sa.case((rows.c.annulled, sa.literal('annulled')), else_=sa.literal('ended'))
    ended = sa.select(
        kind, rows.c.id, rows.c.version, rows.c.revision, how, rows.c.ended_by, rows.c.ended_at_us, rows.c.end_reason,
    ).where(has_ended)
    for found in (begun, ended):
        op.get_bind().execute(sa.insert(acts).from_select(names, found))


def downgrade() -> None:
    raise RuntimeError("the schema only moves forward; restore a backup instead")
