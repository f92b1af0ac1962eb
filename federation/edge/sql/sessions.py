"""Login sessions in SQL. The cookie's secret is there as SHA-256 only: who reads the table cannot log in."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select, update

from federation.core.grant import secret_hash
from federation.core.session import Session
from federation.edge.sql.quickly import reading, writing
from federation.edge.sql.tables import sessions
from vocabulary.assurance import AssuranceLevel
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us

IDLE_LIMIT = timedelta(hours=1)
_NOTED_EVERY = timedelta(minutes=1)  # use is written down at most this often, so the idle limit may come so much early
_KEPT_AFTER_EXPIRY = timedelta(days=1)


class SqlSessions:
    """Keeps ``federation.ports.Sessions``. A session not used for an hour is found no more, though not ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, secret: str, now: datetime) -> Session | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(sessions).where(sessions.c.secret_hash == secret_hash(secret))).first()
        if row is None:
            return None
        found, unused = _session(row), now - from_us(row.used_at_us)
        if not found.live_at(now) or unused >= IDLE_LIMIT:
            return None
        if unused >= _NOTED_EVERY:
            with writing(self._engine) as connection:
                connection.execute(update(sessions).where(sessions.c.id == found.id).values(used_at_us=to_us(now)))
        return found

    def create(self, session: Session, secret: str) -> None:
        long_gone = sessions.c.expires_at_us < to_us(session.authenticated_at - _KEPT_AFTER_EXPIRY)
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(long_gone))
            connection.execute(
                insert(sessions).values(
                    id=session.id,
                    secret_hash=secret_hash(secret),
                    person=str(session.person),
                    person_key=session.person.key,
                    methods=json.dumps(session.methods),
                    level=int(session.level),
                    authenticated_at_us=to_us(session.authenticated_at),
                    used_at_us=to_us(session.authenticated_at),
                    expires_at_us=to_us(session.expires_at),
                    assignment=_text(session.assignment),
                    assignment_chosen_at_us=_us(session.assignment_chosen_at),
                    ended_at_us=_us(session.ended_at),
                )
            )

    def choose_assignment(self, session_id: str, assignment: HsaId, at: datetime) -> None:
        chosen = {"assignment": str(assignment), "assignment_chosen_at_us": to_us(at)}
        with writing(self._engine) as connection:
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(chosen))

    def end(self, session_id: str, at: datetime) -> None:
        live = (sessions.c.id == session_id) & sessions.c.ended_at_us.is_(None)
        with writing(self._engine) as connection:
            connection.execute(update(sessions).where(live).values(ended_at_us=to_us(at)))

    def end_of_person(self, person: HsaId, at: datetime) -> tuple[str, ...]:
        hers = (sessions.c.person_key == person.key) & (sessions.c.expires_at_us > to_us(at))
        with writing(self._engine) as connection:
            connection.execute(
                update(sessions).where(hers, sessions.c.ended_at_us.is_(None)).values(ended_at_us=to_us(at))
            )
            ids: Sequence[str] = connection.execute(select(sessions.c.id).where(hers)).scalars().all()
        return tuple(ids)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person=HsaId.parse(row.person),
        methods=tuple(json.loads(row.methods)),
        level=AssuranceLevel(row.level),
        authenticated_at=from_us(row.authenticated_at_us),
        expires_at=from_us(row.expires_at_us),
        assignment=None if row.assignment is None else HsaId.parse(row.assignment),
        assignment_chosen_at=_instant(row.assignment_chosen_at_us),
        ended_at=_instant(row.ended_at_us),
    )


def _text(hsa_id: HsaId | None) -> str | None:
    return None if hsa_id is None else str(hsa_id)


def _us(instant: datetime | None) -> int | None:
    return None if instant is None else to_us(instant)


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else from_us(microseconds)
