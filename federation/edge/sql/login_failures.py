"""Counts of failed logins, in SQL, so that every node of ours counts in the same place."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from federation.core.lockout import TOLERANCES, Bucket, Tally, one_more, wait_left
from federation.edge.sql.quickly import writing
from federation.edge.sql.tables import login_failures
from federation.ports import Charge
from federation.refusals import TooManyAttempts
from vocabulary.instants import from_us, to_us

_KEPT: timedelta = max(tolerance.forgotten_after for tolerance in TOLERANCES.values())
_INSERT: Mapping[str, Callable[[Table], Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class SqlLoginFailures:
    """Keeps ``federation.ports.LoginFailures``. Rows are locked in one order, so two charges never wait in a circle."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def charge(self, buckets: Sequence[Bucket], now: datetime) -> Charge:
        with writing(self._engine) as connection:
            before = tuple((bucket, _locked(connection, bucket, now)) for bucket in sorted(buckets, key=_order))
            wait = max(wait_left(bucket.counted, tally, now) for bucket, tally in before)
            if wait:
                raise TooManyAttempts(wait)
            for bucket, tally in before:
                _write(connection, bucket, one_more(bucket.counted, tally, now))
        return Charge(before)

    def refund(self, charge: Charge) -> None:
        with writing(self._engine) as connection:
            for bucket, before in charge.before:
                charged = _is(bucket) & (login_failures.c.failures > 0)
                values: dict[str, object] = {"failures": login_failures.c.failures - 1}
                if before is not None:
                    values["last_us"] = to_us(before.last)
                connection.execute(update(login_failures).where(charged).values(values))

    def forget(self, bucket: Bucket, now: datetime) -> None:
        forgotten = login_failures.c.last_us < to_us(now - _KEPT)
        with writing(self._engine) as connection:
            connection.execute(delete(login_failures).where(_is(bucket) | forgotten))


def _locked(connection: Connection, bucket: Bucket, now: datetime) -> Tally | None:
    """The tally, with its row made if need be and ours until the transaction ends."""
    fresh = {"counted": str(bucket.counted), "key": bucket.key, "failures": 0, "last_us": to_us(now)}
    made = _INSERT[connection.dialect.name](login_failures).values(fresh).on_conflict_do_nothing()
    connection.execute(made)
    row = connection.execute(select(login_failures).where(_is(bucket)).with_for_update()).one()
    return None if row.failures == 0 else Tally(row.failures, from_us(row.last_us))


def _write(connection: Connection, bucket: Bucket, tally: Tally) -> None:
    values = {"failures": tally.failures, "last_us": to_us(tally.last)}
    connection.execute(update(login_failures).where(_is(bucket)).values(values))


def _is(bucket: Bucket) -> ColumnElement[bool]:
    return (login_failures.c.counted == str(bucket.counted)) & (login_failures.c.key == bucket.key)


def _order(bucket: Bucket) -> tuple[str, str]:
    return str(bucket.counted), bucket.key
