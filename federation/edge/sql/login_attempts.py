"""Logins half-way, in SQL."""

from sqlalchemy import Engine, delete, insert, select, update

from federation.core.login_attempt import ATTEMPT_LIFETIME, LoginAttempt
from federation.edge.sql.quickly import reading, writing
from federation.edge.sql.tables import login_attempts
from vocabulary.hsa_id import HsaId
from vocabulary.instants import from_us, to_us


class SqlLoginAttempts:
    """Keeps ``federation.ports.LoginAttempts``; removes those that are too old whenever a new one comes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, attempt: LoginAttempt) -> None:
        too_old = login_attempts.c.proven_at_us < to_us(attempt.proven_at - ATTEMPT_LIFETIME)
        with writing(self._engine) as connection:
            connection.execute(
                delete(login_attempts).where(too_old | (login_attempts.c.interaction == attempt.interaction))
            )
            connection.execute(
                insert(login_attempts).values(
                    interaction=attempt.interaction,
                    person=str(attempt.person),
                    username=attempt.username,
                    proven_at_us=to_us(attempt.proven_at),
                    wrong_codes=attempt.wrong_codes,
                )
            )

    def find(self, interaction: str) -> LoginAttempt | None:
        with reading(self._engine) as connection:
            row = connection.execute(select(login_attempts).where(login_attempts.c.interaction == interaction)).first()
        if row is None:
            return None
        return LoginAttempt(
            row.interaction, HsaId.parse(row.person), row.username, from_us(row.proven_at_us), row.wrong_codes
        )

    def count_wrong_code(self, interaction: str) -> None:
        counted = (
            update(login_attempts)
            .where(login_attempts.c.interaction == interaction)
            .values(wrong_codes=login_attempts.c.wrong_codes + 1)
        )
        with writing(self._engine) as connection:
            connection.execute(counted)

    def close(self, interaction: str) -> bool:
        with writing(self._engine) as connection:
            closed = connection.execute(delete(login_attempts).where(login_attempts.c.interaction == interaction))
            return closed.rowcount == 1
