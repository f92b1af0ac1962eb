"""The journal in SQL: keeps ``directory.ports.Journal``."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Engine, and_, delete, func, insert, literal, not_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from directory.core.changes import Change
from directory.core.entries import Entry, member_of
from directory.core.entry_json import kind_of
from directory.edge.sql.entry_texts import entry_in, text_of
from directory.edge.sql.history import SqlHistory
from directory.edge.sql.past import revision_at, stood_at
from directory.edge.sql.scrubbing import names_number, scrub
from directory.edge.sql.statements import answering, insert_into
from directory.edge.sql.tables import changes as changes_table
from directory.edge.sql.tables import commits, entries
from directory.edge.sql.told_of import ToldOf
from directory.ports import Held, JournalMovedOn, JournalRecord, RecordState, Stood
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlJournal(SqlHistory):
    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._engine = engine
        self._told_of = ToldOf()

    def append(
        self, changes: Sequence[Change], *, follows: int, actor: str, reason: str, door: str, at: datetime
    ) -> JournalRecord:
        head = {"actor": actor, "reason": reason, "door": door, "at_us": to_us(at)}
        state = {"revision": follows + 1, "state": RecordState.PENDING.value, "announced": False}
        state |= {"reason_key": reason.casefold()}
        try:
            with answering(), self._engine.begin() as connection:
                if (found := _newest(connection)) != follows:
                    raise JournalMovedOn(found)
                commit_id = connection.scalar(insert(commits).values(head | state).returning(commits.c.id))
                rows = [_row(commit_id, position, change) for position, change in enumerate(changes)]
                if rows:
                    connection.execute(insert(changes_table), rows)
        except IntegrityError:
            raise JournalMovedOn(self.newest()) from None
        return JournalRecord(follows + 1, at, actor, reason, door, tuple(changes), RecordState.PENDING)

    def newest(self) -> int:
        with answering(), self._reading.connect() as connection:
            return _newest(connection)

    def pending(self) -> tuple[JournalRecord, ...]:
        return self._found(commits.c.state == RecordState.PENDING.value)

    def mark_applied(self, revision: int) -> None:
        pending = and_(commits.c.revision == revision, commits.c.state == RecordState.PENDING.value)
        applied = update(commits).where(pending).values(state=RecordState.APPLIED.value).returning(commits.c.id)
        with answering(), self._engine.begin() as connection:
            commit_id = connection.scalar(applied)
            if commit_id is not None:
                self._carry_over(connection, commit_id, revision)

    def reject(self, revision: int, why: str) -> None:
        pending = and_(commits.c.revision == revision, commits.c.state == RecordState.PENDING.value)
        with answering(), self._engine.begin() as connection:
            connection.execute(
                update(commits).where(pending).values(state=RecordState.REJECTED.value, revision=None, why=why)
            )

    def unannounced(self) -> tuple[JournalRecord, ...]:
        applied = commits.c.state == RecordState.APPLIED.value
        return self._found(and_(applied, commits.c.announced.is_(False)))

    def mark_announced(self, revision: int) -> None:
        with answering(), self._engine.begin() as connection:
            connection.execute(update(commits).where(commits.c.revision == revision).values(announced=True))

    def records(self, since: int, limit: int) -> tuple[JournalRecord, ...]:
        return self._found(commits.c.revision > since, limit)

    def oldest(self) -> int:
        with answering(), self._reading.connect() as connection:
            return connection.scalar(select(func.min(commits.c.revision))) or 1

    def thin(self, below: int) -> int:
        is_applied = commits.c.state == RecordState.APPLIED.value
        is_open = and_(commits.c.revision.is_not(None), or_(not_(is_applied), commits.c.announced.is_(False)))
        with answering(), self._engine.begin() as connection:
            newest = connection.scalar(select(func.max(commits.c.revision)).where(is_applied)) or 0
            first_open = connection.scalar(select(func.min(commits.c.revision)).where(is_open))
            kept = min(below, newest, newest if first_open is None else first_open)
            first_kept = connection.scalar(select(func.min(commits.c.id)).where(commits.c.revision >= kept))
            if first_kept is None:
                return 0
            # Ids follow revisions, so what was rejected meanwhile goes with its neighbours.
            count = connection.scalar(select(func.count()).where(commits.c.revision < kept)) or 0
            connection.execute(delete(changes_table).where(changes_table.c.commit_id < first_kept))
            connection.execute(delete(commits).where(commits.c.id < first_kept))
        self._told_of = ToldOf()
        return count

    def scrub(self) -> int:
        with answering(), self._engine.begin() as connection:
            count = scrub(connection)
        if count:
            self._told_of = ToldOf()
        return count

    def names_number(self, lookup: str) -> bool:
        with answering(), self._reading.connect() as connection:
            return names_number(connection, lookup)

    def tells_of(self, people: Collection[HsaId], members: Collection[HsaId]) -> Mapping[str, frozenset[HsaId]]:
        with answering(), self._reading.connect() as connection:
            told = self._told_of = self._told_of.brought_up_to_now(connection, people, members)
        return {key: whose for key, whose in told.found.items() if whose}

    def held(self) -> Held:
        last_applied = select(func.coalesce(func.max(commits.c.revision), 0)).where(
            commits.c.state == RecordState.APPLIED.value
        )
        while True:
            with answering(), self._reading.connect() as connection:
                revision = connection.scalar(last_applied)
                rows = connection.execute(select(entries.c.entry, entries.c.revision)).all()
                # PostgreSQL lets each statement see what was committed meanwhile: then look again.
                if revision is not None and connection.scalar(last_applied) == revision:
                    return Held(tuple((entry_in(text), at) for text, at in rows), revision)

    def revision_at(self, instant: datetime) -> int:
        with answering(), self._reading.connect() as connection:
            return revision_at(connection, instant)

    def stood_at(self, revision: int, other: int) -> tuple[Stood, ...]:
        with answering(), self._reading.connect() as connection:
            return stood_at(connection, revision, other)

    def _carry_over(self, connection: Connection, commit_id: int, revision: int) -> None:
        of_commit = changes_table.c.commit_id == commit_id
        held = select(entries.c.entry).where(entries.c.hsa_id_key == changes_table.c.hsa_id_key).scalar_subquery()
        is_foreign = func.coalesce(changes_table.c.before, "") != func.coalesce(held, "")
        connection.execute(
            update(changes_table).where(of_commit, is_foreign).values(is_over_foreign=True, held=held)
        )  # fmt: skip
        gone = select(changes_table.c.hsa_id_key).where(of_commit, changes_table.c.after.is_(None))
        connection.execute(delete(entries).where(entries.c.hsa_id_key.in_(gone)))
        stand = select(changes_table.c.hsa_id_key, changes_table.c.after, literal(revision, BigInteger)).where(
            of_commit, changes_table.c.after.is_not(None)
        )
        carry = insert_into(entries, self._engine).from_select(["hsa_id_key", "entry", "revision"], stand)
        connection.execute(
            carry.on_conflict_do_update(
                index_elements=["hsa_id_key"],
                set_={"entry": carry.excluded.entry, "revision": carry.excluded.revision},
            )
        )

    def _found(self, wanted: ColumnElement[bool], limit: int | None = None) -> tuple[JournalRecord, ...]:
        heads = select(commits).where(wanted).order_by(commits.c.revision).limit(limit)
        with answering(), self._reading.connect() as connection:
            rows = connection.execute(heads).mappings().all()
            return tuple(_record(head, _changes_of(connection, head["id"])) for head in rows)


def _newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(commits.c.revision))) or 0


def _row(commit_id: int | None, position: int, change: Change) -> dict[str, Any]:
    told = change.after if change.after is not None else change.before
    assert told is not None, "a change is of an entry"
    return {
        "commit_id": commit_id,
        "position": position,
        "hsa_id_key": change.hsa_id.key,
        "before": None if change.before is None else text_of(change.before),
        "after": None if change.after is None else text_of(change.after),
        "kind": kind_of(told),
        "member_key": member_of(told).key,
    }


def _changes_of(connection: Connection, commit_id: int) -> tuple[Change, ...]:
    found = select(changes_table.c.before, changes_table.c.after).where(changes_table.c.commit_id == commit_id)
    rows = connection.execute(found.order_by(changes_table.c.position)).all()
    return tuple(Change(_read(before), _read(after)) for before, after in rows)


def _read(text: str | None) -> Entry | None:
    return None if text is None else entry_in(text)


def _record(head: Mapping[Any, Any], changes: tuple[Change, ...]) -> JournalRecord:
    return JournalRecord(
        head["revision"],
        from_us(head["at_us"]),
        head["actor"],
        head["reason"],
        head["door"],
        changes,
        RecordState(head["state"]),
        head["why"],
    )
