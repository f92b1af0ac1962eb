"""What the federation needs from outside, in its own words. Each Protocol's promises stand in its docstrings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from federation.core.account import Account, Username
from federation.core.activation import Activation, Proposal
from federation.core.client import Client
from federation.core.employee import Employee
from federation.core.ending import Ending
from federation.core.grant import Code, Grant, RefreshToken
from federation.core.interaction import Interaction
from federation.core.lockout import Bucket, Tally
from federation.core.login_attempt import LoginAttempt
from federation.core.session import Session
from vocabulary.caller import Caller
from vocabulary.hsa_id import HsaId
from vocabulary.personal_number import PersonalIdentityNumber


class Staff(Protocol):
    """The directory's word about employees, as of now.

    Every verb raises ``StaffUnavailable`` when the directory is stale or unreadable: that is neither yes nor no.
    """

    def employee(self, hsa_id: HsaId) -> Employee | None:
        """The record with its current assignments; ``None`` when there is none of that id."""
        ...

    def is_current(self, person: HsaId, assignment: HsaId | None) -> bool:
        """Whether the person is active and holds the assignment (if one is named) at this moment. Called per token
        use: O(1)."""
        ...

    def personal_number(self, hsa_id: HsaId) -> PersonalIdentityNumber | None:
        """Unsealed for a claim that a granted scope demands; for nothing else."""
        ...


class Admission(Protocol):
    """Whether a person who calls with her own token may let somebody in. Whoever gives credentials could use them."""

    def demand(self, caller: Caller, person: HsaId, *, dry_run: bool) -> None:
        """Return when the caller may give ``person`` new credentials; it is recorded then, unless it is only tried.

        Raises ``PersonUnknown`` for one that she may not know of, ``ScopeMissing`` for one that is not hers to let in,
        ``StaffUnavailable`` when nobody can tell or record it.
        """
        ...


class Sessions(Protocol):
    """Keeps sessions. The cookie's secret is stored as a hash only. Ending is final and idempotent."""

    def find(self, secret: str, now: datetime) -> Session | None:
        """The live session (not ended, not expired) whose cookie holds ``secret``."""
        ...

    def create(self, session: Session, secret: str) -> None: ...

    def choose_assignment(self, session_id: str, assignment: HsaId, at: datetime) -> None:
        """Remember the choice and when it was made (``Session.assignment_chosen_at``)."""
        ...

    def end(self, session_id: str, at: datetime) -> None: ...

    def end_of_person(self, person: HsaId, at: datetime) -> tuple[str, ...]:
        """End all that are live; the ids of every session of the person that had not expired, ended before or now, so
        that a caller that was interrupted can finish."""
        ...


class Interactions(Protocol):
    """Keeps authorization requests under way. Only ``actions.find_interaction`` should ask ``find``: it also checks
    the browser and the time."""

    def open(self, interaction: Interaction) -> None: ...

    def find(self, interaction_id: str) -> Interaction | None: ...

    def close(self, interaction_id: str) -> bool:
        """True for exactly one caller: so an interaction ends in at most one code."""
        ...


