"""Activations in SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update

from federation.core.account import Account
from federation.core.activation import Activation, Proposal
from federation.edge.sql.accounts import put_account
from federation.edge.sql.quickly import reading, writing
from federation.edge.sql.tables import activations
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlActivations:
    """Keeps ``federation.ports.Activations``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def issue(self, activation: Activation) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(activations).where(activations.c.person_key == activation.person.key))
            connection.execute(
                insert(activations).values(
                    person_key=activation.person.key,
                    person=str(activation.person),
                    code_hash=activation.code_hash,
                    issued_by=activation.issued_by,
                    issued_at_us=to_us(activation.issued_at),
                    expires_at_us=to_us(activation.expires_at),
                )
            )

    def of_code(self, code_hash: str) -> Activation | None:
        return self._find(activations.c.code_hash == code_hash)

    def of_browser(self, browser: str) -> Activation | None:
        return self._find(activations.c.browser == browser)

    def open(self, activation: Activation, browser: str, at: datetime) -> None:
        self._change(
            activation,
            {
                "browser": browser,
                "opened_at_us": to_us(at),
                "username": None,
                "password_hash": None,
                "totp_secret": None,
            },
        )

    def propose(self, activation: Activation, proposal: Proposal) -> None:
        self._change(
            activation,
            {
                "username": proposal.username,
                "password_hash": proposal.password_hash,
                "totp_secret": proposal.totp_secret,
            },
        )

    def finish(self, activation: Activation, account: Account, at: datetime) -> bool:
        # INVARIANT (an activation once): only the caller whose update meets the unfinished row goes on to the account.
        done = {"finished_at_us": to_us(at), "password_hash": None, "totp_secret": None}
        same_browser = activations.c.browser == activation.browser
        with writing(self._engine) as connection:
            first = connection.execute(update(activations).where(_unfinished(activation), same_browser).values(done))
            if first.rowcount != 1:
                return False
            put_account(connection, account)
        return True

    def _find(self, condition: ColumnElement[bool]) -> Activation | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(activations).where(condition)).first()
        return None if row is None else _activation(row)

    def _change(self, activation: Activation, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(activations).where(_unfinished(activation)).values(values))


def _unfinished(activation: Activation) -> ColumnElement[bool]:
    return (activations.c.code_hash == activation.code_hash) & activations.c.finished_at_us.is_(None)


def _activation(row: Row[Any]) -> Activation:
    proposal = None
    if row.username is not None and row.password_hash is not None and row.totp_secret is not None:
        proposal = Proposal(row.username, row.password_hash, row.totp_secret)
    return Activation(
        person=HsaId.parse(row.person),
        code_hash=row.code_hash,
        issued_by=row.issued_by,
        issued_at=from_us(row.issued_at_us),
        expires_at=from_us(row.expires_at_us),
        browser=row.browser,
        opened_at=None if row.opened_at_us is None else from_us(row.opened_at_us),
        proposal=proposal,
        finished_at=None if row.finished_at_us is None else from_us(row.finished_at_us),
    )
