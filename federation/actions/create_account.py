"""Create an account whole, with secrets that are already known: for seeding a demonstration, not for people."""

from base64 import b32decode

from federation.core.account import Account, Username, sealing_context
from federation.core.password_policy import normal_password
from federation.ports import Accounts, PasswordHashes, SecretBox
from vocabulary.clock import Clock
from vocabulary.hsa_id import HsaId


class CreateAccount:
    def __init__(self, accounts: Accounts, passwords: PasswordHashes, box: SecretBox, clock: Clock) -> None:
        self._accounts, self._passwords, self._box, self._clock = accounts, passwords, box, clock

    def __call__(self, person: HsaId, username: str, password: str, totp_secret: str) -> Account:
        """``totp_secret`` is base32 as applications show it. Replaces the person's account. Raises ``InvalidValue`` for
        the name, ``UsernameTaken``; the password's strength is not checked."""
        secret = b32decode(totp_secret.upper() + "=" * (-len(totp_secret) % 8))
        account = Account(
            person=person,
            username=Username.parse(username),
            password_hash=self._passwords.hash(normal_password(password)),
            totp_secret=self._box.seal(secret, sealing_context(person)),
            changed_at=self._clock.now(),
        )
        self._accounts.put(account)
        return account
