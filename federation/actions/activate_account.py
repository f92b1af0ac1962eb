"""Activate an account in three steps: the code, the username and password, the one-time code of the new secret.

Each step finds the activation anew by the browser's secret. Nothing is usable before the last one; then everything
that rested on earlier credentials ends.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime

from federation.actions.charged_try import ChargedTry
from federation.actions.start_activation import activation_hash
from federation.core.account import Account, Username, sealing_context, suggested_usernames
from federation.core.activation import Activation, Proposal
from federation.core.employee import Employee
from federation.core.grant import secret_hash
from federation.core.lockout import source_bucket
from federation.core.one_time_code import SECRET_BYTES, matching_step
from federation.core.password_policy import check_password, normal_password
from federation.ports import (
    Accounts,
    Activations,
    EndLogins,
    LoginFailures,
    OneTimeCodes,
    PasswordHashes,
    SecretBox,
    Staff,
)
from federation.refusals import ActivationInvalid, UsernameTaken, WrongCredentials
from vocabulary.clock import Clock


class ActivateAccount:
    def __init__(
        self,
        activations: Activations,
        accounts: Accounts,
        failures: LoginFailures,
        passwords: PasswordHashes,
        codes: OneTimeCodes,
        box: SecretBox,
        staff: Staff,
        end_logins: EndLogins,
        clock: Clock,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._activations, self._accounts, self._failures = activations, accounts, failures
        self._passwords, self._codes, self._box, self._staff = passwords, codes, box, staff
        self._end_logins, self._clock, self._random = end_logins, clock, random_bytes

    def open(self, code: str, source: str) -> str:
        """The new secret of this browser, for its cookie. Raises ``WrongCredentials`` for every code that opens
        nothing, and as ``VerifyPassword`` does."""
        now = self._clock.now()
        with ChargedTry(self._failures, (source_bucket(source),), now) as charged:
            activation = self._activations.of_code(activation_hash(code))
            if activation is None or not activation.open_at(now) or self._employee(activation) is None:
                raise WrongCredentials("the activation code is wrong, used or too old")
            secret = urlsafe_b64encode(self._random(32)).rstrip(b"=").decode()
            self._activations.open(activation, secret_hash(secret), now)
            charged.refund()
        return secret

    def find(self, browser_secret: str | None) -> tuple[Activation, Employee]:
        """What this browser is in the middle of. Raises ``ActivationInvalid``."""
        found = None if browser_secret is None else self._activations.of_browser(secret_hash(browser_secret))
        employee = None if found is None else self._employee(found)
        if found is None or employee is None or not found.page_open_at(self._clock.now()):
            raise ActivationInvalid("this browser has not shown an activation code lately")
        return found, employee

    def suggestion(self, activation: Activation, employee: Employee) -> str:
        """A free username: the one she has, or one made of her name."""
        present = self._accounts.of_person(activation.person)
        if present is not None:
            return present.username.value
        names = suggested_usernames(employee.given_name, employee.family_name)
        return next((name for name in names if self._accounts.find(Username.parse(name)) is None), "")

    def propose(self, browser_secret: str | None, username: str, password: str) -> None:
        """Choose name and password, and get a new TOTP secret. Raises ``ActivationInvalid``, ``InvalidValue`` for the
        name, ``UsernameTaken``, ``PasswordTooWeak``."""
        activation, employee = self.find(browser_secret)
        chosen = Username.parse(username)
        holder = self._accounts.find(chosen)
        if holder is not None and holder.person != activation.person:
            raise UsernameTaken("somebody else has that username", pointer="/username")
        names = (employee.full_name, employee.given_name or "", employee.family_name)
        check_password(password, username=chosen.value, names=names)
        secret = self._box.seal(self._random(SECRET_BYTES), sealing_context(activation.person))
        hashed = self._passwords.hash(normal_password(password))
        self._activations.propose(activation, Proposal(chosen.value, hashed, secret))

    def secret(self, activation: Activation, proposal: Proposal) -> bytes:
        """The proposed TOTP secret, to be shown to the person once more."""
        return self._box.unseal(proposal.totp_secret, sealing_context(activation.person))

    def confirm(self, browser_secret: str | None, code: str, source: str) -> Username:
        """The account is ready when this returns. Raises ``ActivationInvalid``, ``UsernameTaken``, and
        ``WrongCredentials`` for a code that the proposed secret does not give now."""
        activation, _ = self.find(browser_secret)
        if activation.proposal is None:
            raise ActivationInvalid("choose a username and a password first")
        now = self._clock.now()
        with ChargedTry(self._failures, (source_bucket(source),), now) as charged:
            account = self._account(activation, activation.proposal, code, now)
            # Before, so that an interruption leaves no old session beside new credentials; after, since one may have
            # been opened in between.
            self._end_logins(activation.person)
            if not self._activations.finish(activation, account, now):
                raise ActivationInvalid("the activation was finished or replaced elsewhere")
            self._end_logins(activation.person)
            charged.refund()
        return account.username

    def _account(self, activation: Activation, proposal: Proposal, code: str, now: datetime) -> Account:
        secret = self.secret(activation, proposal)
        step = matching_step(code, now, lambda tried: self._codes.code(secret, tried))
        if step is None:
            raise WrongCredentials("the one-time code is wrong")
        return Account(
            person=activation.person,
            username=Username.parse(proposal.username),
            password_hash=proposal.password_hash,
            totp_secret=proposal.totp_secret,
            changed_at=now,
            last_step=step,
        )

    def _employee(self, activation: Activation) -> Employee | None:
        employee = self._staff.employee(activation.person)
        return employee if employee is not None and employee.active else None
