"""Runs in SQL. Keeps the promise of ``sync.ports.Runs``."""

import json
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, or_, select, tuple_, update

from sync.core.plan_document import Document
from sync.core.run import Run, RunState
from sync.edge.sql.tables import runs
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us

_HEAD = [column for column in runs.c if column.name not in ("plan", "kept_rows")]


class SqlRuns:
    def __init__(self, engine: Engine) -> None:
        self._engine, self._reading = engine, engine.execution_options(reading=True)

    def add(self, run: Run, plan: Document, rows: bytes | None, *, forget_rows_before: datetime) -> None:
        old = or_(runs.c.source == run.source, runs.c.created_us < to_us(forget_rows_before))
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(old, runs.c.kept_rows.is_not(None)).values(kept_rows=None))
            connection.execute(
                insert(runs).values(
                    id=run.id,
                    source=run.source,
                    member=run.member.key,
                    state=run.state,
                    digest=run.digest,
                    counts=json.dumps(dict(run.counts)),
                    leavers=_leavers(run.leavers),
                    actor=run.actor,
                    created_us=to_us(run.created_at),
                    changed_us=to_us(run.changed_at),
                    base_revision=run.base_revision,
                    revision=run.revision,
                    why=run.why,
                    plan=_packed(plan),
                    kept_rows=rows,
                )
            )

    def find(self, run_id: str) -> Run | None:
        with self._reading.connect() as connection:
            found = connection.execute(select(*_HEAD).where(runs.c.id == run_id)).one_or_none()
        return None if found is None else _run(found)

    def plan(self, run_id: str) -> Document | None:
        with self._reading.connect() as connection:
            packed = connection.execute(select(runs.c.plan).where(runs.c.id == run_id)).scalar_one_or_none()
        return None if packed is None else cast(Document, json.loads(zlib.decompress(packed)))

    def rows(self, run_id: str) -> bytes | None:
        with self._reading.connect() as connection:
            return connection.execute(select(runs.c.kept_rows).where(runs.c.id == run_id)).scalar_one_or_none()

    def begin(self, run_id: str, base_revision: int, at: datetime) -> bool:
        previewed = (runs.c.id == run_id) & (runs.c.state == RunState.PREVIEWED)
        values = {"state": RunState.APPLYING, "base_revision": base_revision, "changed_us": to_us(at)}
        with self._engine.begin() as connection:
            return connection.execute(update(runs).where(previewed).values(**values)).rowcount == 1

    def replan(
        self, run_id: str, plan: Document, counts: Mapping[str, int], leavers: frozenset[HsaId], base_revision: int
    ) -> None:
        applying = (runs.c.id == run_id) & (runs.c.state == RunState.APPLYING)
        values = {
            "plan": _packed(plan),
            "counts": json.dumps(dict(counts)),
            "leavers": _leavers(leavers),
            "base_revision": base_revision,
        }
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(applying).values(**values))

    def finish(self, run_id: str, state: RunState, at: datetime, *, revision: int | None, why: str | None) -> None:
        unapplied = (runs.c.id == run_id) & (runs.c.state != RunState.APPLIED)
        values = {"state": state, "changed_us": to_us(at), "revision": revision, "why": why, "kept_rows": None}
        with self._engine.begin() as connection:
            connection.execute(update(runs).where(unapplied).values(**values))

    def newest(self, members: frozenset[HsaId] | None, limit: int, before: tuple[datetime, str] | None) -> list[Run]:
        query = select(*_HEAD).order_by(runs.c.created_us.desc(), runs.c.id.desc()).limit(limit)
        if members is not None:
            query = query.where(runs.c.member.in_(sorted(member.key for member in members)))
        if before is not None:
            query = query.where(tuple_(runs.c.created_us, runs.c.id) < (to_us(before[0]), before[1]))
        with self._reading.connect() as connection:
            return [_run(row) for row in connection.execute(query)]

    def unsettled(self) -> list[Run]:
        query = select(*_HEAD).where(runs.c.state == RunState.APPLYING).order_by(runs.c.created_us)
        with self._reading.connect() as connection:
            return [_run(row) for row in connection.execute(query)]

    def forget_rows(self, before: datetime) -> int:
        old = (runs.c.created_us < to_us(before)) & runs.c.kept_rows.is_not(None)
        with self._engine.begin() as connection:
            return connection.execute(update(runs).where(old).values(kept_rows=None)).rowcount

    def members(self, states: frozenset[RunState], touched_by: datetime) -> frozenset[HsaId]:
        query = select(runs.c.member).where(_untouched(states, touched_by)).distinct()
        with self._reading.connect() as connection:
            return frozenset(HsaId.parse(member) for member in connection.scalars(query))

    def erase(self, member: HsaId, states: frozenset[RunState], touched_by: datetime) -> int:
        hers = (runs.c.member == member.key) & _untouched(states, touched_by)
        with self._engine.begin() as connection:
            return connection.execute(delete(runs).where(hers)).rowcount


def _untouched(states: frozenset[RunState], touched_by: datetime) -> ColumnElement[bool]:
    return runs.c.state.in_(sorted(states)) & (runs.c.changed_us <= to_us(touched_by))


def _leavers(leavers: frozenset[HsaId]) -> str:
    return json.dumps(sorted(str(leaver) for leaver in leavers))


def _packed(plan: Document) -> bytes:
    return zlib.compress(json.dumps(plan, separators=(",", ":")).encode(), 1)


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        source=row.source,
        member=HsaId.parse(row.member),
        state=RunState(row.state),
        digest=row.digest,
        counts=json.loads(row.counts),
        leavers=frozenset(HsaId.parse(leaver) for leaver in json.loads(row.leavers)),
        actor=row.actor,
        created_at=from_us(row.created_us),
        changed_at=from_us(row.changed_us),
        base_revision=row.base_revision,
        revision=row.revision,
        why=row.why,
    )