class Clients(Protocol):
    """The registered clients. ``find`` and ``all`` answer from memory; ``refresh`` catches up with other nodes."""

    def find(self, client_id: str) -> Client | None: ...

    def all(self) -> Sequence[Client]: ...

    def add(self, client: Client) -> None:
        """Raises ``ClientExists``."""
        ...

    def replace(self, client: Client) -> None:
        """Raises ``ClientUnknown``."""
        ...

    def refresh(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Redeemed:
    """``first`` is false when the code or refresh token had been used before: somebody else may hold it."""

    grant: Grant
    first: bool
    code: Code | None = None


class Grants(Protocol):
    """Keeps grants with their codes and refresh tokens. Each verb is one transaction.

    INVARIANT (once only): of any number of simultaneous callers with the same code or refresh token, exactly one is
    told ``first``. INVARIANT (nothing after the end): no refresh token is added to an ended grant.
    """

    def open(self, grant: Grant, code: Code) -> None: ...

    def find(self, grant_id: str) -> Grant | None: ...

    def redeem(self, code_hash: str, at: datetime) -> Redeemed | None:
        """Use up a code, whatever becomes of it afterwards. ``None`` when it was never issued."""
        ...

    def add_refresh_token(self, token: RefreshToken) -> bool:
        """False when the grant has ended meanwhile."""
        ...

    def find_refresh_token(self, token_hash: str) -> tuple[RefreshToken, Grant] | None:
        """The token and its grant, used or not; changes nothing."""
        ...

    def rotate(self, token_hash: str, successor: RefreshToken, at: datetime) -> bool:
        """Use up the token and add its successor. False when it was used before or the grant has ended."""
        ...

    def end(self, grant_ids: Sequence[str], at: datetime) -> None:
        """Idempotent. Codes and refresh tokens end with their grant."""
        ...

    def of_session(self, session_id: str) -> tuple[str, ...]:
        """Ids of the grants of a session that have not expired, ended or not."""
        ...

    def of_person(self, person: HsaId, assignments: frozenset[HsaId] | None) -> tuple[str, ...]:
        """Ids of the person's grants that have not expired, ended or not; ``assignments`` limits them to those."""
        ...


@dataclass(frozen=True, slots=True)
class UsedAssertion:
    """A client assertion that has been presented; ``until`` is when its own ``exp`` makes it worthless."""

    client_id: str
    jti: str
    until: datetime


class Assertions(Protocol):
    """Remembers client assertions, so that none is taken twice (RFC 7523, 3 item 7)."""

    def use(self, presented: Sequence[UsedAssertion]) -> list[bool]:
        """In order: true for exactly one presentation of each (client, jti), durable before it is told."""
        ...


class Endings(Protocol):
    """The register of what has ended, in the order of its commits. A reader that has seen revision n has seen all up
    to n."""

    def append(self, endings: Sequence[Ending], at: datetime, forget_after: datetime) -> int:
        """Durable when it returns; the revision reached."""
        ...

    def since(self, revision: int) -> tuple[int, tuple[tuple[Ending, datetime], ...]]:
        """The revision reached, and each ending after ``revision`` with the instant when it may be forgotten."""
        ...


class Signer(Protocol):
    """Signs with the current key of an algorithm."""

    def sign(self, claims: Mapping[str, Any], *, typ: str, alg: str = "ES256") -> str: ...

    def jwks(self) -> Mapping[str, Any]:
        """Every public key that something valid may be signed with, and the next ones."""
        ...


class Verifier(Protocol):
    """Checks what ``Signer`` signed, on this node or another."""

    def verify(self, token: str, *, typ: str) -> dict[str, Any]:
        """The claims of a token of ours that is well formed, rightly signed, of this type, and in time. Raises
        ``InvalidToken``. Does not check whether it was revoked, nor compare ``aud``, which is there."""
        ...

    def verify_ended(self, token: str, *, typ: str) -> dict[str, Any]:
        """The same for a token that may have expired: only for ``id_token_hint`` (OpenID RP-Initiated Logout 2)."""
        ...


class AssertionVerifier(Protocol):
    """Checks what clients sign with their own keys."""

    def client_id_of(self, token: str) -> str:
        """Whom the assertion claims to be by (``iss``), believed by nobody yet; empty when it cannot be read."""
        ...

    def verify(self, token: str, client: Client, audiences: frozenset[str]) -> UsedAssertion:
        """A rightly signed, timely assertion of ``client`` about itself to one of ``audiences`` (RFC 7523, 3). Raises
        ``InvalidToken``. Does not check replay."""
        ...


class Accounts(Protocol):
    """Keeps accounts, one per person. Like every store below it raises ``AccountsUnavailable`` within 1.5 s."""

    def find(self, username: Username) -> Account | None: ...

    def of_person(self, person: HsaId) -> Account | None: ...

    def put(self, account: Account) -> None:
        """Replaces the person's earlier account. Raises ``UsernameTaken``."""
        ...

    def accept_step(self, account: Account, step: int) -> bool:
        """INVARIANT (a code once): true for exactly one caller per step, and only while the account is enabled, its
        credentials are still those of ``account``, and no later step was accepted."""
        ...


class LoginAttempts(Protocol):
    """Keeps logins between the password and the one-time code."""

    def keep(self, attempt: LoginAttempt) -> None:
        """Replaces an earlier attempt of the same interaction."""
        ...

    def find(self, interaction: str) -> LoginAttempt | None: ...

    def count_wrong_code(self, interaction: str) -> None: ...

    def close(self, interaction: str) -> bool:
        """True for exactly one caller."""
        ...


@dataclass(frozen=True, slots=True)
class Charge:
    """What ``LoginFailures.charge`` counted, each with the tally before, so that it can be taken back."""

    before: tuple[tuple[Bucket, Tally | None], ...]


class LoginRecords(Protocol):
    """Who logged in and who was refused, kept for whoever oversees."""

    def logged_in(self, session: Session) -> None:
        """Durable on return. Raises ``AccountsUnavailable``: then nobody is logged in."""
        ...

    def refused(self, person: HsaId | None, step: str) -> None:
        """``person`` is ``None`` for a name that nobody has. Never raises: a refusal stays one."""
        ...


class LoginFailures(Protocol):
    """Counts failures to log in. A try is charged before it is judged, so that parallel guesses cannot slip by."""

    def charge(self, buckets: Sequence[Bucket], now: datetime) -> Charge:
        """Counts one in each bucket, or raises ``TooManyAttempts`` and counts nothing."""
        ...

    def refund(self, charge: Charge) -> None: ...

    def forget(self, bucket: Bucket, now: datetime) -> None: ...


class Activations(Protocol):
    """Keeps activations, one per person."""

    def issue(self, activation: Activation) -> None:
        """Replaces the person's earlier activation, which opens nothing any more."""
        ...

    def of_code(self, code_hash: str) -> Activation | None: ...

    def of_browser(self, browser: str) -> Activation | None: ...

    def open(self, activation: Activation, browser: str, at: datetime) -> None:
        """Bind it to the browser that typed the code and forget what another browser proposed."""
        ...

    def propose(self, activation: Activation, proposal: Proposal) -> None: ...

    def finish(self, activation: Activation, account: Account, at: datetime) -> bool:
        """INVARIANT (an activation once): in one transaction mark it finished and put the account; false when it was
        finished or replaced meanwhile. Raises ``UsernameTaken``, and then it is not finished."""
        ...


class PasswordHashes(Protocol):
    """Slow hashes of passwords, a bounded number at a time. Raises ``LoginBusy`` when no place becomes free in time."""

    def hash(self, password: str) -> str: ...

    def matches(self, hashed: str | None, password: str) -> bool:
        """Takes as long for ``None``, which matches nothing: an unknown name is not told by the time."""
        ...


class OneTimeCodes(Protocol):
    """What authenticator applications compute (RFC 6238)."""

    def code(self, secret: bytes, step: int) -> str: ...

    def address(self, secret: bytes, username: str) -> str:
        """The ``otpauth:`` address that an application reads from a QR code."""
        ...


class SecretBox(Protocol):
    """Authenticated encryption of small secrets at rest, with keys outside the database."""

    def seal(self, plain: bytes, context: bytes) -> bytes: ...

    def unseal(self, sealed: bytes, context: bytes) -> bytes:
        """Raises ``ValueError`` when anything is not as it was sealed, or was sealed for another context."""
        ...


class EndLogins(Protocol):
    """Ends everything that rests on a person's logins so far: sessions, grants, refresh tokens. Idempotent."""

    def __call__(self, person: HsaId) -> None: ...
