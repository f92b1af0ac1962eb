"""Accounts in SQL: hashed passwords, sealed TOTP secrets, and the step of the last accepted one-time code."""

from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from federation.core.account import Account, Username
from federation.edge.sql.quickly import reading, writing
from federation.edge.sql.tables import accounts
from federation.refusals import UsernameTaken
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlAccounts:
    """Keeps ``federation.ports.Accounts``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, username: Username) -> Account | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.username_key == username.key)).first()
        return None if row is None else _account(row)

    def of_person(self, person: HsaId) -> Account | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.person_key == person.key)).first()
        return None if row is None else _account(row)

    def put(self, account: Account) -> None:
        with writing(self._engine) as connection:
            put_account(connection, account)

    def accept_step(self, account: Account, step: int) -> bool:
        # INVARIANT (a code once): the database compares and sets in one statement; the row count tells who won.
        accepted = (
            update(accounts)
            .where(
                accounts.c.person_key == account.person.key,
                accounts.c.enabled.is_(True),
                accounts.c.changed_at_us == to_us(account.changed_at),
                accounts.c.last_step < step,
            )
            .values(last_step=step)
        )
        with writing(self._engine) as connection:
            return connection.execute(accepted).rowcount == 1


def put_account(connection: Connection, account: Account) -> None:
    """Replace the person's account within the caller's transaction. Raises ``UsernameTaken``: roll back then."""
    connection.execute(delete(accounts).where(accounts.c.person_key == account.person.key))
    try:
        connection.execute(
            insert(accounts).values(
                person_key=account.person.key,
                person=str(account.person),
                username=account.username.value,
                username_key=account.username.key,
                password_hash=account.password_hash,
                totp_secret=account.totp_secret,
                changed_at_us=to_us(account.changed_at),
                last_step=account.last_step,
                enabled=account.enabled,
            )
        )
    except IntegrityError as error:
        raise UsernameTaken("somebody else has that username", pointer="/username") from error


def _account(row: Row[Any]) -> Account:
    return Account(
        person=HsaId.parse(row.person),
        username=Username.parse(row.username),
        password_hash=row.password_hash,
        totp_secret=row.totp_secret,
        changed_at=from_us(row.changed_at_us),
        last_step=row.last_step,
        enabled=row.enabled,
    )
