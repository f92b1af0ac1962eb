"""What the journal forgets of entries that were erased for good, in one connection's transaction."""

from sqlalchemy import Connection, and_, delete, exists, or_, select, update

from directory.core.retention import DOOR, bare
from directory.edge.sql.entry_texts import entry_in, text_of
from directory.edge.sql.tables import changes, commits
from directory.ports import RecordState

_PERSON = "person"


def scrub(connection: Connection) -> int:
    """Keeps ``directory.ports.Journal.scrub``."""
    erasing = (
        select(changes.c.commit_id, changes.c.position, changes.c.hsa_id_key, changes.c.before)
        .join_from(changes, commits, changes.c.commit_id == commits.c.id)
        .where(commits.c.door == DOOR, commits.c.state == RecordState.APPLIED.value)
        .where(changes.c.after.is_(None), changes.c.is_erased.is_(False))
    )
    found = connection.execute(erasing).all()
    last = {row.hsa_id_key: row.commit_id for row in found}
    for key, commit_id in last.items():
        earlier = and_(changes.c.hsa_id_key == key, changes.c.commit_id < commit_id)
        connection.execute(delete(changes).where(earlier))
    for row in found:
        its_own = and_(changes.c.commit_id == row.commit_id, changes.c.position == row.position)
        told = {"before": text_of(bare(entry_in(row.before))), "held": None, "is_over_foreign": False}
        connection.execute(update(changes).where(its_own).values(**told, is_erased=True))
    return len(found)


def names_number(connection: Connection, lookup: str) -> bool:
    """Keeps ``directory.ports.Journal.names_number``."""
    texts = (changes.c.before, changes.c.after, changes.c.held)
    quoted = f'"{lookup}"'
    named = or_(*(text.contains(quoted, autoescape=True) for text in texts))
    return bool(connection.scalar(select(exists().where(changes.c.kind == _PERSON, named))))
