"""A verified access token names the caller of the admin API, the asker of a decision, and whom a decision is about."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request

from authz.actions.question import Pep
from authz.core.facts import ApplicationEntry
from authz.ports import Subject
from authz.refusals import InvalidSubjectToken, PepNotAuthenticated, RegistersUnavailable
from directory.core.administration import ADMINISTER
from federation.actions.token_desk import TokenDesk
from federation.core.standing import TokenStanding
from federation.ports import Clients
from federation.refusals import InvalidToken, StaffUnavailable, StandingUnavailable
from vocabulary.assurance import AssuranceLevel
from vocabulary.caller import Caller

_BEARER = b"bearer "
_MOST_KEPT = 20_000

T = TypeVar("T")


def callers(desk: TokenDesk) -> Callable[[Request], Caller]:
    """For the admin API. Raises ``InvalidToken``, which is answered 401."""

    def authenticate(request: Request) -> Caller:
        header = request.headers.get("authorization", "").encode("latin-1")
        standing = desk.standing(_bearer_token(header))
        return Caller(
            standing.client.client_id,
            standing.person,
            standing.scopes,
            standing.client.members,
            standing.assignment,
            standing.level,
            standing.client.trusted_zones,
        )

    return authenticate


def without_administration(authenticate: Callable[[Request], Caller]) -> Callable[[Request], Caller]:
    """For rooms that know no admin assignments. INVARIANT (a person's `tillit:admin` is for the directory): there it is
    judged by her admin assignments; everywhere else it would open to every employee what only applications may."""

    def authenticate_elsewhere(request: Request) -> Caller:
        caller = authenticate(request)
        return caller if caller.person is None else replace(caller, scopes=caller.scopes - {ADMINISTER})

    return authenticate_elsewhere


def peps(desk: TokenDesk) -> Callable[[bytes | None], Pep]:
    """For decisions. A client that vouches for its people has them at the level that it was registered with."""

    kept: dict[str, tuple[TokenStanding, Pep]] = {}

    def authenticate(header: bytes | None) -> Pep:
        try:
            standing = desk.standing(_bearer_token(header or b""))
        except InvalidToken as refusal:
            raise PepNotAuthenticated(refusal.description) from None
        except (StaffUnavailable, StandingUnavailable) as refusal:
            raise RegistersUnavailable(refusal.description) from None
        known = kept.get(standing.token_id)
        if known is None or known[0] is not standing:
            known = _keep(kept, standing, _pep(standing))
        return known[1]

    return authenticate


class SubjectsOfTokens:
    """Keeps ``authz.ports.SubjectTokens``: a token for whichever audience, as long as it is ours and holds now."""

    def __init__(self, desk: TokenDesk) -> None:
        self._desk = desk
        self._kept: dict[str, tuple[TokenStanding, Subject]] = {}

    def verify(self, token: str) -> Subject:
        try:
            standing = self._desk.inspect(token)
        except InvalidToken as refusal:
            raise InvalidSubjectToken(refusal.description) from None
        except (StaffUnavailable, StandingUnavailable) as refusal:
            raise RegistersUnavailable(refusal.description) from None
        known = self._kept.get(standing.token_id)
        if known is None or known[0] is not standing:
            subject = Subject(standing.person, standing.assignment, standing.level, standing.client.client_id)
            known = _keep(self._kept, standing, subject)
        return known[1]


class RegisteredApplications:
    """Keeps ``authz.ports.Applications``: an application is a registered, enabled client."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    def application(self, client_id: str) -> ApplicationEntry | None:
        client = self._clients.find(client_id)
        if client is None or not client.enabled:
            return None
        return ApplicationEntry(client_id, client.system_roles, client.used_under)

    def client_ids(self) -> tuple[str, ...]:
        return tuple(client.client_id for client in self._clients.all())


def _keep(kept: dict[str, tuple[TokenStanding, T]], standing: TokenStanding, made: T) -> tuple[TokenStanding, T]:
    """``made`` of ``standing``, remembered beside it. The desk judges a token anew at each use and gives the same
    standing while nothing about it has changed, so that identity tells."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    known = kept[standing.token_id] = (standing, made)
    return known


def _pep(standing: TokenStanding) -> Pep:
    client = standing.client
    return Pep(
        client.client_id,
        standing.scopes,
        client.trusted_zones,
        client.vouches,
        client.level if client.vouches else AssuranceLevel.NONE,
        None if client.purposes is None else frozenset(str(purpose) for purpose in client.purposes),
        client.explain,
    )


def _bearer_token(header: bytes) -> str:
    """RFC 6750 section 2.1; the scheme's name is compared without case."""
    if header[: len(_BEARER)].lower() != _BEARER:
        raise InvalidToken("this address needs an access token in the header `Authorization: Bearer …`")
    return header[len(_BEARER) :].strip().decode("latin-1")
