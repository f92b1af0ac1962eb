"""Verify a username and password: the first of two steps. Leaves an attempt that waits for the one-time code."""

from federation.actions.charged_try import ChargedTry
from federation.core.account import Account, Username
from federation.core.interaction import Interaction
from federation.core.lockout import Bucket, account_bucket, source_bucket
from federation.core.login_attempt import LoginAttempt
from federation.core.password_policy import MAX_LENGTH, normal_password
from federation.ports import Accounts, LoginAttempts, LoginFailures, LoginRecords, PasswordHashes, Staff
from federation.refusals import WrongCredentials
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId
from vocabulary.refusals import InvalidValue

# Asked about when the name is unknown, so that a directory out of reach is told to everybody alike.
_NOBODY = HsaId.parse("SE2321000230-NOBODY")


class VerifyPassword:
    def __init__(
        self,
        accounts: Accounts,
        attempts: LoginAttempts,
        failures: LoginFailures,
        passwords: PasswordHashes,
        staff: Staff,
        clock: Clock,
        records: LoginRecords | None = None,
    ) -> None:
        self._accounts, self._attempts, self._failures = accounts, attempts, failures
        self._passwords, self._staff, self._clock = passwords, staff, clock
        self._records = records

    def __call__(self, interaction: Interaction, username: str, password: str, source: str) -> None:
        """``interaction`` is this browser's (``find_interaction``); ``source`` is the network address it comes from.

        Raises ``WrongCredentials``, the same for every reason; ``TooManyAttempts`` when nothing was checked; and
        ``StaffUnavailable``, ``AccountsUnavailable`` or ``LoginBusy`` when the fault is ours and nothing is counted.
        """
        now = self._clock.now()
        with ChargedTry(self._failures, (_bucket(username), source_bucket(source)), now) as charged:
            account = self._account(username)
            too_long = len(password) > MAX_LENGTH
            hashed = None if account is None or too_long else account.password_hash
            right = self._passwords.matches(hashed, normal_password(password[:MAX_LENGTH]))
            employee = self._staff.employee(_NOBODY if account is None else account.person)
            if account is None or not right or not account.enabled or employee is None or not employee.active:
                if self._records is not None:
                    self._records.refused(None if account is None else account.person, "password")
                raise WrongCredentials("the username or the password is wrong")
            self._attempts.keep(LoginAttempt(interaction.id, account.person, account.username.key, self._clock.now()))
            charged.refund()

    def _account(self, username: str) -> Account | None:
        try:
            return self._accounts.find(Username.parse(username))
        except InvalidValue:
            return None


def _bucket(username: str) -> Bucket:
    """By the name's key; by the text itself when it can be no name, so that such texts do not wait for each other."""
    try:
        return account_bucket(Username.parse(username).key)
    except InvalidValue:
        return account_bucket(username)
