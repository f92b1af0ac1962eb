"""How entries stood at an earlier revision, read from the journal's tables.

What an entry was is what its last change by then made of it (``after``): ``before`` tells what the *store* held, which
under drift was something else. It is taken only where the last change by then was thinned.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from directory.core.entries import Entry
from directory.edge.sql.entry_texts import entry_in
from directory.edge.sql.statements import chunks
from directory.edge.sql.tables import changes, commits
from directory.ports import RecordState, Stood
from vocabulary.hsa_id import HsaId
from vocabulary.instants import to_us


def revision_at(connection: Connection, instant: datetime) -> int:
    # Read from the newest down: whoever asks for a revision goes on to undo all that came after it.
    found = (
        select(commits.c.revision)
        .where(commits.c.state == RecordState.APPLIED.value, commits.c.at_us <= to_us(instant))
        .order_by(commits.c.revision.desc())
        .limit(1)
    )
    return connection.scalar(found) or 0


def stood_at(connection: Connection, revision: int, other: int) -> tuple[Stood, ...]:
    low, high = sorted((revision, other))
    between = and_(commits.c.revision > low, commits.c.revision <= high)
    touched = (
        select(changes.c.hsa_id_key)
        .join(commits, changes.c.commit_id == commits.c.id)
        .where(between)
        .distinct()
        .cte("touched")
    )
    # INVARIANT (ids follow revisions): a record is written when the one before it stands, so the last id is the last
    # revision. What was rejected lies between, and has no revision.
    last = (
        select(changes.c.hsa_id_key, func.max(changes.c.commit_id).label("commit_id"))
        .join(touched, changes.c.hsa_id_key == touched.c.hsa_id_key)
        .join(commits, changes.c.commit_id == commits.c.id)
        .where(commits.c.revision <= revision)
        .group_by(changes.c.hsa_id_key)
        .cte("last")
    )
    found = (
        select(touched.c.hsa_id_key, commits.c.revision, changes.c.after)
        .select_from(touched)
        .outerjoin(last, last.c.hsa_id_key == touched.c.hsa_id_key)
        .outerjoin(
            changes,
            and_(changes.c.hsa_id_key == last.c.hsa_id_key, changes.c.commit_id == last.c.commit_id),
        )
        .outerjoin(commits, commits.c.id == last.c.commit_id)
    )
    told = connection.execute(found).all()
    stood = [_stood(key, at, after) for key, at, after in told]
    oldest = connection.scalar(select(func.min(commits.c.revision))) or 1
    if oldest == 1:
        return tuple(stood)
    forgotten = {key for key, at, _ in told if at is None}
    before = dict(_before_first(connection, revision, forgotten))
    return tuple(
        Stood(was.hsa_id, was, oldest - 1) if (was := before.get(each.hsa_id.key)) is not None else each
        for each in stood
    )


def _before_first(connection: Connection, revision: int, keys: set[str]) -> Iterator[tuple[str, Entry]]:
    """What the first change after ``revision`` found of each of these entries, where it found something."""
    for some in chunks(sorted(keys)):
        first = (
            select(changes.c.hsa_id_key, func.min(changes.c.commit_id).label("commit_id"))
            .join(commits, changes.c.commit_id == commits.c.id)
            .where(commits.c.revision > revision, changes.c.hsa_id_key.in_(some), changes.c.is_erased.is_(False))
            .group_by(changes.c.hsa_id_key)
            .subquery()
        )
        its_own = and_(changes.c.hsa_id_key == first.c.hsa_id_key, changes.c.commit_id == first.c.commit_id)
        found = select(changes.c.hsa_id_key, changes.c.before).join(first, its_own)
        for key, before in connection.execute(found.where(changes.c.before.is_not(None))):
            yield key, entry_in(before)


def _stood(key: str, changed_at: int | None, after: str | None) -> Stood:
    if changed_at is None or after is None:
        return Stood(HsaId.parse(key), None, 0)
    entry = entry_in(after)
    return Stood(entry.hsa_id, entry, changed_at)
