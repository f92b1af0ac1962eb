"""The journal as it is searched: keeps ``directory.ports.History``. Reads only what was applied."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Engine, Select, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from directory.core.changes import Change
from directory.edge.sql.entry_texts import entry_in
from directory.edge.sql.statements import answering, chunks
from directory.edge.sql.tables import changes, commits
from directory.ports import CommitHead, HistoryQuery, PastChange, RecordState, UsedId
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us

_APPLIED = commits.c.state == RecordState.APPLIED.value
_HEAD = (commits.c.revision, commits.c.at_us, commits.c.actor, commits.c.reason, commits.c.door)
_HELD = case((changes.c.is_over_foreign, changes.c.held), else_=changes.c.before)


class SqlHistory:
    def __init__(self, engine: Engine) -> None:
        self._reading = engine.execution_options(reading=True)

    def commits(self, query: HistoryQuery, below: int | None, limit: int) -> tuple[CommitHead, ...]:
        wanted = [*_conditions(query)] if below is None else [*_conditions(query), commits.c.revision < below]
        found = select(*_HEAD).where(_APPLIED, *wanted).order_by(commits.c.revision.desc()).limit(limit)
        with answering(), self._reading.connect() as connection:
            return tuple(_head(row) for row in connection.execute(found))

    def changes_of(self, revision: int, query: HistoryQuery, after: int, limit: int) -> tuple[PastChange, ...]:
        wanted = (commits.c.revision == revision, changes.c.position > after, *_among_changes(query))
        return self._changes(_past(*wanted).limit(limit))

    def later_changes(self, ids: Iterable[HsaId], above: int) -> tuple[PastChange, ...]:
        found: list[PastChange] = []
        for keys in chunks(sorted({hsa_id.key for hsa_id in ids})):
            found += self._changes(_past(commits.c.revision > above, changes.c.hsa_id_key.in_(keys)))
        return tuple(sorted(found, key=lambda past: (past.commit.revision, past.position)))

    def changes_besides(self, kinds: Collection[str], after: tuple[int, int], limit: int) -> tuple[PastChange, ...]:
        revision, position = after
        following = or_(
            commits.c.revision > revision, and_(commits.c.revision == revision, changes.c.position > position)
        )
        # What was erased was never built, so that there is nothing to take away.
        wanted = (changes.c.kind.not_in(kinds), changes.c.is_erased.is_(False), following)
        return self._changes(_past(*wanted).limit(limit))

    def ids_used(self, after: str, limit: int) -> tuple[UsedId, ...]:
        taken_away = func.count() > func.count(changes.c.after)
        found = (
            select(changes.c.hsa_id_key, func.max(changes.c.kind), taken_away)
            .join(commits, changes.c.commit_id == commits.c.id)
            .where(_APPLIED, changes.c.hsa_id_key > after)
            .group_by(changes.c.hsa_id_key)
            .order_by(changes.c.hsa_id_key)
            .limit(limit)
        )
        with answering(), self._reading.connect() as connection:
            return tuple(UsedId(HsaId.parse(key), kind, bool(gone)) for key, kind, gone in connection.execute(found))

    def _changes(self, wanted: Select[Any]) -> tuple[PastChange, ...]:
        with answering(), self._reading.connect() as connection:
            return tuple(_past_change(row) for row in connection.execute(wanted))


def _conditions(query: HistoryQuery) -> Sequence[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if query.actor is not None:
        found.append(commits.c.actor == query.actor)
    if query.door is not None:
        # Compared whole, not by LIKE, which on SQLite takes `SYNC` for `sync`.
        start = f"{query.door}:"
        found.append(or_(commits.c.door == query.door, func.substr(commits.c.door, 1, len(start)) == start))
    if query.reason is not None:
        words = unicodedata.normalize("NFC", query.reason).casefold()
        found.append(commits.c.reason_key.contains(words, autoescape=True))
    for instant, limit in ((query.since, commits.c.at_us.__ge__), (query.until, commits.c.at_us.__lt__)):
        if instant is not None:
            found.append(limit(to_us(instant)))
    for revision, limit in ((query.first, commits.c.revision.__ge__), (query.last, commits.c.revision.__le__)):
        if revision is not None:
            found.append(limit(revision))
    among = _among_changes(query)
    if among:
        found.append(commits.c.id.in_(select(changes.c.commit_id).where(*among)))
    return found


def _among_changes(query: HistoryQuery) -> list[ColumnElement[bool]]:
    found = []
    if query.entry is not None:
        found.append(changes.c.hsa_id_key == query.entry.key)
    if query.member is not None:
        found.append(changes.c.member_key == query.member.key)
    return found


def _past(*wanted: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*_HEAD, changes.c.position, changes.c.before, changes.c.after, _HELD.label("held"))
        .join_from(changes, commits, changes.c.commit_id == commits.c.id)
        .where(_APPLIED, *wanted)
        .order_by(commits.c.revision, changes.c.position)
    )


def _head(row: Any) -> CommitHead:
    return CommitHead(row.revision, from_us(row.at_us), row.actor, row.reason, row.door)


def _past_change(row: Any) -> PastChange:
    # One text is one entry: what was held is nearly always what the store held, too.
    read = {text: entry_in(text) for text in {row.before, row.after, row.held} if text is not None}
    change = Change(read.get(row.before), read.get(row.after))
    return PastChange(_head(row), row.position, read.get(row.held), change)
