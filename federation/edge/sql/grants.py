"""Grants, their codes and their refresh tokens, in SQL. Each verb is one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from federation.core.grant import Code, Grant, RefreshToken
from federation.edge.sql import tables
from federation.ports import Redeemed
from vocabulary.assurance import AssuranceLevel
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlGrants:
    """Implements the port ``Grants``."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._reading = engine.execution_options(reading=True)
        self._clock = clock

    def open(self, grant: Grant, code: Code) -> None:
        with self._engine.begin() as connection:
            connection.execute(insert(tables.grants).values(**_write(grant)))
            connection.execute(
                insert(tables.codes).values(
                    hash=code.hash,
                    grant_id=grant.id,
                    redirect_uri=code.redirect_uri,
                    code_challenge=code.code_challenge,
                    expires_at_us=to_us(code.expires_at),
                )
            )

    def find(self, grant_id: str) -> Grant | None:
        with self._reading.connect() as connection:
            return _find(connection, grant_id)

    def redeem(self, code_hash: str, at: datetime) -> Redeemed | None:
        row = tables.codes
        with self._engine.begin() as connection:
            used = update(row).where(row.c.hash == code_hash, row.c.used_at_us.is_(None)).values(used_at_us=to_us(at))
            first = connection.execute(used).rowcount == 1  # the database lets exactly one through
            found = connection.execute(select(row).where(row.c.hash == code_hash)).one_or_none()
            if found is None:
                return None
            grant = _find(connection, found.grant_id)
        assert grant is not None
        code = Code(found.hash, found.grant_id, found.redirect_uri, found.code_challenge, from_us(found.expires_at_us))
        return Redeemed(grant, first, code)

    def add_refresh_token(self, token: RefreshToken) -> bool:
        with self._engine.begin() as connection:
            return _add_refresh_token(connection, token)

    def find_refresh_token(self, token_hash: str) -> tuple[RefreshToken, Grant] | None:
        row = tables.refresh_tokens
        with self._reading.connect() as connection:
            found = connection.execute(select(row).where(row.c.hash == token_hash)).one_or_none()
            grant = None if found is None else _find(connection, found.grant_id)
        if found is None or grant is None:
            return None
        return RefreshToken(found.hash, found.grant_id, from_us(found.expires_at_us)), grant

    def rotate(self, token_hash: str, successor: RefreshToken, at: datetime) -> bool:
        row = tables.refresh_tokens
        with self._engine.begin() as connection:
            used = update(row).where(row.c.hash == token_hash, row.c.used_at_us.is_(None)).values(used_at_us=to_us(at))
            return connection.execute(used).rowcount == 1 and _add_refresh_token(connection, successor)

    def end(self, grant_ids: Sequence[str], at: datetime) -> None:
        row = tables.grants
        if not grant_ids:
            return
        with self._engine.begin() as connection:
            connection.execute(
                update(row).where(row.c.id.in_(grant_ids), row.c.ended_at_us.is_(None)).values(ended_at_us=to_us(at))
            )

    def of_session(self, session_id: str) -> tuple[str, ...]:
        return self._ids(tables.grants.c.session == session_id)

    def of_person(self, person: HsaId, assignments: frozenset[HsaId] | None) -> tuple[str, ...]:
        row = tables.grants
        if assignments is None:
            return self._ids(row.c.person_key == person.key)
        return self._ids(row.c.person_key == person.key, row.c.assignment_key.in_([one.key for one in assignments]))

    def _ids(self, *conditions: Any) -> tuple[str, ...]:
        row = tables.grants
        now_us = to_us(self._clock.now())
        with self._reading.connect() as connection:
            found = connection.execute(select(row.c.id).where(row.c.expires_at_us > now_us, *conditions))
            return tuple(found.scalars())


def _add_refresh_token(connection: Connection, token: RefreshToken) -> bool:
    row = tables.grants
    # FOR UPDATE (PostgreSQL; SQLite has one writer anyway): an ending cannot slip in between.
    alive = connection.execute(
        select(row.c.id).where(row.c.id == token.grant, row.c.ended_at_us.is_(None)).with_for_update()
    ).one_or_none()
    if alive is None:
        return False
    connection.execute(
        insert(tables.refresh_tokens).values(
            hash=token.hash, grant_id=token.grant, expires_at_us=to_us(token.expires_at)
        )
    )
    return True


def _find(connection: Connection, grant_id: str) -> Grant | None:
    row = connection.execute(select(tables.grants).where(tables.grants.c.id == grant_id)).one_or_none()
    return None if row is None else _read(row)


def _write(grant: Grant) -> dict[str, Any]:
    return {
        "id": grant.id,
        "client_id": grant.client_id,
        "person": str(grant.person),
        "person_key": grant.person.key,
        "assignment": None if grant.assignment is None else str(grant.assignment),
        "assignment_key": None if grant.assignment is None else grant.assignment.key,
        "session": grant.session,
        "scopes": " ".join(sorted(grant.scopes)),
        "claims": " ".join(sorted(grant.claims)),
        "nonce": grant.nonce,
        "methods": " ".join(grant.methods),
        "level": int(grant.level),
        "authenticated_at_us": to_us(grant.authenticated_at),
        "created_at_us": to_us(grant.created_at),
        "expires_at_us": to_us(grant.expires_at),
        "ended_at_us": None if grant.ended_at is None else to_us(grant.ended_at),
    }


def _read(row: Row[Any]) -> Grant:
    return Grant(
        id=row.id,
        client_id=row.client_id,
        person=HsaId.parse(row.person),
        assignment=None if row.assignment is None else HsaId.parse(row.assignment),
        session=row.session,
        scopes=frozenset(row.scopes.split()),
        claims=frozenset(row.claims.split()),
        nonce=row.nonce,
        methods=tuple(row.methods.split()),
        level=AssuranceLevel(row.level),
        authenticated_at=from_us(row.authenticated_at_us),
        created_at=from_us(row.created_at_us),
        expires_at=from_us(row.expires_at_us),
        ended_at=None if row.ended_at_us is None else from_us(row.ended_at_us),
    )
