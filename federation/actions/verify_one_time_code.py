"""Verify the one-time code after the password: the second of two steps. What comes of it is a new session."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from federation.actions.charged_try import ChargedTry
from federation.core.account import Account, sealing_context
from federation.core.interaction import Interaction
from federation.core.lockout import account_bucket, source_bucket
from federation.core.login_attempt import LoginAttempt
from federation.core.login_method import PASSWORD_AND_CODE
from federation.core.one_time_code import matching_step
from federation.core.session import Session
from federation.ports import (
    Accounts,
    LoginAttempts,
    LoginFailures,
    LoginRecords,
    OneTimeCodes,
    SecretBox,
    Sessions,
    Staff,
)
from federation.refusals import LoginAttemptGone, WrongCredentials
from vocabulary.clock import Clock

SESSION_LIFETIME = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """``secret`` goes into the browser's cookie and nowhere else. It is new for every login, so none can be planted."""

    session: Session
    secret: str = field(repr=False)


class VerifyOneTimeCode:
    def __init__(
        self,
        accounts: Accounts,
        attempts: LoginAttempts,
        failures: LoginFailures,
        codes: OneTimeCodes,
        box: SecretBox,
        sessions: Sessions,
        staff: Staff,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
        records: LoginRecords | None = None,
    ) -> None:
        self._accounts, self._attempts, self._failures = accounts, attempts, failures
        self._codes, self._box, self._sessions = codes, box, sessions
        self._staff, self._clock, self._random = staff, clock, random_bytes
        self._records = records

    def __call__(self, interaction: Interaction, code: str, source: str) -> LoggedIn:
        """Raises ``LoginAttemptGone`` when the password must be shown again, and else as ``VerifyPassword`` does.

        A code that was taken before is wrong (INVARIANT (a code once)).
        """
        now = self._clock.now()
        attempt = self._open_attempt(interaction)
        counted_for = account_bucket(attempt.username)
        with ChargedTry(self._failures, (counted_for, source_bucket(source)), now) as charged:
            account = self._accounts.of_person(attempt.person)
            if account is None or account.changed_at > attempt.proven_at:
                raise LoginAttemptGone("the credentials were changed, start with the password")
            employee = self._staff.employee(account.person)
            step = self._step(account, code)
            active = employee is not None and employee.active
            if step is None or not active or not self._accounts.accept_step(account, step):
                self._attempts.count_wrong_code(interaction.id)
                if self._records is not None:
                    self._records.refused(account.person, "one_time_code")
                raise WrongCredentials("the one-time code is wrong, too old or already used")
            if not self._attempts.close(interaction.id):
                raise LoginAttemptGone("this login was finished elsewhere")
            logged_in = self._open_session(account)
            charged.refund()
        self._failures.forget(counted_for, now)
        return logged_in

    def _open_attempt(self, interaction: Interaction) -> LoginAttempt:
        attempt = self._attempts.find(interaction.id)
        if attempt is None or not attempt.open_at(self._clock.now()):
            raise LoginAttemptGone("the password was shown too long ago, or not in this browser")
        return attempt

    def _step(self, account: Account, code: str) -> int | None:
        secret = self._box.unseal(account.totp_secret, sealing_context(account.person))
        return matching_step(code, self._clock.now(), lambda step: self._codes.code(secret, step))

    def _open_session(self, account: Account) -> LoggedIn:
        now = self._clock.now()
        session = Session(
            id=_random_text(self._random(16)),
            person=account.person,
            methods=PASSWORD_AND_CODE.proves,
            level=PASSWORD_AND_CODE.level,
            authenticated_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
        secret = _random_text(self._random(32))
        if self._records is not None:
            # INVARIANT (no login without its record): before the session is there to be used.
            self._records.logged_in(session)
        self._sessions.create(session, secret)
        return LoggedIn(session, secret)


def _random_text(random: bytes) -> str:
    return urlsafe_b64encode(random).rstrip(b"=").decode()
