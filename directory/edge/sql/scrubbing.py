"""What the journal forgets of entries that were erased for good, in one connection's transaction."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, and_, delete, exists, or_, select, update
from sqlalchemy.sql import ColumnElement

from directory.core.retention import DOOR, bare, unnamed
from directory.edge.sql.entry_texts import entry_in, text_of
from directory.edge.sql.tables import changes, commits
from directory.ports import RecordState

_PERSON = "person"
NAME_PEOPLE = (_PERSON, "assignment", "admin_assignment", "system_role", "unit", "video_endpoint")
"""Kinds that name people: who holds, heads, answers, owns, or took over."""
TEXTS = ("before", "after", "held")


def scrub(connection: Connection) -> int:
    """Keeps ``directory.ports.Journal.scrub``."""
    erasing = (
        select(changes.c.commit_id, changes.c.position, changes.c.hsa_id_key, changes.c.before, changes.c.kind)
        .join_from(changes, commits, changes.c.commit_id == commits.c.id)
        .where(commits.c.door == DOOR, commits.c.state == RecordState.APPLIED.value)
        .where(changes.c.after.is_(None), changes.c.is_erased.is_(False))
    )
    found = connection.execute(erasing).all()
    for row in found:
        earlier = and_(changes.c.hsa_id_key == row.hsa_id_key, changes.c.commit_id < row.commit_id)
        connection.execute(delete(changes).where(earlier))
        told = {"before": text_of(bare(entry_in(row.before))), "held": None, "is_over_foreign": False}
        connection.execute(update(changes).where(_its_own(row)).values(**told, is_erased=True))
    people = {row.hsa_id_key for row in found if row.kind == _PERSON}
    if people:
        _forget_names(connection, people)
    return len(found)


def _forget_names(connection: Connection, people: set[str]) -> None:
    """What changes of other entries told of these people."""
    named = finder_of(people)
    naming = select(changes).where(changes.c.kind.in_(NAME_PEOPLE), changes.c.is_erased.is_(False))
    for row in connection.execute(naming).all():
        texts = {name: text for name in TEXTS if (text := getattr(row, name)) is not None and named.search(text)}
        if texts:
            told = {name: text_of(unnamed(entry_in(text), people)) for name, text in texts.items()}
            connection.execute(update(changes).where(_its_own(row)).values(**told))


def finder_of(people: Collection[str]) -> re.Pattern[str]:
    """Finds the ids with these keys in the texts of entries."""
    return re.compile(f"(?:{'|'.join(map(re.escape, sorted(people)))})(?![A-Z0-9])", re.IGNORECASE)


def _its_own(row: Any) -> ColumnElement[bool]:
    return and_(changes.c.commit_id == row.commit_id, changes.c.position == row.position)


def names_number(connection: Connection, lookup: str) -> bool:
    """Keeps ``directory.ports.Journal.names_number``."""
    texts = (changes.c.before, changes.c.after, changes.c.held)
    quoted = f'"{lookup}"'
    named = or_(*(text.contains(quoted, autoescape=True) for text in texts))
    return bool(connection.scalar(select(exists().where(changes.c.kind == _PERSON, named))))
